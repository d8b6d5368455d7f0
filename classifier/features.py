"""What the model sees of a block, as scikit-learn transformers: its two TF-IDF parts and its shape.

The TF-IDF is additive. A *unit* is a token or a pair of neighbouring words; each distinct unit counts once a block, and
a part's length normaliser is the root of the summed squared idf mass of the block's units. A block's log-odds are then
sums over its units, which :mod:`classifier.scorer` looks up.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import FeatureUnion
from sklearn.utils.validation import check_is_fitted

from classifier.shape import SHAPE_NAMES, shape
from classifier.text import character_grams, character_units, word_grams, word_units

PARTS: dict[str, tuple[Callable[[str], list[str]], Callable[[str], list[str]]]] = {
    "words": (word_units, word_grams),
    "characters": (character_units, character_grams),
}
"""For each TF-IDF part: text -> its distinct units, unit -> its n-grams."""


class UnitTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """TF-IDF over the units of a block.

    Args:
        part: ``"words"`` (words and pairs of words) or ``"characters"`` (n-grams of 3 to 5 inside a token).
        min_df: in how many blocks an n-gram must stand to be kept.
        unknown_mass: how much of the rarest n-gram's squared mass an n-gram that was not kept adds to the length.

    Attributes:
        vocabulary_: dict of str -> int, column of each kept n-gram, in sorted order.
        idf_: array of shape (n_features,), ``log((1 + n) / (1 + df)) + 1`` (scikit-learn's smooth idf).
        unknown_: squared mass that an n-gram without a column adds to the length.
    """

    def __init__(self, part: str, min_df: int = 1, unknown_mass: float = 0.0) -> None:
        self.part = part
        self.min_df = min_df
        self.unknown_mass = unknown_mass

    def fit(self, texts: Sequence[str], y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn vocabulary and idf from `texts`."""
        blocks, units = self._blocks(texts)
        grams = sorted({gram for unit in units for gram in PARTS[self.part][1](unit)})
        self.vocabulary_ = {gram: column for column, gram in enumerate(grams)}
        present = blocks @ self._grams(units)
        frequency = np.bincount(present.indices, minlength=len(grams))
        kept = np.flatnonzero(frequency >= self.min_df)
        self.vocabulary_ = {grams[gram]: column for column, gram in enumerate(kept)}
        self.idf_ = np.log((1 + len(texts)) / (1 + frequency[kept])) + 1
        self.unknown_ = self.unknown_mass * float(self.idf_.max(initial=0.0)) ** 2
        return self

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return the TF-IDF matrix of shape (n_blocks, n_features); rows of unknown text are empty."""
        check_is_fitted(self)
        blocks, units = self._blocks(texts)
        grams = self._grams(units)
        weighted = grams @ sparse.diags(self.idf_)
        unknown = np.array([len(PARTS[self.part][1](unit)) for unit in units]) - np.asarray(grams.sum(axis=1)).ravel()
        mass = blocks @ (np.asarray(weighted.power(2).sum(axis=1)).ravel() + self.unknown_ * unknown)
        scale = np.divide(1.0, np.sqrt(mass), out=np.zeros_like(mass), where=mass > 0)
        return sparse.csr_matrix(sparse.diags(scale) @ (blocks @ weighted))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002 - see above
        """Return the n-grams, by column."""
        return np.array(list(self.vocabulary_), dtype=object)

    def _blocks(self, texts: Iterable[str]) -> tuple[sparse.csr_matrix, list[str]]:
        """Return which block holds which unit, (n_blocks, n_units) of ones, and the units by column."""
        rows: dict[str, int] = {}
        units_of = PARTS[self.part][0]
        return _counts([[rows.setdefault(unit, len(rows)) for unit in units_of(text)] for text in texts], rows)

    def _grams(self, units: list[str]) -> sparse.csr_matrix:
        """Return how often each unit holds each known n-gram, (n_units, n_features)."""
        known, grams_of = self.vocabulary_, PARTS[self.part][1]
        return _counts([[known[gram] for gram in grams_of(unit) if gram in known] for unit in units], known)[0]


def _counts(rows: list[list[int]], columns: dict[str, int]) -> tuple[sparse.csr_matrix, list[str]]:
    indices = np.array([column for row in rows for column in row], dtype=np.int32)
    ends = np.cumsum([0, *map(len, rows)])
    matrix = sparse.csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(rows), len(columns)))
    matrix.sum_duplicates()
    return matrix, list(columns)


class Shape(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """The shape of a block (:func:`classifier.shape.shape`)."""

    def fit(self, texts: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn nothing."""
        return self

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return a matrix of shape (n_blocks, len(SHAPE_NAMES))."""
        return sparse.csr_matrix(np.array([shape(text) for text in texts]).reshape(-1, len(SHAPE_NAMES)))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002 - see above
        """Return the names of the facts, by column."""
        return np.array(SHAPE_NAMES, dtype=object)


def block_features(*, min_df: int, unknown_mass: float, word_scale: float, shape_scale: float) -> FeatureUnion:
    """Return the features of the block stage: word part, character part and shape, side by side.

    Args:
        min_df: in how many blocks an n-gram must stand to be kept.
        unknown_mass: what share of the rarest n-gram's squared mass any other adds to a part's length.
        word_scale: what the word part is multiplied with; the character part is not.
        shape_scale: the same for the shape.
    """
    parts = [*((part, UnitTfidf(part, min_df, unknown_mass)) for part in PARTS), ("shape", Shape())]
    return FeatureUnion(parts, transformer_weights={"words": word_scale, "shape": shape_scale})
