"""The application factory: settings, security headers, errors."""

from hashlib import sha256

from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError

from classifier.errors import BusyError, ConflictError, HomeError, ModelError, NewsieveError, NotFoundError
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.text import fingerprint, without_controls
from web.activity import activity
from web.keys import keys
from web.model_page import model_page
from web.queue import queue
from web.review import review
from web.rubric import rubric
from web.text_page import text_page
from web.try_page import try_page

_LOCAL_NAMES = ["127.0.0.1", "localhost", "[::1]"]
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
}


def create_app(*, registry: Registry, database: Database, secret_key: bytes) -> Flask:
    """Return the application that serves one home.

    Args:
        registry: model versions; the current one is looked up at every request.
        database: pages and decisions.
        secret_key: signs forms and the session cookie, at least 32 random bytes.
    """
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME=f"newsieve-{sha256(secret_key).hexdigest()[:8]}",  # two desks on one machine are two
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=_MOST_FORM_BYTES,
        TRUSTED_HOSTS=_LOCAL_NAMES,  # a page elsewhere cannot reach this one under a name of its own
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as the session: a moderator may take a long lunch
    )
    app.extensions["registry"], app.extensions["database"] = registry, database
    app.add_template_filter(without_controls)
    app.add_template_filter(fingerprint)
    CSRFProtect(app)
    for blueprint in (queue, review, keys, model_page, text_page, try_page, activity, rubric):
        app.register_blueprint(blueprint)
    app.after_request(_secured)
    app.register_error_handler(NewsieveError, _our_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _foreign_host)
    return app


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _our_error(error: NewsieveError) -> tuple[str, int]:
    return _page(_STATUS.get(type(error), 500), str(error))


def _stale_form(error: CSRFError) -> tuple[str, int]:
    return _page(400, f"{error.description} Go back, reload the page and press the button again.")


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    kept = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return *_page(error.code or 500, error.description or error.name), kept


def _foreign_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Answer without a template: under a name that is not ours no link can be made."""
    sentence = "This page answers to 127.0.0.1 and localhost only.\n"
    return sentence, 400, {"Content-Type": "text/plain; charset=utf-8"}


def _page(status: int, sentence: str) -> tuple[str, int]:
    saved = "Not saved: " if request.method == "POST" else ""
    return render_template("error.html", status=status, sentence=saved + sentence), status
