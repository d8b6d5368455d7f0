"""Answered blind samples -> what the model gets right and wrong on the pages that really come, week by week.

Of each outcome (removed, passed) the desk draws some blocks a day and asks a person what they are, the verdict hidden.
Precision is a plain count of the removed ones. Recall and news lost set the two outcomes against each other, each
weighted with the number of blocks it was drawn from: an answer stands for `of / drawn` blocks (Horvitz and Thompson
1952, scaled to those answered), its interval is Wilson's for Kish's (1965) effective number of answers, and that of the
ratio is recovered from the two intervals in closed form (MOVER-R: Donner and Zou 2012).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Literal, get_args

from classifier.blocks import Label
from classifier.proportion import Z_95, Bounded, Proportion, difference, wilson

Outcome = Literal["removed", "passed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
State = Literal["answered", "shown", "waiting", "closed"]
ENOUGH = 30  # answers below which no interval is worth reading


@dataclass(frozen=True, slots=True)
class Sampled:
    """One block that was drawn, and what became of it."""

    drawn_at: datetime  # UTC; blocks of one drawing share it
    model: str  # version whose verdict is put to the test
    outcome: Outcome
    drawn: int  # blocks drawn with it ...
    of: int  # ... of so many with that outcome
    verdict: Label
    state: State  # shown: somebody could see the verdict before they decided; closed: nobody can answer any more
    ruling: Label | Literal["unsure"] | None = None  # of an answered one


@dataclass(frozen=True, slots=True)
class Agreed:
    """How often people said what the machine had said before them."""

    outcome: Outcome
    same: int
    of: int


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """What the blind samples of one version say, of one week or of all."""

    model: str  # version
    week: str  # such as 2026-W07, when they were drawn; empty for all weeks
    answered: int  # samples that a person labelled, the verdict hidden
    unsure: int  # that a person could not decide
    shown: int  # decided where the verdict could be seen: left out
    waiting: int
    closed: int
    removed: float  # blocks to draw from, on average of the drawings
    passed: float
    precision: Proportion  # of the removed, those that are filler
    missed: Proportion  # of the passed, those that are filler
    recall: Bounded | None  # of the filler, the share removed; None before any is found in answers of both outcomes
    news_lost: Bounded | None  # of the news, the share removed; None as with recall

    @property
    def enough(self) -> bool:
        """Whether the intervals are worth reading."""
        return self.answered >= ENOUGH


@dataclass(frozen=True, slots=True)
class Following:
    """How often people agree with a verdict that they see, and with one that is hidden: how far they follow it."""

    outcome: Outcome | Literal["all"]
    shown: Proportion
    hidden: Proportion
    more: Bounded | None  # shown less hidden; None where one of them has no count


@dataclass(frozen=True, slots=True)
class LiveReport:
    """Everything that is known of the verdicts from blind samples."""

    weeks: tuple[LiveFigures, ...]  # oldest first; a week of two versions is there twice
    versions: tuple[LiveFigures, ...]  # in the order in which they were first drawn
    following: tuple[Following, ...]  # removed, passed, all

    @property
    def answered(self) -> int:
        """Samples that a person labelled, the verdict hidden."""
        return sum(figures.answered for figures in self.versions)

    @property
    def enough(self) -> bool:
        """Whether there is an interval worth reading."""
        return self.answered >= ENOUGH


def live_report(samples: Sequence[Sampled], shown: Sequence[Agreed]) -> LiveReport:
    """Return what samples say, and how decisions of the same time on blocks whose verdict was shown compare."""
    weeks = by_week(samples)
    versions = dict.fromkeys(model for _week, model in weeks)
    of_version = {model: [s for s in samples if s.model == model] for model in versions}
    return LiveReport(
        weeks=tuple(live_figures(found, model, week) for (week, model), found in weeks.items()),
        versions=tuple(live_figures(found, model) for model, found in of_version.items()),
        following=tuple(_following(samples, shown)) if samples else (),
    )


def live_figures(samples: Sequence[Sampled], model: str, week: str = "") -> LiveFigures:
    """Return what the samples of one version say."""
    labelled = [sample for sample in samples if sample.state == "answered" and sample.ruling != "unsure"]
    return LiveFigures(
        model=model,
        week=week,
        answered=len(labelled),
        unsure=sum(sample.ruling == "unsure" for sample in samples),
        shown=sum(sample.state == "shown" for sample in samples),
        waiting=sum(sample.state == "waiting" for sample in samples),
        closed=sum(sample.state == "closed" for sample in samples),
        removed=_population(samples, "removed"),
        passed=_population(samples, "passed"),
        precision=_filler(labelled, "removed"),
        missed=_filler(labelled, "passed"),
        recall=share_removed(samples, "filler"),
        news_lost=share_removed(samples, "news"),
    )


def share_removed(samples: Sequence[Sampled], label: Label, *, z: float = Z_95) -> Bounded | None:
    """Return which share of the blocks that people give `label` is removed; None while it cannot be told."""
    removed, passed = (_blocks(samples, outcome, label, z) for outcome in OUTCOMES)
    if removed is None or passed is None or not removed.value + passed.value:
        return None
    low, high = _lowest_share(removed, passed), 1 - _lowest_share(passed, removed)
    return Bounded(removed.value / (removed.value + passed.value), low, high)


def by_week(samples: Sequence[Sampled]) -> dict[tuple[str, str], list[Sampled]]:
    """Return the samples by the week in which they were drawn and the version, in the order of drawing."""
    found: dict[tuple[str, str], list[Sampled]] = {}
    for sample in sorted(samples, key=lambda sample: sample.drawn_at):
        found.setdefault((week_of(sample.drawn_at), sample.model), []).append(sample)
    return found


def week_of(time: datetime) -> str:
    """Return the ISO week of a time, such as 2026-W07."""
    year, week, _day = time.isocalendar()
    return f"{year}-W{week:02}"


def this_week_and_last(now: datetime) -> tuple[str, str]:
    """Return the two weeks that a job that runs daily or weekly looks at."""
    return week_of(now), week_of(now - timedelta(weeks=1))


def too_few(answered: int) -> str:
    """Return the sentence for figures of fewer answers than are worth an interval."""
    return f"{answered:,} answered; below {ENOUGH} no interval is worth reading"


def _blocks(samples: Sequence[Sampled], outcome: Outcome, label: Label, z: float) -> Bounded | None:
    """Return how many blocks of an outcome people would give a label; None without an answer."""
    found = [s for s in samples if (s.state, s.outcome) == ("answered", outcome) and s.ruling != "unsure"]
    if not found:
        return None
    stands_for = [sample.of / sample.drawn for sample in found]
    of_label = (weight for sample, weight in zip(found, stands_for, strict=True) if sample.ruling == label)
    share = min(1.0, sum(of_label) / sum(stands_for))
    low, high = wilson(share, sum(stands_for) ** 2 / sum(weight**2 for weight in stands_for), z=z)
    every = _population(samples, outcome)
    return Bounded(every * share, every * min(low, share), every * max(high, share))


def _population(samples: Sequence[Sampled], outcome: Outcome) -> float:
    of = {sample.drawn_at: sample.of for sample in samples if sample.outcome == outcome}
    return sum(of.values()) / len(of) if of else 0.0


def _lowest_share(part: Bounded, rest: Bounded) -> float:
    """Return the lower bound of part / (part + rest): the smaller root where their difference leaves its interval."""
    sure = part.low * (2 * part.value - part.low)
    unsure = rest.high * (2 * rest.value - rest.high)
    product = part.value * rest.value
    root = sqrt(max(0.0, product * product - unsure * sure))
    if not sure:
        return 0.0
    odds = sure / (product + root)
    return odds / (1 + odds)


def _filler(labelled: Sequence[Sampled], outcome: Outcome) -> Proportion:
    rulings = [sample.ruling for sample in labelled if sample.outcome == outcome]
    return Proportion(rulings.count("filler"), len(rulings))


def _following(samples: Sequence[Sampled], shown: Sequence[Agreed]) -> Iterator[Following]:
    labelled = [sample for sample in samples if sample.state == "answered" and sample.ruling != "unsure"]
    which: dict[Outcome | Literal["all"], tuple[Outcome, ...]]
    which = {"removed": ("removed",), "passed": ("passed",), "all": OUTCOMES}
    for name, outcomes in which.items():
        blind = [sample for sample in labelled if sample.outcome in outcomes]
        hidden = Proportion(sum(sample.ruling == sample.verdict for sample in blind), len(blind))
        counts = [agreed for agreed in shown if agreed.outcome in outcomes]
        seen = Proportion(sum(agreed.same for agreed in counts), sum(agreed.of for agreed in counts))
        more = difference(_bounded(seen), _bounded(hidden)) if seen.of and hidden.of else None
        yield Following(name, seen, hidden, more)


def _bounded(share: Proportion) -> Bounded:
    return Bounded(share.value, *share.interval)
