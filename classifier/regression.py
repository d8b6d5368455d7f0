"""Multinomial logistic regression on a matrix that is only known by its factors.

What scikit-learn's ``LogisticRegression`` minimises (mean log loss with an L2 penalty, L-BFGS from zero, the same
tolerances), without ever multiplying the factors: for TF-IDF over units they are a third of their product.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy import sparse
from scipy.linalg import helmert
from scipy.optimize import fmin_l_bfgs_b

from classifier.context import Floats, Numbers

Factor = sparse.csr_matrix | Floats


@dataclass(frozen=True, slots=True)
class Factored:
    """A feature matrix of shape (n_blocks, n_features): parts side by side, each the product of its factors."""

    parts: tuple[tuple[Factor, ...], ...]

    def times(self, columns: Floats) -> Floats:
        """Return the matrix times `columns`, shape (n_features, k)."""
        sums, start = np.zeros((columns.shape[1], self.parts[0][0].shape[0])).T, 0
        for factors in self.parts:
            end = start + factors[-1].shape[1]
            sums += reduce(lambda value, factor: _product(factor, value), reversed(factors), columns[start:end])
            start = end
        return sums

    def transposed_times(self, rows: Floats) -> Floats:
        """Return the transposed matrix times `rows`, shape (n_blocks, k)."""
        parts = [reduce(lambda value, factor: _product(factor.T, value), factors, rows) for factors in self.parts]
        return np.vstack(parts)

    @property
    def features(self) -> int:
        """How many columns there are."""
        return sum(factors[-1].shape[1] for factors in self.parts)


def _product(factor: Factor | sparse.csc_matrix, columns: Floats) -> Floats:
    """Return `factor` times `columns`, one after the other: for two or three columns scipy takes half the time so."""
    if not sparse.issparse(factor):
        return factor @ columns
    return np.array([factor @ column for column in np.ascontiguousarray(columns.T)]).T


@dataclass(frozen=True, slots=True)
class Solution:
    """A fitted regression."""

    table: Floats  # shape (n_features + 1, n_labels): the coefficients, then the intercepts
    steps: int  # of L-BFGS

    def log_odds(self, matrix: Factored) -> Floats:
        """Return the decision function of the rows of `matrix`, one column a label."""
        log_odds: Floats = matrix.times(self.table[:-1]) + self.table[-1]
        return log_odds


def balanced(labels: Numbers, weights: Floats) -> Floats:
    """Return `weights` with each label's scaled to the same sum, and the sum of all as it was."""
    sums = np.bincount(labels, weights)
    scaled: Floats = weights * (weights.sum() / np.count_nonzero(sums) / sums[labels])
    return scaled


def fit_regression(
    matrix: Factored, labels: Numbers, weights: Floats, *, strength: float, start: Solution | None = None
) -> Solution:
    """Return the regression of `labels` on the rows of `matrix`.

    Args:
        matrix: shape (n_blocks, n_features).
        labels: the number of each block's label, shape (n_blocks,).
        weights: how much each block counts, > 0, shape (n_blocks,).
        strength: scikit-learn's C: the summed log loss counts so much against half the squared coefficients.
        start: where to begin; what comes out is the same within the tolerance.
    """
    plane = helmert(int(labels.max()) + 1).T  # from zero on, a row of coefficients always sums to zero: search there
    share = (weights / weights.sum())[:, None]
    penalty = 1.0 / (strength * weights.sum())
    blocks = np.arange(len(labels))

    def loss(flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(-1, plane.shape[1])
        log_odds = (plane @ (matrix.times(table[:-1]) + table[-1]).T).T
        log_likelihood = log_odds - np.logaddexp.reduce(log_odds, axis=1)[:, None]
        value = penalty / 2 * float((table[:-1] ** 2).sum()) - float(share[:, 0] @ log_likelihood[blocks, labels])
        error = np.exp(log_likelihood)
        error[blocks, labels] -= 1.0
        error = (error * share) @ plane
        slope = matrix.transposed_times(error) + penalty * table[:-1]
        return value, np.concatenate([slope, error.sum(axis=0, keepdims=True)]).ravel()

    first = np.zeros((matrix.features + 1, len(plane))) if start is None else start.table
    found, _, facts = fmin_l_bfgs_b(loss, (first @ plane).ravel(), pgtol=1e-4, factr=64, maxls=50, maxiter=2000)
    return Solution(found.reshape(-1, plane.shape[1]) @ plane.T, int(facts["nit"]))
