"""Labels that are likely wrong, by models that had not seen the voice of what they judge: confident learning.

Northcutt, Jiang, Chuang 2021, Journal of Artificial Intelligence Research 70:1373: a model is confident that a block
has a label when its probability reaches the mean of those of blocks that carry the label; a block of which it is
confident, but of another label, is likely labelled wrongly. It is one formula, so no library is needed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import softmax

from classifier.blocks import LABELS, Example, Label
from classifier.context import Floats, Numbers
from classifier.cores import on_cores
from classifier.cross_fitting import Rows, splits_by_voice
from classifier.fitting import Analysed, BlockFit

_WORTH_A_PROCESS = 3000  # examples


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An example whose label is likely wrong."""

    example: Example
    likely: Label  # what a model says that had not seen its voice
    sure: float  # how probable that label is to it, 0..1
    given: float  # how probable the label that the example carries is to it, 0..1

    @property
    def margin(self) -> float:
        """By how much the other label is more probable, -1..1."""
        return self.sure - self.given


def out_of_voice(examples: Sequence[Example], data: Analysed, *, seed: int) -> Floats:
    """Return the probabilities of the labels of each example, alone, by a block stage that has not seen its voice.

    Args:
        examples: what `data` was analysed from, in the same order.
        seed: of the split into folds.

    Raises TrainingDataError when a label is missing or stands with too few voices.
    """
    splits = splits_by_voice(examples, seed)
    cores = None if len(examples) >= _WORTH_A_PROCESS else 1
    found = np.zeros((len(examples), len(LABELS)))
    judged = on_cores([partial(_judge, data, *split) for split in splits], cores=cores)
    for (_, others), probabilities in zip(splits, judged, strict=True):
        found[others] = probabilities
    return found


def doubtful(examples: Sequence[Example], probabilities: Floats) -> list[Doubtful]:
    """Return the examples whose labels are likely wrong, what the model is most sure of first.

    Args:
        examples: whose labels are put in doubt.
        probabilities: shape (n_examples, len(LABELS)), by models that had not seen them.
    """
    labels = np.array([LABELS.index(example.label) for example in examples], dtype=np.intp)
    likely = confident_labels(labels, probabilities)
    found = [
        Doubtful(examples[row], LABELS[likely[row]], *_pair(probabilities[row], likely[row], labels[row]))
        for row in np.flatnonzero((likely >= 0) & (likely != labels)).tolist()
    ]
    return sorted(found, key=lambda one: (-one.margin, one.example.origin, one.example.text))


def confident_labels(labels: Numbers, probabilities: Floats) -> Numbers:
    """Return the label that the model is confident of for each block, -1 where it is of none; shape (n_blocks,)."""
    thresholds = [
        probabilities[labels == label, label].mean() if (labels == label).any() else np.inf
        for label in range(len(LABELS))
    ]
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    best: Numbers = confident.argmax(axis=1)
    return np.where(confident.max(axis=1) >= 0, best, -1)


def _judge(data: Analysed, rows: Rows, others: Rows) -> Floats:
    seen = data.rows(rows)
    fit = BlockFit(seen)
    probabilities: Floats = softmax(fit.log_odds(fit.solution(seen.weights), data.found.rows(others)), axis=1)
    return probabilities


def _pair(probabilities: Floats, likely: int, given: int) -> tuple[float, float]:
    return float(probabilities[likely]), float(probabilities[given])
