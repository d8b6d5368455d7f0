"""Every block judged by a block stage that had not seen its voice: what the page stage and thresholds are made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from random import Random

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from classifier.blocks import LABELS, Example
from classifier.context import CONTEXT_NAMES, Floats, is_line, page_facts
from classifier.errors import TrainingDataError
from classifier.fitting import Analysed, analysed, block_weights, fit_all, fit_page_stage
from classifier.recompose import recompose
from classifier.scorer import Scorer
from classifier.weights import BlockWeights, PageWeights

FOLDS = 5
RECOMPOSED = 4  # pages made of each labelled page
Rows = npt.NDArray[np.intp]
Split = tuple[Rows, Rows]
"""Rows to fit and rows to judge."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Blocks as a block stage that had not seen their voice judged them; the first axis is the block."""

    labels: npt.NDArray[np.str_]
    weights: Floats  # how much each counts
    log_odds: Floats  # of each label, seen alone
    familiar: Floats  # share of the idf mass of character n-grams seen in training, 0..1
    facts: Floats  # what the page says of the block (classifier.context); zeros for blocks seen alone

    def rows(self, rows: Rows) -> "Seen":
        """Return the blocks `rows` alone."""
        return Seen(*(getattr(self, name)[rows] for name in Seen.__slots__))

    @classmethod
    def joined(cls, parts: Sequence["Seen"]) -> "Seen":
        """Return the blocks of all `parts`, in order."""
        columns = [[getattr(part, name) for part in parts] for name in cls.__slots__]
        return cls(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True, slots=True)
class Fold:
    """One part of the voices, judged by what was fitted to the other parts."""

    alone: Seen  # every block
    in_place: Seen  # the blocks of labelled pages
    recomposed: Seen  # the blocks of pages made of those


def fit_fold(data: Analysed, rows: Rows, unseen: Sequence[Example], decision_weight: float, *, seed: int) -> Fold:
    """Return the fold of the examples `unseen`, judged by a fit to `rows`; `seed` lays out the pages made of them."""
    return _fold(block_weights(fit_all(data.rows(rows), decision_weight)), unseen, seed)


def cross_fit(examples: Sequence[Example], seed: int) -> list[Fold]:
    """Return all folds of `examples`, one after the other. Raises TrainingDataError like :func:`splits_by_voice`."""
    data = analysed(examples)
    return [fold() for fold in fold_tasks(examples, data, splits_by_voice(examples, seed), 1.0, seed)]


def fold_tasks(
    examples: Sequence[Example], data: Analysed, splits: Sequence[Split], decision_weight: float, seed: int
) -> list[Callable[[], Fold]]:
    """Return what makes each fold; none needs another."""
    return [
        partial(fit_fold, data, rows, [examples[row] for row in others], decision_weight, seed=seed + number)
        for number, (rows, others) in enumerate(splits)
    ]


def cross_fitted_page_stage(folds: Sequence[Fold]) -> PageWeights:
    """Return the page stage fitted to the pages of `folds`, those made of them included.

    Without pages that hold both news and filler it leaves every block as the block stage judged it.
    """
    seen = Seen.joined([seen for fold in folds for seen in (fold.in_place, fold.recomposed)])
    content = seen.labels != "boilerplate"
    if len(set(seen.labels[content])) < 2:
        return PageWeights(0.0, np.eye(len(CONTEXT_NAMES))[0], np.zeros(len(CONTEXT_NAMES)))
    return fit_page_stage(seen.facts[content], seen.labels[content] == "filler", seen.weights[content])


def splits_by_voice(examples: Sequence[Example], seed: int) -> list[Split]:
    """Return (rows to fit, rows to judge) of each fold; no voice is on both sides.

    Where a voice is unknown its site stands in for it; where the voices are too few, sites do for all. Raises
    TrainingDataError when a label is missing or stands on too few sites as well.
    """
    labels = [e.label for e in examples]
    groups = [e.hand for e in examples]
    if min(_spread(labels, groups).values()) < 2:
        groups = [e.site for e in examples]
    spread = _spread(labels, groups)
    poor = [f"{label} stands on {count}" for label, count in spread.items() if count < 2]
    if poor:
        raise TrainingDataError(
            f"too little to train on: {', '.join(poor)} site(s); every label is needed on at least 2"
        )
    splitter = StratifiedGroupKFold(min(FOLDS, *spread.values()), shuffle=True, random_state=seed)
    splits = list(splitter.split(labels, labels, groups))
    if any({labels[i] for i in rows} != set(LABELS) for rows, _ in splits):
        raise TrainingDataError("too little to train on: a label is concentrated on one site; add blocks of others")
    return splits


def _spread(labels: Sequence[str], groups: Sequence[str]) -> dict[str, int]:
    standing = set(zip(labels, groups, strict=True))
    return {label: sum(found == label for found, _ in standing) for label in LABELS}


def _fold(weights: BlockWeights, examples: Sequence[Example], seed: int) -> Fold:
    pages = pages_of(examples)
    made = recompose(pages, count=RECOMPOSED * len(pages), random=Random(seed))  # noqa: S311 - guards nothing
    judged = _Judged(weights, examples)
    return Fold(judged.alone, judged.on_pages(pages), judged.on_pages(made))


def pages_of(examples: Sequence[Example]) -> list[list[Example]]:
    """Return the examples that stand on a page with others, page by page, in reading order."""
    placed = sorted((e for e in examples if e.position is not None), key=lambda e: (e.page, e.position))
    pages = [list(page) for _, page in groupby(placed, key=lambda e: e.page)]
    return [page for page in pages if len(page) > 1]


class _Judged:
    """Blocks scored once, whatever pages they are laid out on."""

    def __init__(self, weights: BlockWeights, examples: Sequence[Example]) -> None:
        texts = [e.text for e in examples]
        scores, self._words = Scorer(weights).score_page(texts)
        self._lines = np.array([is_line(text) for text in texts], dtype=np.bool_)
        self._row = {example: row for row, example in enumerate(examples)}
        self.alone = Seen(
            labels=np.array([e.label for e in examples], dtype=np.str_),
            weights=np.array([e.weight for e in examples], dtype=np.float64),
            log_odds=scores.log_odds,
            familiar=scores.familiar,
            facts=np.zeros((len(examples), len(CONTEXT_NAMES))),
        )

    def on_pages(self, pages: Sequence[Sequence[Example]]) -> Seen:
        """Return the blocks of `pages`, with what the pages say of them."""
        return Seen.joined([self._on_page(page) for page in pages] or [self.alone.rows(_NONE)])

    def _on_page(self, page: Sequence[Example]) -> Seen:
        rows = np.array([self._row[example] for example in page], dtype=np.intp)
        seen = self.alone.rows(rows)
        return replace(seen, facts=page_facts(seen.log_odds, self._lines[rows], self._words.of(rows)))


_NONE = np.array([], dtype=np.intp)
