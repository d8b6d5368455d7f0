"""Does a version do worse than it did? A week of blind samples is tested against all earlier ones of the version.

Precision is tested as two shares are (Fisher's exact test, 1935); recall by the interval of the difference of two
weighted figures, recovered from their own (MOVER: Zou and Donner 2008). Either rings by chance less than once in a
hundred weeks: a desk that draws all the year round hears about one false alarm in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.live import ENOUGH, Sampled, by_week, live_figures, share_removed
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
    weeks = by_week(samples)
    earlier: dict[str, list[Sampled]] = {}
    found: list[Alarm] = []
    for week, model in sorted(weeks):
        before = earlier.setdefault(model, [])
        found += _alarms(weeks[week, model], before, model, week)
        before += weeks[week, model]
    return found


def _alarms(now: Sequence[Sampled], before: Sequence[Sampled], model: str, week: str) -> Iterator[Alarm]:
    earlier = live_figures(before, model)
    if earlier.answered >= ENOUGH:
        yield from _fallen_precision(live_figures(now, model).precision, earlier.precision, model, week)
        yield from _fallen_recall(now, before, model, week)


def _fallen_precision(now: Proportion, before: Proportion, model: str, week: str) -> Iterator[Alarm]:
    if not now.of or not before.of or (chance := chance_of_fewer(now, before)) >= CHANCE:
        return
    said = f"{_counted(now)} in {week}, {_counted(before)} before"
    yield Alarm(model, week, "precision", f"the precision of {model} has fallen: {said} (p = {chance:.2g})")


def _fallen_recall(now: Sequence[Sampled], before: Sequence[Sampled], model: str, week: str) -> Iterator[Alarm]:
    one, other = (share_removed(samples, "filler", z=Z_99_ONE_SIDED) for samples in (now, before))
    if one is None or other is None or difference(one, other).high >= 0:
        return
    said = f"{_estimated(now)} in {week}, {_estimated(before)} before"
    missed = [live_figures(samples, model).missed for samples in (now, before)]
    why = "; of the passed {0.hits:,} of {0.of:,} were filler, {1.hits:,} of {1.of:,} before".format(*missed)
    yield Alarm(model, week, "recall", f"the recall of {model} has fallen: {said}{why} (p < {CHANCE:g})")


def _counted(share: Proportion) -> str:
    low, high = share.interval
    return f"{share.value:.1%} ({share.hits:,} of {share.of:,}) [{low:.1%}, {high:.1%}]"


def _estimated(samples: Sequence[Sampled]) -> str:
    recall = share_removed(samples, "filler") or Bounded(float("nan"), 0, 1)
    return f"{recall.value:.1%} [{recall.low:.1%}, {recall.high:.1%}]"
