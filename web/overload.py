"""When more is asked than the desk can do in a few seconds: people go before programs, who are soon told to come back.

Waitress gives every request that has come whole to a dispatcher, which has threads and a queue without an end. Here
there are four: programs take no thread from people, and a refusal, or the question whether all is well, waits for
neither.
"""

import json
import time
from collections.abc import Callable
from html import escape
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING

from waitress.task import ThreadedTaskDispatcher

from web.request_log import log_refusal

if TYPE_CHECKING:
    from waitress.channel import HTTPChannel
    from waitress.parser import HTTPRequestParser

_PEOPLES_THREADS, _PROGRAMS_THREADS = 4, 2
_MOST_OF_PEOPLE, _MOST_OF_PROGRAMS = 200, 50  # requests that wait
_PEOPLES_WAIT, _PROGRAMS_WAIT = 10.0, 2.0  # seconds
_BUSY = HTTPStatus.SERVICE_UNAVAILABLE
_HEADERS = [
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{0} · Newsieve</title></head>
<body><main><h1>{0}</h1><p id="sentence">{1}</p></main></body></html>
"""


class Lanes:
    """A dispatcher of waitress's: one lane each for people, programs, questions of health, and refusals.

    Args:
        count: called with the status of every refusal.
    """

    def __init__(self, count: Callable[[int], None]) -> None:
        self._count = count
        self._people = _Lane(_PEOPLES_THREADS, _MOST_OF_PEOPLE, _PEOPLES_WAIT)
        self._programs = _Lane(_PROGRAMS_THREADS, _MOST_OF_PROGRAMS, _PROGRAMS_WAIT)
        self._health, self._refusals = _Lane(1), _Lane(1)

    def add_task(self, channel: "HTTPChannel") -> None:
        """Give the request that is next on a channel to its lane, or refuse it where that lane is full."""
        request = channel.requests[0]
        lane = self._lane("/" + getattr(request, "path", "").lstrip("/"))  # as waitress gives it to the application
        if not request.error and not lane.is_full():
            lane.add_task(channel)
            return
        request.error = _Refusal(request, for_program=lane is self._programs)
        self._count(request.error.status)
        self._refusals.add_task(channel)

    def shutdown(self) -> None:
        """Let the requests that are being answered end, and drop those that wait."""
        lanes = (self._people, self._programs, self._health, self._refusals)
        for lane in lanes:
            lane.set_thread_count(0)  # all at once, and then wait for each
        for lane in lanes:
            lane.shutdown()

    def _lane(self, path: str) -> "_Lane":
        if path == "/api/v1/health":
            return self._health
        return self._programs if path.startswith("/api/") else self._people


class _Lane(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    def __init__(self, threads: int, most: int | None = None, wait: float = 0.0) -> None:
        super().__init__()
        self._most, self._wait = most, wait
        self.set_thread_count(threads)

    def is_full(self) -> bool:
        """Tell whether too many requests wait, or the first of them for too long."""
        if self._most is None:
            return False
        with self.lock:
            since = [channel.last_activity for channel in islice(self.queue, 1)]  # when its request had come
            return len(self.queue) >= self._most or any(time.time() - one > self._wait for one in since)


class _Refusal:
    """What waitress calls an error, its own or for too much to do: an answer that needs no application."""

    def __init__(self, request: "HTTPRequestParser", *, for_program: bool) -> None:
        self._method, self._for_program = getattr(request, "command", ""), for_program
        self._why = request.error.body if request.error else ""
        self.status, self._begun = HTTPStatus(request.error.code if request.error else _BUSY), time.perf_counter()

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return the answer, and log it."""
        log_refusal(self._method, self.status, seconds=time.perf_counter() - self._begun)
        kind, body = self._to_program() if self._for_program else self._to_person()
        wait = _PROGRAMS_WAIT if self._for_program else _PEOPLES_WAIT
        headers = [("Content-Type", kind), *_HEADERS]
        headers += [("Retry-After", f"{wait:.0f}")] if self.status == _BUSY else []
        return f"{self.status.value} {self.status.phrase}", headers, body.encode()

    def _to_program(self) -> tuple[str, str]:
        busy = f"more than the desk can do in a few seconds; try again after {_PROGRAMS_WAIT:.0f} seconds"
        told = {"code": self.status.value, "status": self.status.phrase, "message": f"requests: {self._why or busy}"}
        return "application/json", json.dumps(told)

    def _to_person(self) -> tuple[str, str]:
        when = f"Try again after {_PEOPLES_WAIT:.0f} seconds."
        why = f"{self._why}." if self._why else f"More is asked of the desk than it can do in a few seconds. {when}"
        title = "Busy" if self.status == _BUSY else self.status.phrase
        return "text/html; charset=utf-8", _PAGE.format(title, escape("Not saved: " * (self._method == "POST") + why))
