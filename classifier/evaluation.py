"""A model and labelled examples -> a report: what it gets right and wrong, in counts with intervals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from classifier.blocks import LABELS, Example, Label, Verdict
from classifier.context import Flags, Floats
from classifier.model import Model
from classifier.places import Texts, judge_pages, placed
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
    """Return the verdict on each example in its place (:func:`classifier.places.placed`), in the order given."""
    places = placed(examples, alone=alone)
    verdicts: dict[Texts, tuple[Verdict, ...]] = judge_pages(model, (place.texts for place in places))
    return tuple(verdicts[place.texts][place.position] for place in places)


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
    area = Area(filler, np.array([score for _, score in ranked]))
    values = [area.of(weights) for weights in page_draws([example.page for example, _ in ranked], seed=seed)]
    return Estimate(area.of(np.ones(len(filler))), spread(values))


def page_draws(pages: Sequence[str], *, seed: int) -> Iterator[Floats]:
    """Yield how often each block counts when the `pages` that the blocks stand on are drawn again with replacement."""
    found, place = np.unique(pages, return_inverse=True)
    draw = np.random.default_rng(seed)
    for _ in range(_RESAMPLES):
        yield draw.multinomial(len(found), np.full(len(found), 1 / len(found)))[place].astype(np.float64)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Return the middle 95 % of resampled `values`, those that are no number left out; 0 to 1 when none is one."""
    if np.isnan(values).all():
        return 0.0, 1.0
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


class Area:
    """The area under the ROC curve of scores, for any weights of the blocks; ties count half (Mann and Whitney)."""

    def __init__(self, filler: Flags, scores: Floats) -> None:
        self._filler = filler
        _, self._place = np.unique(scores, return_inverse=True)

    def of(self, weights: Floats) -> float:
        """Return the area, 0..1, each block counting by its weight; not a number without news or filler."""
        filler = np.bincount(self._place, weights * self._filler)
        news = np.bincount(self._place, weights * ~self._filler)
        pairs = filler.sum() * news.sum()
        # no `@`: from 10,000 scores on it waits for other threads, which takes ten times as long as the sum
        return float((filler * (np.cumsum(news) - news / 2)).sum() / pairs) if pairs else float("nan")
