# mypy: disallow-untyped-decorators=False
"""For those who watch over a desk: whether it works, and what it counts. (flask-smorest's decorators have no types.)"""

from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from classifier.errors import NewsieveError
from classifier.store.condition import check_writable
from web.api.answers import Health
from web.api.document import Part
from web.api.errors import failed
from web.api.metrics import counted
from web.current import database, model

monitoring = Part("monitoring", __name__, url_prefix="/api/v1", description="For those who watch over the desk")

# without paths of the machine: who asks for health needs no token
_FAULTS = {
    "database": "cannot be read and written; the server's log says why",
    "model": "none is current and whole; the server's log says why",
}


@monitoring.route("/health")
@monitoring.response(200, Health, description="All parts work")
@monitoring.refusals_for_now()
@monitoring.doc(security=[])
def health() -> Any:
    """Tell whether all parts work

    Needs no token. When one does not, 503 and its name in `errors`.
    """
    parts = {"database": lambda: check_writable(database()), "model": lambda: model().card.version}
    found = {name: _tried(name, part) for name, part in parts.items()}
    faults = {name: _FAULTS[name] for name, (works, _what) in found.items() if not works}
    if faults:
        sentence = "; and the ".join(f"{name}: {fault}" for name, fault in faults.items())
        return failed(HTTPStatus.SERVICE_UNAVAILABLE, sentence, faults)
    return {"status": "ok", "version": version("newsieve"), "database": "ok", "model": found["model"][1]}


@monitoring.route("/metrics")
@monitoring.response(
    200, {"type": "string"}, content_type="text/plain", description="Counts in Prometheus's text format"
)
@monitoring.refusals()
def metrics() -> Response:
    """Read what is counted

    Pages by state, decisions, blocks judged, requests by route and status, and the time to answer by route.
    """
    return Response(counted().text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _tried(name: str, part: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, part()
    except NewsieveError as error:
        current_app.logger.warning("health: %s: %s", name, error)
        return False, None
