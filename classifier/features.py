"""What the model sees of a block, as scikit-learn transformers: its two TF-IDF parts and its shape.

The TF-IDF is additive. A *unit* is a token or a pair of neighbouring words; each distinct unit counts once a block, and
a part's length normaliser is the root of the summed squared idf mass of the block's units. A block's log-odds are then
sums over its units, which :mod:`classifier.scorer` looks up.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.pipeline import FeatureUnion
from sklearn.utils.validation import check_is_fitted

from classifier.analysis import PARTS, Incidence, analyse_part, shapes
from classifier.shape import SHAPE_NAMES


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
        return self.learn(analyse_part(self.part, texts, self.min_df))

    def learn(self, found: Incidence) -> Self:
        """Learn vocabulary and idf from what stands in texts."""
        frequency = found.frequency
        kept = np.flatnonzero(frequency >= self.min_df)
        self.vocabulary_ = {found.names[gram]: column for column, gram in enumerate(kept.tolist())}
        self.idf_ = np.log((1 + found.blocks.shape[0]) / (1 + frequency[kept])) + 1
        self.unknown_ = self.unknown_mass * float(self.idf_.max(initial=0.0)) ** 2
        return self

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return the TF-IDF matrix of shape (n_blocks, n_features); rows of unknown text are empty."""
        check_is_fitted(self)
        blocks, grams = self.factors(analyse_part(self.part, texts))
        return sparse.csr_matrix(blocks @ grams)

    def factors(self, found: Incidence) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Return two matrices, by the units that have n-grams with a column, whose product is the TF-IDF matrix."""
        grams = self._known(found)
        unknown = found.sizes - np.asarray(grams.sum(axis=1)).ravel()
        grams.data *= self.idf_[grams.indices]
        mass = found.blocks @ (np.asarray(grams.power(2).sum(axis=1)).ravel() + self.unknown_ * unknown)
        scale = np.divide(1.0, np.sqrt(mass), out=np.zeros_like(mass), where=mass > 0)
        met = np.bincount(found.blocks.indices, minlength=len(unknown))
        useful = np.flatnonzero((met > 0) & (np.diff(grams.indptr) > 0))
        return sparse.csr_matrix(sparse.diags(scale) @ found.blocks[:, useful]), grams[useful]

    def _known(self, found: Incidence) -> sparse.csr_matrix:
        """Return how often each unit holds each n-gram that has a column, (n_units, n_features)."""
        column = np.array([self.vocabulary_.get(name, -1) for name in found.names], dtype=np.int32)
        columns = column[found.grams.indices]
        known = columns >= 0
        ends = np.concatenate([[0], np.cumsum(known)])[found.grams.indptr]
        values = found.grams.data[known]
        return sparse.csr_matrix((values, columns[known], ends), shape=(len(found.sizes), len(self.vocabulary_)))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:  # noqa: ARG002 - see above
        """Return the n-grams, by column."""
        return np.array(list(self.vocabulary_), dtype=object)


class Shape(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """The shape of a block (:func:`classifier.shape.shape`)."""

    def fit(self, texts: Any, y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn nothing."""
        return self

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """Return a matrix of shape (n_blocks, len(SHAPE_NAMES))."""
        return sparse.csr_matrix(shapes(texts))

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
