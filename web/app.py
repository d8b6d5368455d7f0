"""The application factory: settings, security headers, errors."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from classifier.errors import BusyError, ConflictError, HomeError, InputError, ModelError, NewsieveError, NotFoundError
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.store.people import HASHER
from classifier.text import fingerprint, without_controls
from web.activity import activity
from web.api import mount_api
from web.blind import blind
from web.campaigns import campaigns
from web.conflicts import conflicts
from web.guard import guard
from web.hosts import answer_to, keep_cookies_on_encrypted_lines
from web.keys import keys
from web.login import answer_stale_form
from web.model_page import model_page
from web.pins import pins
from web.quarantine import quarantine
from web.queue import queue
from web.receipts import receipts
from web.request_log import log_requests
from web.review import review
from web.rubric import rubric
from web.text_page import text_page
from web.try_page import try_page

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_MOST_FORM_BYTES = 100_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_STATUS: dict[type[NewsieveError], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    BusyError: 503,
    ModelError: 503,
    HomeError: 503,
    InputError: 400,
}
_OWN_WORDS = {  # in place of Werkzeug's, which speak of URLs
    404: "The desk has nothing at this address: it may be mistyped, or what was there has been dropped.",
    405: "Nothing can be done at this address in this way; go back, and use the buttons of the page.",
    413: f"That is more than {_MOST_FORM_BYTES:,} bytes, the most that a form may have. Send less at a time.",
}
# strangers see these pages, and the errors themselves name folders and servers
_UNTOLD: dict[type[NewsieveError], str] = {
    BusyError: "somebody else is writing to the database; try again in a moment",
    ModelError: "no model version is current and whole; the log of the desk says why, "
    "and `newsieve promote` makes another current",
    HomeError: "the database or the home folder cannot be used; the log of the desk says why",
}


def create_app(
    *,
    registry: Registry,
    database: Database,
    secret_key: bytes,
    names: Sequence[str] = (),
    proxies: int = 0,
    accounts: bool = False,
    hasher: "PasswordHasher" = HASHER,
) -> Flask:
    """Return the application that serves one home.

    Args:
        registry: model versions; the current one is looked up at every request.
        database: pages and decisions.
        secret_key: signs forms and the session cookie, at least 32 random bytes.
        names: host names and addresses it answers to, beside those of loopback.
        proxies: how many proxies are in front, whose X-Forwarded-For and X-Forwarded-Proto hold.
        accounts: whether everybody must log in, even while there is no account.
        hasher: checks passwords, and hashes those anew that were hashed with other parameters.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME=f"newsieve-{sha256(secret_key).hexdigest()[:8]}",  # two desks on one machine are two
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would log out who follows a link to a page in a message
        MAX_CONTENT_LENGTH=_MOST_FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as the session: a moderator may take a long lunch
    )
    app.extensions.update(registry=registry, database=database, hasher=hasher)
    app.add_template_filter(without_controls)
    app.add_template_filter(fingerprint)
    log_requests(app)
    guard(app, accounts=accounts)
    CSRFProtect(app)
    pages = (queue, review, blind, keys, model_page, text_page, try_page, campaigns, activity, conflicts, rubric)
    for blueprint in (*pages, pins, receipts, quarantine):
        app.register_blueprint(blueprint)
    app.after_request(_secured)
    app.register_error_handler(NewsieveError, _our_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    mount_api(app)
    keep_cookies_on_encrypted_lines(app)
    answer_to(app, names, proxies=proxies)  # last: around everything
    return app


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _our_error(error: NewsieveError) -> tuple[str, int, dict[str, str]]:
    sentence = _UNTOLD.get(type(error))
    if sentence:
        current_app.logger.error("%s %s: %s", request.method, request.path, without_controls(str(error)))
    wait = {"Retry-After": "1"} if isinstance(error, BusyError) else {}
    return *_page(_STATUS.get(type(error), 500), sentence or str(error)), wait


def _stale_form(error: CSRFError) -> tuple[str, int] | AnyResponse:
    return answer_stale_form() or _page(
        400, f"{error.description} Go back, reload the page and press the button again."
    )


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    kept = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    stock = error.description == type(error).description
    told = _OWN_WORDS.get(error.code or 500) if stock else None
    return *_page(error.code or 500, told or error.description or error.name), kept


def _page(status: int, sentence: str) -> tuple[str, int]:
    saved = "Not saved: " if request.method == "POST" else ""
    return render_template("error.html", status=status, sentence=saved + sentence), status
