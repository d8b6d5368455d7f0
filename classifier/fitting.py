"""Fits the two stages with scikit-learn, and turns what they learnt into plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from classifier.analysis import Analysis, analyse
from classifier.blocks import LABELS, Example
from classifier.context import Flags, Floats, Numbers
from classifier.features import UnitTfidf, block_features
from classifier.regression import Factor, Factored, Solution, balanced, fit_regression
from classifier.weights import BlockWeights, PageWeights, PartWeights

SETTINGS = {
    "min_df": 2,
    "unknown_mass": 0.1,
    "word_scale": 2.0,
    "shape_scale": 0.15,
    "C": 2.0,
    "balanced": 1.0,
    "page_C": 1.0,
}
"""Of the features and of the two regressions; chosen by cross-validation over voices (tests/bench/ablation.py)."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """Examples with what stands in their texts; the first axis of every array is the example."""

    found: Analysis
    labels: Numbers  # place in LABELS
    weights: Floats  # how much each counts, > 0
    decided: Flags  # which ones people decided

    def rows(self, rows: Numbers) -> "Analysed":
        """Return the examples `rows` alone."""
        return Analysed(self.found.rows(rows), self.labels[rows], self.weights[rows], self.decided[rows])

    def weighing_decisions(self, weight: float) -> Floats:
        """Return the weights, those of decided examples times `weight`."""
        return np.where(self.decided, self.weights * weight, self.weights)


def analysed(examples: Sequence[Example], settings: Mapping[str, float] = SETTINGS) -> Analysed:
    """Return `examples` with what stands in their texts."""
    return Analysed(
        found=analyse([e.text for e in examples], int(settings["min_df"])),
        labels=np.array([LABELS.index(e.label) for e in examples], dtype=np.intp),
        weights=np.array([e.weight for e in examples], dtype=np.float64),
        decided=np.array([bool(e.people) for e in examples], dtype=np.bool_),
    )


def fit_block_stage(examples: Sequence[Example], settings: Mapping[str, float] = SETTINGS) -> Pipeline:
    """Return the fitted block stage: texts -> log-odds of the labels, each text seen alone."""
    return fit_all(analysed(examples, settings), settings=settings)


def fit_all(data: Analysed, decision_weight: float = 1.0, *, settings: Mapping[str, float] = SETTINGS) -> Pipeline:
    """Return the block stage fitted to all of `data`, the weights of decided examples times `decision_weight`."""
    fit = BlockFit(data, settings)
    return fit.pipeline(fit.solution(data.weighing_decisions(decision_weight)))


class BlockFit:
    """The block stage's features, learnt from examples, and its regression on them under any weights."""

    def __init__(self, data: Analysed, settings: Mapping[str, float] = SETTINGS) -> None:
        self._settings, self._labels = settings, data.labels
        scales = {name: settings[name] for name in ("unknown_mass", "word_scale", "shape_scale")}
        self._features: Any = block_features(min_df=int(settings["min_df"]), **scales)
        for name, part in self._features.transformer_list:
            if isinstance(part, UnitTfidf):
                part.learn(getattr(data.found, name))
        self._matrix = self._factored(data.found)

    def solution(self, weights: Floats, start: Solution | None = None) -> Solution:
        """Return the regression under `weights` of the examples, which begins its search at `start`."""
        weights = balanced(self._labels, weights) if self._settings["balanced"] else weights
        return fit_regression(self._matrix, self._labels, weights, strength=self._settings["C"], start=start)

    def log_odds(self, solution: Solution, found: Analysis) -> Floats:
        """Return the log-odds of the labels of other blocks, one column a label."""
        return solution.log_odds(self._factored(found))

    def pipeline(self, solution: Solution) -> Pipeline:
        """Return features and regression as the pipeline that scikit-learn would have fitted."""
        weight = "balanced" if self._settings["balanced"] else None
        regression = LogisticRegression(C=self._settings["C"], class_weight=weight, max_iter=2000)
        regression.classes_ = np.array(LABELS)
        regression.coef_ = np.ascontiguousarray(solution.table[:-1].T)
        regression.intercept_ = solution.table[-1]
        regression.n_features_in_, regression.n_iter_ = self._matrix.features, np.array([solution.steps])
        return Pipeline([("features", self._features), ("regression", regression)])

    @property
    def matrix(self) -> Factored:
        """The features of the examples, (n_examples, n_features)."""
        return self._matrix

    def _factored(self, found: Analysis) -> Factored:
        scales = self._features.transformer_weights
        return Factored(tuple(_factors(name, part, found, scales) for name, part in self._features.transformer_list))


def _factors(name: str, part: Any, found: Analysis, scales: Mapping[str, float]) -> tuple[Factor, ...]:
    if not isinstance(part, UnitTfidf):
        return (found.shape * scales[name],)
    blocks, grams = part.factors(getattr(found, name))
    return blocks * scales.get(name, 1.0), grams


def block_weights(pipeline: Pipeline) -> BlockWeights:
    """Return what a fitted block stage learnt, as plain arrays."""
    union: Any = pipeline[0]
    regression: Any = pipeline[-1]
    assert tuple(regression.classes_) == LABELS  # noqa: S101 - train() refused anything else
    parts: dict[str, Any] = {}
    start = 0
    coefficients = regression.coef_.T
    for name, part in union.transformer_list:
        block = coefficients[start : start + len(part.get_feature_names_out())]
        start += len(block)
        block = block * union.transformer_weights.get(name, 1.0)
        parts[name] = _part_weights(part, block) if isinstance(part, UnitTfidf) else block
    return BlockWeights(regression.intercept_, parts["words"], parts["characters"], parts["shape"])


def _part_weights(part: UnitTfidf, coefficients: Floats) -> PartWeights:
    return PartWeights(tuple(part.vocabulary_), part.idf_, np.ascontiguousarray(coefficients), part.unknown_)


def fit_page_stage(facts: Floats, filler: Flags, weights: Floats) -> PageWeights:
    """Return the fitted page stage: facts of blocks (:mod:`classifier.context`) -> log-odds of filler against news.

    Args:
        facts: shape (n_blocks, len(CONTEXT_NAMES)), from block stages that had not seen the blocks.
        filler: which of the blocks are filler; the others are news.
        weights: how much each block counts, > 0.
    """
    scaler, regression = StandardScaler(), LogisticRegression(C=SETTINGS["page_C"], max_iter=2000)
    regression.fit(scaler.fit_transform(facts, sample_weight=weights), filler, sample_weight=weights)
    return PageWeights(float(regression.intercept_[0]), regression.coef_[0] / scaler.scale_, scaler.mean_)
