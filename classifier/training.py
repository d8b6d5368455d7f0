"""Examples -> a model version: fit, cross-validate, choose thresholds, write the card."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from classifier.blocks import LABELS, Example
from classifier.card import Card, CrossValidation, Thresholds
from classifier.errors import TrainingDataError
from classifier.features import UnitTfidf, block_features
from classifier.model import boilerplate_probability, filler_score
from classifier.text import fingerprint
from classifier.thresholds import NEWS_FLAGGED, choose_thresholds, flagging_threshold
from classifier.weights import Floats, PartWeights, Weights

SETTINGS = {"C": 10.0, "shape_scale": 0.1}
"""Inverse regularisation strength of the regression, and how far its penalty lets the shape's facts speak."""

FOLDS = 5
LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate that has not been saved yet."""

    pipeline: Pipeline  # texts -> log-odds, for notebooks and as the reference of the scorer
    weights: Weights  # the same as plain arrays
    card: Card  # without the digests of the files, which the registry adds


def join(shipped: Iterable[Example], decided: Sequence[Example]) -> list[Example]:
    """Return all examples, a moderator's label replacing every other label of the same text."""
    return [*without(shipped, decided), *decided]


def without(examples: Iterable[Example], others: Iterable[Example]) -> list[Example]:
    """Return the examples whose text, by its fingerprint, is not among the texts of `others`."""
    left_out = {fingerprint(example.text) for example in others}
    return [example for example in examples if fingerprint(example.text) not in left_out]


def train(examples: Sequence[Example], *, decided: int, created_at: datetime, seed: int, progress: Progress) -> Trained:
    """Fit a model to `examples` (in any order) and measure it by cross-validation over sites.

    Args:
        decided: how many of `examples` carry a moderator's label.
        created_at: the time that goes into the version and the card, UTC.
        seed: of the split of sites into folds.
        progress: told what is being done, the step (from 0) and the number of steps.

    Raises TrainingDataError when a label is missing or stands on too few sites to be measured.
    """
    ordered = sorted(examples, key=lambda e: (e.page, e.text, e.label, e.site))
    with threadpool_limits(limits=1):
        folds = _folds(ordered, seed)
        log_odds = _cross_fitted(ordered, folds, progress)
        progress("fitting the model to all blocks", len(folds), len(folds) + 1)
        pipeline = _fitted(ordered)
    progress("done", len(folds) + 1, len(folds) + 1)
    digest = data_digest(ordered)
    thresholds, figures = _measured(log_odds, np.array([e.label for e in ordered]), len(folds))
    card = Card(
        version=f"{created_at:%Y%m%dT%H%M%SZ}-{digest[:8]}",
        created_at=created_at.isoformat(timespec="seconds"),
        data_digest=digest,
        examples=dict(Counter(e.label for e in ordered)),
        decided=decided,
        pages=len({e.page for e in ordered}),
        sites=len({e.site for e in ordered}),
        seed=seed,
        settings=SETTINGS,
        libraries={name: version(name) for name in LIBRARIES},
        cross_validation=figures,
        thresholds=thresholds,
        sha256={},
    )
    return Trained(pipeline, weights_of(pipeline), card)


def data_digest(ordered: Iterable[Example]) -> str:
    """Return the SHA-256 of examples in their canonical order."""
    digest = hashlib.sha256()
    for example in ordered:
        row = [example.page, example.site, example.label, example.text]
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def weights_of(pipeline: Pipeline) -> Weights:
    """Return what a fitted pipeline learnt, as plain arrays."""
    regression: Any = pipeline[-1]
    assert tuple(regression.classes_) == LABELS  # noqa: S101 - train() refused anything else
    parts: dict[str, Any] = {}
    start = 0
    coefficients = regression.coef_.T
    for name, part in pipeline[0].transformer_list:
        block = coefficients[start : start + len(part.get_feature_names_out())]
        parts[name] = _part_weights(part, block) if isinstance(part, UnitTfidf) else block * part.scale
        start += len(block)
    return Weights(regression.intercept_, parts["words"], parts["characters"], parts["shape"])


def _part_weights(part: UnitTfidf, coefficients: Floats) -> PartWeights:
    return PartWeights(tuple(part.vocabulary_), part.idf_, np.ascontiguousarray(coefficients))


def _fitted(examples: Sequence[Example]) -> Pipeline:
    regression = LogisticRegression(C=SETTINGS["C"], class_weight="balanced", max_iter=2000)
    pipeline = Pipeline([("features", block_features(SETTINGS["shape_scale"])), ("regression", regression)])
    return pipeline.fit([e.text for e in examples], [e.label for e in examples])


def _folds(examples: Sequence[Example], seed: int) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    labels, sites = [e.label for e in examples], [e.site for e in examples]
    spread = {label: len({e.site for e in examples if e.label == label}) for label in LABELS}
    poor = [f"{label} stands on {count}" for label, count in spread.items() if count < 2]
    if poor:
        raise TrainingDataError(
            f"too little to train on: {', '.join(poor)} site(s); every label is needed on at least 2"
        )
    splitter = StratifiedGroupKFold(min(FOLDS, *spread.values()), shuffle=True, random_state=seed)
    folds = list(splitter.split(labels, labels, sites))
    if any({labels[i] for i in rows} != set(LABELS) for rows, _ in folds):
        raise TrainingDataError("too little to train on: a label is concentrated on one site; add blocks of others")
    return folds


def _cross_fitted(examples: Sequence[Example], folds: Sequence[Any], progress: Progress) -> Floats:
    log_odds = np.zeros((len(examples), len(LABELS)))
    for number, (rows, others) in enumerate(folds):
        progress(f"cross-validating by site, part {number + 1} of {len(folds)}", number, len(folds) + 1)
        pipeline = _fitted([examples[i] for i in rows])
        log_odds[others] = pipeline.decision_function([examples[i].text for i in others])
    return log_odds


def _measured(log_odds: Floats, labels: npt.NDArray[np.str_], folds: int) -> tuple[Thresholds, CrossValidation]:
    scores, boilerplate = filler_score(log_odds), boilerplate_probability(log_odds)
    thresholds = choose_thresholds(scores, boilerplate, labels)
    flagged = (scores >= thresholds.filler) & (boilerplate == 0)
    news, filler = labels == "news", labels == "filler"
    at_1_percent = flagging_threshold(scores[news], NEWS_FLAGGED, of=int(news.sum()))
    return thresholds, CrossValidation(
        folds=folds,
        grouped_by="site",
        news=int(news.sum()),
        filler=int(filler.sum()),
        boilerplate=int((labels == "boilerplate").sum()),
        auc=float(roc_auc_score(filler[news | filler], scores[news | filler])),
        found_at_1_percent=float((scores[filler] >= at_1_percent).mean()),
        news_lost=float(flagged[news].mean()),
        filler_missed=float((~flagged[filler]).mean()),
    )
