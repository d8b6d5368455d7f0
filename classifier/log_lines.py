"""How a line of the server's log reads: JSON for programs, or text for people."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from classifier.text import without_controls

_OF_REQUESTS = ("who", "method", "route", "status", "ms", "act")


class JsonLines(logging.Formatter):
    """One JSON object a record: `time`, `level`, `event`, and the facts of a request or a `message`."""

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102 - logging's
        return json.dumps({"time": _time(record), "level": record.levelname.lower(), **_facts(record)})


class TextLines(logging.Formatter):
    """One line a record."""

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102 - logging's
        facts = _facts(record)
        said = " ".join(str(value) for name, value in facts.items() if name != "event" and value not in ("", None))
        return without_controls(f"{_time(record)} {record.levelname.lower()} {said}")


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    if hasattr(record, "route"):
        return {"event": "request", **{name: getattr(record, name) for name in _OF_REQUESTS}}
    facts = {"event": record.name, "message": record.getMessage()}
    return {**facts, "error": _error(record)} if record.exc_info else facts


def _error(record: logging.LogRecord) -> str:
    """Return where an exception came from, and not its message: that may quote what a page holds."""
    kind, _error, trace = record.exc_info or (None, None, None)
    frames = traceback.extract_tb(trace)
    places = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
    return f"{kind.__name__ if kind else 'error'} in {places}"


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
