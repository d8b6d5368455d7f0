"""How the desk is reached: the names it answers to, the proxies before it, cookies that stay on encrypted lines."""

from collections.abc import Sequence

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's
        return request.is_secure


def answer_to(app: Flask, names: Sequence[str], *, proxies: int) -> None:
    """Make `app` answer to the names of this machine's loopback and to `names` only.

    A page elsewhere then cannot reach it under a name of its own. Werkzeug's TRUSTED_HOSTS knows no IPv6 addresses.

    Args:
        app: the application.
        names: host names, or addresses, IPv6 in brackets; without ports.
        proxies: how many are in front, each adding itself to X-Forwarded-For and setting X-Forwarded-Proto.
    """
    answered = {name.lower() for name in (*_LOOPBACK, *names)}
    app.config["ANSWERED_NAMES"] = ", ".join(sorted(answered))
    app.session_interface = _Sessions()
    app.before_request(lambda: _refuse_other_names(answered))
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign] # Flask's way


def _refuse_other_names(answered: set[str]) -> None:
    if _without_port(request.host).lower() not in answered:
        raise SecurityError


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host
