"""The application factory of the interface for programs, and the way to it past the desk."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response

from classifier.registry import Registry
from classifier.rows import MOST_BYTES
from classifier.store.database import Database
from web.api.access import RATE, guard
from web.api.classify import classify
from web.api.decisions import decisions
from web.api.document import Document
from web.api.errors import answer_in_json
from web.api.metrics import Metrics
from web.api.monitoring import monitoring
from web.api.pages import pages
from web.request_log import log_requests

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_api(*, registry: Registry, database: Database, metrics: Metrics, rate: str = RATE) -> Flask:
    """Return the application that answers programs.

    Args:
        registry: model versions; the current one is looked up at every request.
        database: pages, decisions and tokens.
        metrics: what is counted of it.
        rate: how many requests a token has, such as '200 per second'.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.extensions.update(registry=registry, database=database, metrics=metrics)
    app.after_request(_secured)
    metrics.measure(app)
    log_requests(app)
    guard(app, rate=rate)
    document = Document(app)
    for part in (classify, pages, decisions, monitoring):
        document.register_blueprint(part)
    answer_in_json(app)
    return app


def mount_api(desk: Flask, *, rate: str = RATE) -> None:
    """Let the desk's server answer programs too, under /api/, of the same home.

    To be called before what is to be around both: what looks at the host's name, or at the headers of a proxy.
    """
    registry, database = desk.extensions["registry"], desk.extensions["database"]
    metrics = Metrics(database)
    metrics.measure(desk)
    desk.extensions["metrics"] = metrics
    api = create_api(registry=registry, database=database, metrics=metrics, rate=rate)
    served = _either(api.wsgi_app, desk.wsgi_app)
    desk.wsgi_app = served  # type: ignore[method-assign, assignment]  # how Flask's documentation wraps it


def _either(api: "WSGIApplication", desk: "WSGIApplication") -> "WSGIApplication":
    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = api if environ.get("PATH_INFO", "").startswith("/api/") else desk
        return asked(environ, start_response)

    return serve


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
