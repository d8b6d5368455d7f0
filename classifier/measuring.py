"""A model and the shipped holdout -> the report that is kept with the version."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from classifier.blocks import LABELS, Example, Verdict
from classifier.context import Flags, Floats
from classifier.digests import holdout_digest
from classifier.evaluation import Estimate, Report, count, judge
from classifier.model import Model
from classifier.proportion import Proportion
from classifier.report import Bar, Bin, Cell, CurvePoint, Figure, HoldoutReport

_POINTS = 120  # of the curve, at most: more than a plot of 400 pixels can show
_BINS = 10
_BARS = 20


def measure(model: Model, holdout: Sequence[Example]) -> HoldoutReport:
    """Judge the holdout and keep what a person needs to see of it. Raises ValueError unless it has news and filler."""
    verdicts = judge(model, holdout)
    report = count(model.card.version, holdout, verdicts)
    filler, scores = _ranked(holdout, verdicts)
    limits = model.card.page_thresholds
    return HoldoutReport(
        version=report.model,
        data_digest=holdout_digest(holdout),
        pages=report.pages,
        blocks=len(holdout),
        threshold=limits.filler,
        review_low=limits.review_low,
        review_high=limits.review_high,
        figures=tuple(_figures(report)),
        curve=curve(filler, scores),
        chosen=_point(filler, scores, limits.filler),
        bins=bins(filler, scores),
        bars=bars(holdout, verdicts),
        cells=cells(holdout, verdicts),
    )


def curve(filler: Flags, scores: Floats) -> tuple[CurvePoint, ...]:
    """Return precision and recall from the highest score to the lowest, at most _POINTS of all there are.

    Args:
        filler: whether each block is filler, else it is news; shape (n_blocks,), some of both.
        scores: shape (n_blocks,).
    """
    order = np.argsort(-scores, kind="stable")
    ranked, found = scores[order], np.cumsum(filler[order])
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))  # equal scores are flagged together
    shown = ends[np.unique(np.linspace(0, len(ends) - 1, _POINTS).round().astype(int))]
    return tuple(
        CurvePoint(float(ranked[i]), float(found[i] / (i + 1)), float(found[i] / found[-1])) for i in shown.tolist()
    )


def bins(filler: Flags, scores: Floats) -> tuple[Bin, ...]:
    """Return what share of the blocks of about the same score is filler; scores nobody has are left out."""
    places = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return tuple(_bin(filler[places == place], scores[places == place]) for place in np.unique(places))


def bars(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> tuple[Bar, ...]:
    """Return how the scores of each label are spread."""
    edges = np.linspace(0, 1, _BARS + 1).round(9)  # 0.95, not a bit more
    scores = {label: [v.score for e, v in zip(examples, verdicts, strict=True) if e.label == label] for label in LABELS}
    counted = [np.histogram(scores[label], edges)[0].tolist() for label in LABELS]
    return tuple(Bar(*row) for row in zip(edges[:-1].tolist(), edges[1:].tolist(), *counted, strict=True))


def cells(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> tuple[Cell, ...]:
    """Return how many blocks of each label were given each verdict, and how many of those need review."""
    found = Counter((e.label, v.label) for e, v in zip(examples, verdicts, strict=True))
    doubted = Counter((e.label, v.label) for e, v in zip(examples, verdicts, strict=True) if v.needs_review)
    return tuple(Cell(*pair, found[pair], doubted[pair]) for pair in product(LABELS, LABELS))


def _bin(filler: Flags, scores: Floats) -> Bin:
    share = Proportion(int(filler.sum()), len(filler))
    return Bin(float(scores.mean()), share.hits, share.of, *share.interval)


def _point(filler: Flags, scores: Floats, threshold: float) -> CurvePoint:
    flagged = scores >= threshold
    right, of = int((flagged & filler).sum()), int(flagged.sum())
    return CurvePoint(threshold, right / of if of else 1.0, right / int(filler.sum()))  # what flags nothing errs never


def _ranked(examples: Sequence[Example], verdicts: Sequence[Verdict]) -> tuple[Flags, Floats]:
    rows = [(e.label, v.score) for e, v in zip(examples, verdicts, strict=True) if e.label != "boilerplate"]
    labels = {label for label, _ in rows}
    if labels != {"news", "filler"}:
        raise ValueError(f"the holdout has {sorted(labels)}; it needs news and filler")
    return np.array([label == "filler" for label, _ in rows]), np.array([score for _, score in rows])


def _figures(report: Report) -> Iterator[Figure]:
    yield from _estimate("AUC, news against filler", report.auc)
    yield from _share("filler found at 1 % of news", report.found_at_1_percent)
    yield from _share("news lost", report.news_lost)
    yield from _share("filler missed", report.filler_missed)
    yield from _share("needs review", report.needs_review)
    yield from _share("clean pages with news flagged", report.clean_pages_flagged)
    for label in LABELS:
        yield from _share(f"{label} precision", report.precision[label])
        yield from _share(f"{label} recall", report.recall[label])


def _estimate(name: str, estimate: Estimate | None) -> Iterator[Figure]:
    if estimate is not None:
        yield Figure(name, estimate.value, *estimate.interval, None, None)


def _share(name: str, share: Proportion | None) -> Iterator[Figure]:
    if share is not None and share.of:
        yield Figure(name, share.value, *share.interval, share.hits, share.of)
