"""Does a version do worse than it did? A week of blind samples is tested against all the weeks of the version before it.

Precision is tested as two shares are (Fisher's exact test, 1935); recall by the interval of the difference of two
weighted figures, recovered from their own (MOVER: Zou and Donner 2008). Either rings by chance less than once in a
hundred weeks: a desk that draws all the year round hears about one false alarm in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.live import ENOUGH, Sampled, live_figures, of_week, share_removed, week_of
from classifier.proportion import Z_99_ONE_SIDED, Bounded, Proportion, chance_of_fewer, difference

CHANCE = 0.01  # of an alarm where nothing has changed


@dataclass(frozen=True, slots=True)
class Alarm:
    """A week in which a figure of a version was worse than before, by more than chance explains."""

    model: str  # version
    week: str  # such as 2026-W07
    figure: Literal["precision", "recall"]
    sentence: str  # for people, with the numbers


def drift_alarms(samples: Sequence[Sampled]) -> list[Alarm]:
    """Return every alarm, oldest week first. A version's first week has nothing to be tested against."""
    weeks = sorted({(week_of(sample.drawn_at), sample.model) for sample in samples})
    return [alarm for week, model in weeks for alarm in _alarms(samples, model, week)]


def _alarms(samples: Sequence[Sampled], model: str, week: str) -> Iterator[Alarm]:
    now = of_week(samples, model, week)
    before = [sample for sample in samples if sample.model == model and week_of(sample.drawn_at) < week]
    earlier = live_figures(before, model)
    if earlier.answered < ENOUGH:
        return
    precision = live_figures(now, model).precision
    if _fell(precision, earlier.precision):
        said = f"{_counted(precision)} in {week}, {_counted(earlier.precision)} before"
        yield Alarm(
            model,
            week,
            "precision",
            f"the precision of {model} has fallen: {said}; {_by_chance(precision, earlier.precision)}",
        )
    yield from _fallen_recall(now, before, model, week)


def _fallen_recall(now: Sequence[Sampled], before: Sequence[Sampled], model: str, week: str) -> Iterator[Alarm]:
    one, other = (share_removed(samples, "filler", z=Z_99_ONE_SIDED) for samples in (now, before))
    if one is None or other is None or difference(one, other).high >= 0:
        return
    passed = live_figures(now, model).missed, live_figures(before, model).missed
    said = f"{_estimated(now)} in {week}, {_estimated(before)} before"
    why = f"of the passed {passed[0].hits:,} of {passed[0].of:,} were filler, {passed[1].hits:,} of {passed[1].of:,} before"
    yield Alarm(model, week, "recall", f"the recall of {model} has fallen: {said}; {why} (p < {CHANCE:g})")


def _fell(now: Proportion, before: Proportion) -> bool:
    return bool(now.of and before.of) and chance_of_fewer(now, before) < CHANCE


def _by_chance(now: Proportion, before: Proportion) -> str:
    return f"chance alone does that with p = {chance_of_fewer(now, before):.2g} (Fisher's exact test)"


def _counted(share: Proportion) -> str:
    low, high = share.interval
    return f"{share.value:.1%} ({share.hits:,} of {share.of:,}) [{low:.1%}, {high:.1%}]"


def _estimated(samples: Sequence[Sampled]) -> str:
    recall = share_removed(samples, "filler") or Bounded(float("nan"), 0, 1)
    return f"{recall.value:.1%} [{recall.low:.1%}, {recall.high:.1%}]"
