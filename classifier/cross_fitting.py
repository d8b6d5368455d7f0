"""Every block judged by a block stage that had not seen its voice: what the page stage and thresholds are made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from classifier.blocks import LABELS, Example
from classifier.context import CONTEXT_NAMES, Floats
from classifier.errors import TrainingDataError
from classifier.fitting import block_weights, fit_block_stage, fit_page_stage
from classifier.page_stage import facts_of
from classifier.recompose import recompose
from classifier.scorer import Scorer
from classifier.weights import PageWeights

FOLDS = 5
RECOMPOSED = 4  # pages made of each labelled page
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Seen:
    """Blocks as a block stage that had not seen their voice judged them; the first axis is the block."""

    labels: npt.NDArray[np.str_]
    log_odds: Floats  # of each label, seen alone
    familiar: Floats  # share of the idf mass of character n-grams seen in training, 0..1
    facts: Floats  # what the page says of the block (classifier.context); zeros for blocks seen alone

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


def cross_fit(examples: Sequence[Example], seed: int, progress: Callable[[int, int], None]) -> list[Fold]:
    """Return the folds of `examples`, cut between voices; `progress` is told the number of each and of all.

    Raises TrainingDataError when a label is missing or stands with too few voices to be measured.
    """
    splits = splits_by_voice(examples, seed)
    folds = []
    for number, (rows, others) in enumerate(splits):
        progress(number, len(splits))
        scorer = Scorer(block_weights(fit_block_stage([examples[i] for i in rows])))
        folds.append(_fold(scorer, [examples[i] for i in others], Random(seed + number)))  # noqa: S311 - lays out pages, guards nothing
    return folds


def cross_fitted_page_stage(folds: Sequence[Fold]) -> PageWeights:
    """Return the page stage fitted to the pages of `folds`, those made of them included.

    Without pages that hold both news and filler it leaves every block as the block stage judged it.
    """
    seen = Seen.joined([seen for fold in folds for seen in (fold.in_place, fold.recomposed)])
    content = seen.labels != "boilerplate"
    if len(set(seen.labels[content])) < 2:
        return PageWeights(0.0, np.eye(len(CONTEXT_NAMES))[0], np.zeros(len(CONTEXT_NAMES)))
    return fit_page_stage(seen.facts[content], seen.labels[content] == "filler")


def splits_by_voice(examples: Sequence[Example], seed: int) -> list[tuple[Rows, Rows]]:
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


def _fold(scorer: Scorer, examples: Sequence[Example], random: Random) -> Fold:
    pages = pages_of(examples)
    made = recompose(pages, count=RECOMPOSED * len(pages), random=random)
    return Fold(_alone(scorer, examples), _on_pages(scorer, pages), _on_pages(scorer, made))


def pages_of(examples: Sequence[Example]) -> list[list[Example]]:
    """Return the examples that stand on a page with others, page by page, in reading order."""
    placed = sorted((e for e in examples if e.position is not None), key=lambda e: (e.page, e.position))
    pages = [list(page) for _, page in groupby(placed, key=lambda e: e.page)]
    return [page for page in pages if len(page) > 1]


def _alone(scorer: Scorer, examples: Sequence[Example]) -> Seen:
    scores = scorer.score([e.text for e in examples])
    return Seen(_labels(examples), scores.log_odds, scores.familiar, np.zeros((len(examples), len(CONTEXT_NAMES))))


def _on_pages(scorer: Scorer, pages: Sequence[Sequence[Example]]) -> Seen:
    return Seen.joined([_on_page(scorer, page) for page in pages] or [_alone(scorer, [])])


def _on_page(scorer: Scorer, page: Sequence[Example]) -> Seen:
    texts = [e.text for e in page]
    scores, words = scorer.score_page(texts)
    return Seen(_labels(page), scores.log_odds, scores.familiar, facts_of(scores.log_odds, texts, words)[0])


def _labels(examples: Sequence[Example]) -> npt.NDArray[np.str_]:
    return np.array([e.label for e in examples], dtype=np.str_)
