"""A report as text for people and as JSON for programs."""

import json
from collections.abc import Iterator
from typing import Any

from classifier.blocks import LABELS
from classifier.evaluation import Estimate, Mistake, Report
from classifier.proportion import Proportion
from classifier.text import without_controls


def as_text(report: Report, most_mistakes: int) -> str:
    """Return the report as lines of text."""
    return "\n".join(_lines(report, most_mistakes))


def as_json(report: Report, most_mistakes: int) -> str:
    """Return the report as one JSON object; shares are objects with hits, of, value, low and high."""
    facts: dict[str, Any] = {
        "model": report.model,
        "pages": report.pages,
        "counts": report.counts,
        "auc": _estimate(report.auc),
        "found_at_1_percent": _proportion(report.found_at_1_percent),
        "news_lost": _proportion(report.news_lost),
        "filler_missed": _proportion(report.filler_missed),
        "needs_review": _proportion(report.needs_review),
        "precision": {label: _proportion(share) for label, share in report.precision.items()},
        "recall": {label: _proportion(share) for label, share in report.recall.items()},
        "clean_pages_flagged": _proportion(report.clean_pages_flagged),
        "wrong_by_kind": [
            {"label": label, "kind": kind, **(_proportion(share) or {})}
            for (label, kind), share in report.wrong_by_kind.items()
        ],
        "confusion": [{"label": a, "verdict": b, "blocks": n} for (a, b), n in report.confusion.items()],
        "mistakes": [_mistake(mistake) for mistake in report.mistakes[:most_mistakes]],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _lines(report: Report, most_mistakes: int) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {label}" for label, count in report.counts.items())
    yield f"Model {report.model} on {sum(report.counts.values()):,} blocks of {report.pages:,} pages: {counts}"
    yield ""
    if report.auc and report.found_at_1_percent:
        low, high = report.auc.interval
        yield f"AUC, news against filler       {report.auc.value:.4f}  [{low:.4f}, {high:.4f}]"
        yield f"filler found at 1 % of news    {_share(report.found_at_1_percent)}"
    yield f"news lost                      {_share(report.news_lost)}"
    yield f"filler missed                  {_share(report.filler_missed)}"
    yield f"needs review                   {_share(report.needs_review)}"
    if report.clean_pages_flagged.of:
        yield f"clean pages with news flagged  {_share(report.clean_pages_flagged)}"
    yield ""
    for label in LABELS:
        yield f"{label:<12} precision         {_share(report.precision[label])}"
        yield f"{'':<12} recall            {_share(report.recall[label])}"
    yield ""
    yield from _confusion(report)
    yield from _kinds(report)
    if report.mistakes[:most_mistakes]:
        yield ""
        yield f"The boldest of {len(report.mistakes):,} mistakes:"
        yield from map(_told, report.mistakes[:most_mistakes])


def _confusion(report: Report) -> Iterator[str]:
    yield f"{'label':<14}" + "".join(f"{'-> ' + given:>16}" for given in LABELS)
    for label in LABELS:
        yield f"{label:<14}" + "".join(f"{report.confusion[label, given]:>16,}" for given in LABELS)


def _kinds(report: Report) -> Iterator[str]:
    if report.wrong_by_kind:
        yield ""
        yield "Labelled otherwise, by kind:"
    for (label, kind), share in report.wrong_by_kind.items():
        yield f"  {label:<12} {kind:<24} {_share(share)}"


def _told(mistake: Mistake) -> str:
    example, verdict = mistake.example, mistake.verdict
    text = example.text if len(example.text) <= 90 else example.text[:89] + "…"
    told = f"  {example.origin}: {example.label} called {verdict.label} ({verdict.score:.3f}): {text}"
    return without_controls(told)


def _share(share: Proportion) -> str:
    if not share.of:
        return "   -  (no blocks)"
    low, high = share.interval
    return f"{share.value:6.1%}  ({share.hits:,} of {share.of:,})  [{low:.1%}, {high:.1%}]"


def _proportion(share: Proportion | None) -> dict[str, Any] | None:
    if share is None or not share.of:
        return None
    low, high = share.interval
    return {"hits": share.hits, "of": share.of, "value": share.value, "low": low, "high": high}


def _estimate(estimate: Estimate | None) -> dict[str, Any] | None:
    if estimate is None:
        return None
    return {"value": estimate.value, "low": estimate.interval[0], "high": estimate.interval[1]}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    example, verdict = mistake.example, mistake.verdict
    return {
        "origin": example.origin,
        "label": example.label,
        "verdict": verdict.label,
        "score": verdict.score,
        "kind": example.kind,
        "text": example.text,
    }
