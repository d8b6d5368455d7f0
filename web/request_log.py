"""A line in the log for every request: who, what and how long. Never what was sent or shown, nor what opens a door."""

import logging
from time import perf_counter

from flask import Flask, Response, g, request
from flask_login import current_user

from classifier.errors import NewsieveError
from classifier.store.acted import note_acts
from classifier.store.people import NOBODY

_log = logging.getLogger("newsieve.requests")


def log_requests(app: Flask) -> None:
    """Log the requests to `app` from now on, but for static files. To be called before what may refuse a request.

    A record has the extra attributes `who` (account, 'token NAME', or nothing), `method`, `route` (the rule of the
    address, never the address), `status`, `ms` and `act` (number of the act recorded, or None).
    """
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.logged_from, g.acts = perf_counter(), note_acts()
    g.who = _account()  # who logs out is somebody now, and nobody at the end


def _end(response: Response) -> Response:
    if request.endpoint != "static":
        facts = {
            "who": _who(),
            "method": request.method,
            "route": request.url_rule.rule if request.url_rule else "none",
            "status": response.status_code,
            "ms": round(1000 * (perf_counter() - g.logged_from)),
            "act": g.acts[-1] if g.acts and response.status_code < 400 else None,
        }
        _log.info("request", extra=facts)
    return response


def _who() -> str:
    if g.get("token"):
        return f"token {g.token}"
    return g.get("who") or _account() or (NOBODY if g.get("let_in") else "")


def _account() -> str:
    if request.endpoint == "static" or not hasattr(current_user, "is_authenticated"):
        return ""
    try:
        return str(current_user.name) if current_user.is_authenticated else ""
    except NewsieveError:
        return ""  # the database is away, as the answer tells
