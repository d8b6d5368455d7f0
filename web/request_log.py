"""A line in the log for every request: who, what and how long. Never what was sent or shown, nor what opens a door."""

import logging
from http import HTTPMethod
from time import perf_counter

from flask import Flask, Response, g, request
from flask_login import current_user

from classifier.store.acted import note_acts
from classifier.store.people import NOBODY

_METHODS = frozenset(HTTPMethod)
_log = logging.getLogger("newsieve.requests")


def log_requests(app: Flask) -> None:
    """Log the requests to `app` from now on, but for static files. To be called before what may refuse a request.

    A record has the extra attributes `who` (account, 'token NAME', or nothing), `method` ('other' for one that HTTP
    does not know), `route` (the rule of the
    address, never the address), `status`, `ms` and `act` (number of the act recorded, or None).
    """
    app.before_request(_begin)
    app.after_request(_end)


def log_refusal(method: str, status: int, *, seconds: float) -> None:
    """Log a request that no application saw: whose it was and where it led is not known, nor is its method checked."""
    _log.info("request", extra=_facts(method, "none", status, seconds=seconds))


def _begin() -> None:
    g.logged_from, g.acts = perf_counter(), note_acts()
    g.who = _account()  # who logs out is somebody now, and nobody at the end


def _end(response: Response) -> Response:
    if request.endpoint != "static":
        route = request.url_rule.rule if request.url_rule else "none"
        act = g.acts[-1] if g.acts and response.status_code < 400 else None
        seconds = perf_counter() - g.logged_from
        facts = _facts(request.method, route, response.status_code, seconds=seconds)
        _log.info("request", extra={**facts, "who": _who(), "act": act})
    return response


def _facts(method: str, route: str, status: int, *, seconds: float) -> dict[str, str | int | None]:
    known = method if method in _METHODS else "other"  # anything can be sent as one, of any length
    return {"who": "", "method": known, "route": route, "status": status, "ms": round(1000 * seconds), "act": None}


def _who() -> str:
    if g.get("token"):
        return f"token {g.token}"
    return g.get("who") or _account() or (NOBODY if g.get("let_in") else "")


def _account() -> str:
    if request.endpoint == "static" or not hasattr(current_user, "is_authenticated"):
        return ""
    return str(current_user.name) if current_user.is_authenticated else ""
