"""Who may ask: bearer tokens (RFC 6750), and how often."""

from flask import Flask, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from classifier.store.tokens import token_name
from web.current import database

RATE = "200 per second"
"""How many requests a token has."""

_OPEN = {"monitoring.health", "api-docs.openapi_json"}  # they tell nothing of what the home holds
_ADVICE = "`newsieve tokens add NAME` makes one, to be sent as 'Authorization: Bearer SECRET'"


def guard(app: Flask, *, rate: str) -> None:
    """Let only holders of a token in, each `rate` often; who has none is counted by address."""
    app.before_request(_identify)  # first: whose request it is decides whose account it goes on
    Limiter(_account, app=app, application_limits=[rate], storage_uri="memory://")
    app.before_request(_require_token)


def _identify() -> None:
    """Find out whose token came. Secrets are looked up by their SHA-256, so that the time it takes tells nothing."""
    given = request.authorization
    secret = given.token if given and given.type == "bearer" else None
    g.token = token_name(database(), secret) if secret and request.endpoint not in _OPEN else None


def _account() -> str:
    return f"token {g.token}" if g.token else f"address {get_remote_address()}"


def _require_token() -> None:
    if g.token is None and request.endpoint not in _OPEN:
        came = "Authorization" in request.headers
        fault = "not a token of this desk, or revoked" if came else "missing"
        challenge = WWWAuthenticate("bearer", {"realm": "newsieve", **({"error": "invalid_token"} if came else {})})
        raise Unauthorized(f"token: {fault}; {_ADVICE}", www_authenticate=challenge)
