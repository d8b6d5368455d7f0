"""Examples -> a model version: fit both stages, cross-validate by voice, choose thresholds, write the card."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from importlib.metadata import version

from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from classifier.blocks import Example
from classifier.card import Card
from classifier.cross_fitting import Fold, cross_fit, cross_fitted_page_stage
from classifier.cross_validation import figures, judged_alone, judged_in_place
from classifier.fitting import SETTINGS, block_weights, fit_block_stage
from classifier.text import fingerprint
from classifier.thresholds import choose_thresholds
from classifier.weights import Weights

LONE_WORDS, PAGE_WORDS = 3, 2
"""Words below which news or filler is not told: of a lone block, and of one seen among others."""

LONE_SHARE = Fraction(1, 2)
"""How much of the promise a lone block may use up: judged without company it must be surer."""

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate that has not been saved yet."""

    pipeline: Pipeline  # the block stage, for notebooks and as the reference of the scorer
    weights: Weights  # both stages as plain arrays
    card: Card  # without the digests of the files, which the registry adds


def join(shipped: Iterable[Example], decided: Sequence[Example]) -> list[Example]:
    """Return all examples, a moderator's label replacing every other label of the same text."""
    return [*without(shipped, decided), *decided]


def without(examples: Iterable[Example], others: Iterable[Example]) -> list[Example]:
    """Return the examples whose text, by its fingerprint, is not among the texts of `others`."""
    left_out = {fingerprint(example.text) for example in others}
    return [example for example in examples if fingerprint(example.text) not in left_out]


def train(
    examples: Sequence[Example],
    *,
    decided: int,
    created_at: datetime,
    seed: int,
    promise: Fraction,
    progress: Progress,
) -> Trained:
    """Fit a model to `examples` (in any order) and measure it by cross-validation over voices.

    Args:
        decided: how many of `examples` carry a moderator's label.
        created_at: the time that goes into the version and the card, UTC.
        seed: of the split of voices into folds.
        promise: the share of genuine blocks on pages that may be flagged at most; of lone blocks, half of it.
        progress: told what is being done, the step (from 0) and the number of steps.

    Raises TrainingDataError when a label is missing or stands with too few voices to be measured.
    """
    ordered = sorted(examples, key=_place)
    with threadpool_limits(limits=1):
        folds = cross_fit(
            ordered, seed, lambda i, n: progress(f"cross-validating by voice, part {i + 1} of {n}", i, n + 1)
        )
        progress("fitting the model to all blocks", len(folds), len(folds) + 1)
        pipeline = fit_block_stage(ordered)
        weights = Weights(block_weights(pipeline), cross_fitted_page_stage(folds))
    progress("done", len(folds) + 1, len(folds) + 1)
    return Trained(pipeline, weights, _card(ordered, folds, promise, decided=decided, created_at=created_at, seed=seed))


def _place(example: Example) -> tuple[str, int, str, str, str]:
    """Return the key of the canonical order of examples: whatever order they come in, the same model comes out."""
    position = -1 if example.position is None else example.position
    return example.page, position, example.text, example.label, example.site


def data_digest(ordered: Iterable[Example]) -> str:
    """Return the SHA-256 of examples in their canonical order."""
    digest = hashlib.sha256()
    for example in ordered:
        row = [example.page, example.position, example.site, example.voice, example.label, example.text]
        digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def _card(
    ordered: Sequence[Example],
    folds: Sequence[Fold],
    promise: Fraction,
    *,
    decided: int,
    created_at: datetime,
    seed: int,
) -> Card:
    digest = data_digest(ordered)
    alone, in_place = judged_alone(folds), judged_in_place(folds)
    thresholds = choose_thresholds(alone, promise * LONE_SHARE, words=LONE_WORDS)
    page_thresholds = choose_thresholds(in_place, promise, words=PAGE_WORDS)
    return Card(
        version=f"{created_at:%Y%m%dT%H%M%SZ}-{digest[:8]}",
        created_at=created_at.isoformat(timespec="seconds"),
        data_digest=digest,
        examples=dict(Counter(e.label for e in ordered)),
        decided=decided,
        pages=len({e.page for e in ordered}),
        sites=len({e.site for e in ordered}),
        voices=len({e.hand for e in ordered}),
        seed=seed,
        settings=SETTINGS,
        libraries={name: version(name) for name in LIBRARIES},
        cross_validation=figures(alone, thresholds, len(folds)),
        page_cross_validation=figures(in_place, page_thresholds, len(folds)),
        thresholds=thresholds,
        page_thresholds=page_thresholds,
        sha256={},
    )
