"""A comparison of two versions as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from classifier.comparison import Comparison, Judged, QueueComparison, SetComparison


def as_json(found: Comparison) -> str:
    """Return the comparison as one JSON object, every gained and lost block and every flip of the queue in it."""
    facts = {
        "before": found.before,
        "after": found.after,
        "sets": [_set(compared) for compared in found.sets],
        "queue": _queue(found.queue) if found.queue else None,
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _set(compared: SetComparison) -> dict[str, Any]:
    return {
        "name": compared.name,
        "blocks": compared.blocks,
        "pages": compared.pages,
        "right_before": compared.right_before,
        "right_after": compared.right_after,
        "figures": [{**asdict(figure), "change": figure.change} for figure in compared.figures],
        "kinds": _all(compared.kinds),
        "sites": _all(compared.sites),
        "campaigns": _all(compared.campaigns),
        "gained": list(map(_judged, compared.gained)),
        "lost": list(map(_judged, compared.lost)),
    }


def _judged(one: Judged) -> dict[str, Any]:
    example = one.place.example
    return {
        "text": example.text,
        "label": example.label,
        "page": example.page,
        "site": example.site,
        "kind": example.kind,
        "campaign": one.place.campaign,
        "origin": example.origin,
        "before": {"label": one.before.label, "score": one.before.score},
        "after": {"label": one.after.label, "score": one.after.score},
    }


def _queue(queue: QueueComparison) -> dict[str, Any]:
    return {
        "pages": queue.pages,
        "of_pages": queue.of_pages,
        "blocks": queue.blocks,
        "stored": queue.stored,
        "labels": _all(queue.labels),
        "sites": _all(queue.sites),
        "campaigns": _all(queue.campaigns),
        "flips": _all(queue.flips),
    }


def _all(values: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(value) for value in values]
