"""What a fitted block stage has learnt, as a normal distribution of its weights, so that it can learn on in no time.

A refit to all training data after each decision would take days. Laplace's approximation at the fitted weights keeps
what the data said (Spiegelhalter and Lauritzen 1990; Boehning 1992 for the shape that the labels share); decisions are
then fitted with the loss, penalty and balance of a true refit. Vocabulary and idf stay as they are.
"""

from collections.abc import Sequence

import numpy as np
from scipy import linalg, optimize, sparse
from sklearn.pipeline import Pipeline
from sklearn.utils.class_weight import compute_class_weight

from classifier.blocks import LABELS
from classifier.context import Floats, Numbers
from classifier.fitting import SETTINGS

_FREE = 10.0  # of the intercept, which a refit does not hold back
_ROWS = 500  # multiplied at once


class Learnt:
    """A fitted block stage with the curvature of its loss."""

    def __init__(self, pipeline: Pipeline, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._pipeline = pipeline
        self._balance = compute_class_weight("balanced", classes=np.array(LABELS), y=np.array(labels))
        self._rows = self._features(texts)
        self._factor = self._curvature(self.log_odds(texts), np.array(labels))

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return what the block stage said before it learnt on, shape (n_texts, len(LABELS))."""
        return np.asarray(self._pipeline.decision_function(texts))

    def covariance(self, texts: Sequence[str]) -> Floats:
        """Return how the log-odds of texts move together when something is learnt, shape (n_texts, n_texts)."""
        rows = self._features(texts)
        known = (self._rows @ rows.T).toarray()
        known = linalg.solve_triangular(self._factor, known, lower=True, overwrite_b=True, check_finite=False)
        return ((rows @ rows.T).toarray() - known.T @ known).astype(np.float64)

    def after(self, before: Floats, covariance: Floats, rows: Numbers, labels: Sequence[str], weight: float) -> Floats:
        """Return the log-odds of texts after the labels of some of them were learnt.

        Args:
            before: their log-odds, shape (n_texts, len(LABELS)).
            covariance: theirs, shape (n_texts, n_texts).
            rows: which of them are decided, shape (n,).
            labels: what the decided ones are.
            weight: of a decision, beside 1 for each block that was trained on.
        """
        root = linalg.cholesky(covariance[np.ix_(rows, rows)] + 1e-4 * np.eye(len(rows)), lower=True)
        moved = linalg.solve_triangular(root, covariance[rows], lower=True).T
        truth = np.array([LABELS.index(label) for label in labels])
        cost = SETTINGS["C"] * weight * self._balance[truth][:, None]
        return before + moved @ _fitted(before[rows], moved[rows], np.eye(len(LABELS))[truth], cost)

    def _features(self, texts: Sequence[str]) -> sparse.csr_matrix:
        features = self._pipeline[0].transform(texts)
        return sparse.csr_matrix(sparse.hstack([features, np.full((len(texts), 1), _FREE)]), dtype=np.float32)

    def _curvature(self, odds: Floats, labels: np.ndarray) -> Floats:
        chances = np.exp(odds - np.logaddexp.reduce(odds, axis=1)[:, None])
        balance = self._balance[np.searchsorted(LABELS, labels)]
        curvature = SETTINGS["C"] * balance * (1 - (chances**2).sum(axis=1)) / 2
        matrix = np.empty((len(labels), len(labels)), dtype=np.float32)
        for start in range(0, len(labels), _ROWS):
            matrix[start : start + _ROWS] = (self._rows[start : start + _ROWS] @ self._rows.T).toarray()
        matrix[np.diag_indices(len(labels))] += 1 / np.maximum(1e-6, curvature)
        return linalg.cholesky(matrix, lower=True, overwrite_a=True, check_finite=False)


def _fitted(before: Floats, moved: Floats, truth: Floats, cost: Floats) -> Floats:
    """Return the weights of what moves that fit the decided blocks best, shape (n, len(LABELS))."""

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(truth.shape)
        odds = before + moved @ weights
        log_chances = odds - np.logaddexp.reduce(odds, axis=1)[:, None]
        value = (weights**2).sum() / 2 - (cost * truth * log_chances).sum()
        return value, (moved.T @ (cost * (np.exp(log_chances) - truth)) + weights).ravel()

    return optimize.minimize(loss, np.zeros(truth.size), jac=True, method="L-BFGS-B").x.reshape(truth.shape)
