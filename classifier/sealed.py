"""Facts as JSON with a digest of their own, so that a change by hand is noticed."""

import hashlib
import json
from typing import Any

from classifier.errors import damaged_model


def seal(facts: dict[str, Any]) -> bytes:
    """Return `facts` as JSON with their digest; equal facts give equal bytes."""
    return _json({**facts, "digest": _digest(facts)}).encode()


def unseal(data: bytes, *, name: str) -> dict[str, Any]:
    """Return the facts that :func:`seal` wrote.

    Raises ModelError, naming `name`, when they were changed; ValueError, KeyError, TypeError, AttributeError or
    RecursionError for what is no such JSON, which the caller knows how to name.
    """
    facts: dict[str, Any] = json.loads(data)
    if facts.pop("digest") != _digest(facts):
        raise damaged_model(f"{name}: changed since it was written")
    return facts


NOT_SEALED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading something else as sealed facts may raise."""


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _digest(facts: dict[str, Any]) -> str:
    return hashlib.sha256(_json(facts).encode()).hexdigest()
