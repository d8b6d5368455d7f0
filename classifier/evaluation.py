"""A model and labelled examples -> a report: what it gets right and wrong, in counts with intervals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from classifier.blocks import LABELS, Block, Example, Label, Verdict
from classifier.model import Model
from classifier.proportion import Proportion
from classifier.thresholds import NEWS_FLAGGED, flagging_threshold

_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is no share of a count, with its 95 % interval (bootstrap over pages)."""

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A block that a model labelled otherwise than a person."""

    example: Example
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What one model version gets right and wrong on one set of examples."""

    model: str  # version
    pages: int
    counts: dict[Label, int]  # examples by label
    precision: dict[Label, Proportion]  # of the blocks it gave the label, how many have it
    recall: dict[Label, Proportion]  # of the blocks that have the label, how many it gave it
    news_lost: Proportion  # of the news, how many blocks it labelled filler
    filler_missed: Proportion  # of the filler, how many blocks it did not label filler
    needs_review: Proportion  # of all blocks, how many a person should look at
    auc: Estimate | None  # of the score, news against filler; None unless both are there
    found_at_1_percent: Proportion | None  # of the filler, how many score above what flags 1 % of the news
    confusion: dict[tuple[Label, Label], int]  # (label, verdict) -> blocks
    clean_pages_flagged: Proportion  # of the pages with news and without filler, how many have some labelled filler
    wrong_by_kind: dict[tuple[Label, str], Proportion]  # (label, kind) -> how many were labelled otherwise
    mistakes: tuple[Mistake, ...]  # the boldest first


def evaluate(model: Model, examples: Sequence[Example], *, alone: bool = False, seed: int = 0) -> Report:
    """Judge every example in its place, or each `alone`, and count. `seed` is the bootstrap's."""
    return count(model.card.version, examples, judge(model, examples, alone=alone), seed=seed)


def count(version: str, examples: Sequence[Example], verdicts: Sequence[Verdict], *, seed: int = 0) -> Report:
    """Count what a version's `verdicts` on `examples`, in the same order, get right and wrong."""
    pairs = [(e.label, v.label) for e, v in zip(examples, verdicts, strict=True)]
    confusion = {(label, given): pairs.count((label, given)) for label in LABELS for given in LABELS}
    counts = {label: sum(confusion[label, given] for given in LABELS) for label in LABELS}
    ranked = [(e, v.score) for e, v in zip(examples, verdicts, strict=True) if e.label != "boilerplate"]
    both = counts["news"] > 0 and counts["filler"] > 0
    return Report(
        model=version,
        pages=len({e.page for e in examples}),
        counts=counts,
        precision={
            given: Proportion(confusion[given, given], sum(confusion[label, given] for label in LABELS))
            for given in LABELS
        },
        recall={label: Proportion(confusion[label, label], counts[label]) for label in LABELS},
        news_lost=Proportion(confusion["news", "filler"], counts["news"]),
        filler_missed=Proportion(counts["filler"] - confusion["filler", "filler"], counts["filler"]),
        needs_review=Proportion(sum(v.needs_review for v in verdicts), len(examples)),
        auc=auc(ranked, seed=seed) if both else None,
        found_at_1_percent=found_at_1_percent(ranked) if both else None,
        confusion=confusion,
        clean_pages_flagged=_clean_pages_flagged(examples, verdicts),
        wrong_by_kind=_wrong_by_kind(examples, verdicts),
        mistakes=mistakes(examples, verdicts),
    )


def judge(model: Model, examples: Sequence[Example], *, alone: bool = False) -> tuple[Verdict, ...]:
    """Return the verdict on each example, in the order given.

    Examples that stand on a page are judged with the others of that page in `examples`, the rest, or all if `alone`,
    as pages of one block.
    """
    pages: dict[object, list[int]] = {}
    for number, example in enumerate(examples):
        pages.setdefault(number if alone or example.position is None else example.page, []).append(number)
    verdicts: dict[int, Verdict] = {}
    for numbers in pages.values():
        numbers.sort(key=lambda number: examples[number].position or 0)
        blocks = [Block(examples[number].text, place) for place, number in enumerate(numbers)]
        verdicts |= zip(numbers, model.classify(blocks, explain=False), strict=True)
    return tuple(verdicts[number] for number in range(len(examples)))


def mistakes(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> tuple[Mistake, ...]:
    """Return the examples that were labelled otherwise, those whose score is furthest from 1/2 first."""
    wrong = [Mistake(e, v) for e, v in zip(examples, verdicts, strict=True) if e.label != v.label]
    return tuple(sorted(wrong, key=lambda m: (-abs(m.verdict.score - 0.5), m.example.origin)))


def _clean_pages_flagged(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> Proportion:
    labels: dict[str, set[Label]] = {}
    flagged = set()
    for example, verdict in zip(examples, verdicts, strict=True):
        labels.setdefault(example.page, set()).add(example.label)
        if (example.label, verdict.label) == ("news", "filler"):
            flagged.add(example.page)
    several = Counter(example.page for example in examples)
    clean = {p for p, found in labels.items() if "news" in found and "filler" not in found and several[p] > 1}
    return Proportion(len(clean & flagged), len(clean))


def _wrong_by_kind(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> dict[tuple[Label, str], Proportion]:
    every = Counter((e.label, e.kind) for e in examples if e.kind)
    wrong = Counter((e.label, e.kind) for e, v in zip(examples, verdicts, strict=True) if e.label != v.label)
    return {key: Proportion(wrong[key], of) for key, of in sorted(every.items())}


def found_at_1_percent(ranked: Sequence[tuple[Example, float]]) -> Proportion:
    """Return how much of the filler scores above what flags 1 % of the news, of (example, score) pairs of both."""
    news = np.array([score for example, score in ranked if example.label == "news"])
    filler = np.array([score for example, score in ranked if example.label == "filler"])
    bound = flagging_threshold(news, int(NEWS_FLAGGED * len(news)))
    return Proportion(int((filler >= bound).sum()), len(filler))


def auc(ranked: Sequence[tuple[Example, float]], *, seed: int) -> Estimate:
    """Return the area under the ROC curve of the score, filler against news, of (example, score) pairs of both."""
    filler = np.array([example.label == "filler" for example, _ in ranked])
    scores = np.array([score for _, score in ranked])
    pages, place = np.unique([example.page for example, _ in ranked], return_inverse=True)
    draw = np.random.default_rng(seed)
    drawn = (draw.multinomial(len(pages), np.full(len(pages), 1 / len(pages)))[place] for _ in range(_RESAMPLES))
    values = [_weighted_auc(filler, scores, weights) for weights in drawn]
    low, high = np.nanquantile(values, [0.025, 0.975]) if not np.isnan(values).all() else (0.0, 1.0)
    return Estimate(float(roc_auc_score(filler, scores)), (float(low), float(high)))


def _weighted_auc(
    filler: npt.NDArray[np.bool_], scores: npt.NDArray[np.float64], weights: npt.NDArray[np.int64]
) -> float:
    present = weights > 0
    if len(set(filler[present])) < 2:
        return float("nan")
    return float(roc_auc_score(filler[present], scores[present], sample_weight=weights[present]))
