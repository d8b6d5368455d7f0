"""Two versions measured on the same blocks: the difference of a figure, with an interval that knows they are the same.

Shares: Newcombe 1998, Statistics in Medicine 17:2635, method 10, which stays honest where a version errs never. Blocks
of one page err together, which it does not know: its intervals are a little narrow, and a gate that waits for one to
leave 0 closes a little early rather than late. The area under the ROC curve: a bootstrap over pages, both versions on
the same draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from classifier.blocks import Example, Label, Verdict
from classifier.context import Flags, Floats
from classifier.evaluation import Area, page_draws, spread
from classifier.proportion import Proportion
from classifier.thresholds import NEWS_FLAGGED, flagging_threshold

AUC = "AUC, news against filler"
FOUND = "filler found at 1 % of news"
NEWS_LOST = "news lost"
FILLER_MISSED = "filler missed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two versions on the same blocks."""

    name: str  # as `newsieve evaluate` prints it
    before: float  # 0..1
    after: float  # 0..1
    low: float  # lower bound of after - before, 95 %
    high: float  # upper bound of after - before, 95 %
    of: int | None  # of a share, among how many blocks; None for a figure that is no share
    more_is_better: bool

    @property
    def change(self) -> float:
        """After less before, -1..1."""
        return self.after - self.before

    @property
    def gain(self) -> float:
        """How much better it is after, -1..1; below 0 it is worse."""
        return self.change if self.more_is_better else -self.change

    @property
    def surely_worse(self) -> bool:
        """Whether the interval leaves no doubt that it is worse after."""
        return self.high < 0 if self.more_is_better else self.low > 0


def differences(
    examples: Sequence[Example], before: Sequence[Verdict], after: Sequence[Verdict], *, seed: int = 0
) -> tuple[Difference, ...]:
    """Return the figures of two versions on the same examples; those that nothing is counted for are left out."""
    labels = np.array([example.label for example in examples])
    called = [np.array([verdict.label for verdict in verdicts], dtype=object) for verdicts in (before, after)]
    doubted = [np.array([verdict.needs_review for verdict in verdicts], dtype=np.bool_) for verdicts in (before, after)]
    scores = [np.array([verdict.score for verdict in verdicts]) for verdicts in (before, after)]
    news, filler = labels == "news", labels == "filler"
    flagged = [verdicts == "filler" for verdicts in called]
    found = [
        *_of_scores(examples, news, filler, scores, seed=seed),
        *_share(NEWS_LOST, flagged, among=news),
        *_share(FILLER_MISSED, [~flags for flags in flagged], among=filler),
        *_share("needs review", doubted, among=np.ones(len(labels), dtype=np.bool_)),
    ]
    for label in ("boilerplate", "filler", "news"):
        found += _recall(label, labels, called)
    return tuple(found)


def share_interval(before: Flags, after: Flags) -> tuple[float, float]:
    """Return the bounds of the difference of two shares of the same blocks, after less before; some blocks at least."""
    of, both = len(before), int((before & after).sum())
    first, second = Proportion(int(after.sum()), of), Proportion(int(before.sum()), of)
    neither = of - first.hits - second.hits + both
    together = both * neither - (first.hits - both) * (second.hits - both)
    spread_of_both = sqrt(first.hits * (of - first.hits) * second.hits * (of - second.hits))
    corrected = max(together - of / 2, 0.0) if together > 0 else float(together)  # Newcombe's continuity correction
    phi = corrected / spread_of_both if spread_of_both else 0.0
    change = first.value - second.value
    (low_1, high_1), (low_2, high_2) = first.interval, second.interval
    return (
        max(-1.0, change - _joined(first.value - low_1, high_2 - second.value, phi)),
        min(1.0, change + _joined(high_1 - first.value, second.value - low_2, phi)),
    )


def _joined(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def _share(name: str, hits: Sequence[Flags], *, among: Flags, more_is_better: bool = False) -> tuple[Difference, ...]:
    before, after = (np.asarray(flags, dtype=np.bool_)[among] for flags in hits)
    if not len(before):
        return ()
    low, high = share_interval(before, after)
    return (Difference(name, float(before.mean()), float(after.mean()), low, high, len(before), more_is_better),)


def _recall(label: Label, labels: Flags, called: Sequence[Flags]) -> tuple[Difference, ...]:
    right = [verdicts == label for verdicts in called]
    return _share(f"{label} recall", right, among=labels == label, more_is_better=True)


def _of_scores(
    examples: Sequence[Example], news: Flags, filler: Flags, scores: Sequence[Floats], *, seed: int
) -> tuple[Difference, ...]:
    if not news.any() or not filler.any():
        return ()
    ranked = np.flatnonzero(news | filler)
    areas = [Area(filler[ranked], values[ranked]) for values in scores]
    drawn = page_draws([examples[number].page for number in ranked.tolist()], seed=seed)
    low, high = spread([areas[1].of(weights) - areas[0].of(weights) for weights in drawn])
    before, after = (area.of(np.ones(len(ranked))) for area in areas)
    found = [values >= flagging_threshold(values[news], int(NEWS_FLAGGED * int(news.sum()))) for values in scores]
    return (
        Difference(AUC, before, after, low, high, None, more_is_better=True),
        *_share(FOUND, found, among=filler, more_is_better=True),
    )
