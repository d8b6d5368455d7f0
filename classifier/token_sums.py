"""What the n-grams of one token or pair add to a block's log-odds."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from classifier.blocks import LABELS
from classifier.weights import PartWeights

ROW_WIDTH = 2 * len(LABELS) + 6
"""Sums of a token: weights by label and squared mass, of its words and of its characters; facts of what is known."""

_T = TypeVar("_T")


class Part:
    """One TF-IDF part, ready to be looked up."""

    def __init__(self, weights: PartWeights) -> None:
        self.columns = dict(zip(weights.grams, range(len(weights.grams)), strict=True))
        self.idf = weights.idf
        self.coefficients = weights.coefficients
        weighted = weights.coefficients * weights.idf[:, None]
        self.table = np.column_stack([weighted, weights.idf**2])  # of a unit that is a single n-gram
        self.unknown = weights.unknown
        self.rarest = float(weights.idf.max(initial=1.0))  # idf of the rarest n-gram

    def rarity(self, gram: str) -> float:
        """Return the idf of an n-gram; of one never seen, that of the rarest."""
        column = self.columns.get(gram)
        return self.rarest if column is None else float(self.idf[column])

    def unit(self, grams: list[str]) -> tuple[float, ...]:
        """Return a unit's summed weights, one a label, its squared mass, and that of its known and unknown n-grams."""
        known = [column for gram in grams if (column := self.columns.get(gram)) is not None]
        counts = counted(known)
        columns = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float64, count=len(counts)) * self.idf[columns]
        mass, unknown = float(values @ values), len(grams) - len(known)
        sums = values @ self.coefficients[columns]
        return (*sums, mass + self.unknown * unknown, mass, unknown * self.rarest**2)


def counted(items: Sequence[_T]) -> dict[_T, int]:
    """Return how often each item is there; for a few items quicker than a Counter."""
    counts: dict[_T, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts
