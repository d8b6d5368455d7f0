"""Examples -> a model version: fit both stages, cross-validate by voice, choose thresholds, write the card."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

from sklearn.pipeline import Pipeline

from classifier.blocks import Example
from classifier.card import Card, TriedWeight
from classifier.cores import on_cores
from classifier.cross_fitting import Fold, cross_fitted_page_stage, fold_tasks, splits_by_voice
from classifier.cross_validation import figures, judged_alone, judged_in_place
from classifier.decision_weight import chosen_weight, held_out_log_odds, tried_weights, weights_to_try
from classifier.digests import data_digest, in_order
from classifier.fitting import SETTINGS, analysed, block_weights, fit_all
from classifier.text import fingerprint
from classifier.thresholds import choose_thresholds
from classifier.weights import Weights

LONE_WORDS, PAGE_WORDS = 3, 2
"""Words below which news or filler is not told: of a lone block, and of one seen among others."""

LONE_SHARE = Fraction(1, 2)
"""How much of the promise a lone block may use up: judged without company it must be surer."""

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
_WORTH_A_PROCESS = 3000  # examples, from which more than one core pays for the processes' start
Progress = Callable[[str, int, int], None]
_Result = TypeVar("_Result")


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
    return [example for example in examples if not left_out or fingerprint(example.text) not in left_out]


def train(
    examples: Sequence[Example],
    *,
    created_at: datetime,
    seed: int,
    promise: Fraction,
    progress: Progress,
    cores: int | None = None,
) -> Trained:
    """Fit a model to `examples` (in any order) and measure it by cross-validation over voices.

    Args:
        examples: those with people decided it count by a weight that is chosen by cross-validation.
        created_at: the time that goes into the version and the card, UTC.
        seed: of the split of voices into folds.
        promise: the share of genuine blocks on pages that may be flagged at most; of lone blocks, half of it.
        progress: told what is being done, the step (from 0) and the number of steps.
        cores: how many to work on, all that there are unless given; the same model comes out.

    Raises TrainingDataError when a label is missing or stands with too few voices to be measured.
    """
    ordered = in_order(examples)
    splits = splits_by_voice(ordered, seed)
    weights = weights_to_try(ordered)
    cores = cores if len(ordered) >= _WORTH_A_PROCESS else 1
    told = _Told(progress, 2 + len(splits) * (2 if weights else 1))
    told.step("looking for words and n-grams")
    data = analysed(ordered)
    trials = on_cores([partial(held_out_log_odds, data, split, weights) for split in splits if weights], cores=cores)
    parts = list(told.each(trials, "weighing decisions against labelled pages", len(splits) if weights else 0))
    tried = tried_weights(ordered, splits, weights, parts)
    weight = chosen_weight(tried)
    tasks: list[Callable[[], Any]] = [partial(fit_all, data, weight), *fold_tasks(ordered, data, splits, weight, seed)]
    done = on_cores(tasks, cores=cores)
    told.step("fitting the model to all blocks")
    pipeline = next(done)
    folds = list(told.each(done, "cross-validating by voice", len(splits)))
    told.step("done")
    page = cross_fitted_page_stage(folds)
    card = _card(ordered, folds, promise, tried, created_at=created_at, seed=seed)
    return Trained(pipeline, Weights(block_weights(pipeline), page), card)


class _Told:
    """Tells how far the work is, one step after the other."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self._progress, self._steps, self._step = progress, steps, 0

    def step(self, what: str) -> None:
        """Tell what is begun."""
        self._progress(what, self._step, self._steps)
        self._step += 1

    def each(self, results: Iterator[_Result], what: str, count: int) -> Iterator[_Result]:
        """Yield the next `count` results, each a step."""
        for number in range(count):
            self.step(f"{what}, part {number + 1} of {count}")
            yield next(results)


def _card(
    ordered: Sequence[Example],
    folds: Sequence[Fold],
    promise: Fraction,
    tried: tuple[TriedWeight, ...],
    *,
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
        decided=sum(bool(e.people) for e in ordered),
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
        decision_weight=chosen_weight(tried),
        decision_weights_tried=tried,
    )
