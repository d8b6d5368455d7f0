"""Fits the two stages with scikit-learn, and turns what they learnt into plain arrays."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from classifier.blocks import LABELS, Example
from classifier.context import Floats
from classifier.features import UnitTfidf, block_features
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


def fit_block_stage(examples: Sequence[Example], settings: Mapping[str, float] = SETTINGS) -> Pipeline:
    """Return the fitted block stage: texts -> log-odds of the labels, each text seen alone."""
    scales = {name: settings[name] for name in ("unknown_mass", "word_scale", "shape_scale")}
    features = block_features(min_df=int(settings["min_df"]), **scales)
    weight = "balanced" if settings["balanced"] else None
    regression = LogisticRegression(C=settings["C"], class_weight=weight, max_iter=2000)
    pipeline = Pipeline([("features", features), ("regression", regression)])
    return pipeline.fit([e.text for e in examples], [e.label for e in examples])


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


def fit_page_stage(facts: Floats, filler: npt.NDArray[np.bool_]) -> PageWeights:
    """Return the fitted page stage: facts of blocks (:mod:`classifier.context`) -> log-odds of filler against news.

    Args:
        facts: shape (n_blocks, len(CONTEXT_NAMES)), from block stages that had not seen the blocks.
        filler: which of the blocks are filler; the others are news.
    """
    scaler, regression = StandardScaler(), LogisticRegression(C=SETTINGS["page_C"], max_iter=2000)
    regression.fit(scaler.fit_transform(facts), filler)
    return PageWeights(float(regression.intercept_[0]), regression.coef_[0] / scaler.scale_, scaler.mean_)
