"""How the desk is reached: the names it answers to, the proxies before it, cookies that stay on encrypted lines."""

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response
from werkzeug.wsgi import get_host

from web.request_log import log_refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_HEADERS = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's
        return request.is_secure


def keep_cookies_on_encrypted_lines(app: Flask) -> None:
    """Make the browser send a cookie that came over TLS over TLS only."""
    app.session_interface = _Sessions()


def answer_to(app: Flask, names: Sequence[str], *, proxies: int) -> None:
    """Make `app` answer to the names of this machine's loopback and to `names` only.

    A page elsewhere then cannot reach it under a name of its own. Werkzeug's TRUSTED_HOSTS knows no IPv6 addresses.

    Args:
        app: the application, with all that it serves.
        names: host names, or addresses, IPv6 in brackets; without ports.
        proxies: how many are in front, each adding itself to X-Forwarded-For and setting X-Forwarded-Proto.
    """
    served = _only_to((*_LOOPBACK, *names), app.wsgi_app)
    # both as Flask's documentation wraps an application
    app.wsgi_app = served  # type: ignore[method-assign, assignment]
    if proxies:
        app.wsgi_app = ProxyFix(served, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]


def _only_to(names: Sequence[str], served: "WSGIApplication") -> "WSGIApplication":
    answered = {name.lower() for name in names}
    sentence = f"This page answers to {', '.join(sorted(answered))} only; newsieve serve --name adds a name.\n"
    refusal = Response(sentence, 400, _HEADERS, content_type="text/plain; charset=utf-8")

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun = perf_counter()
        if _name_asked(environ) in answered:
            return served(environ, start_response)
        log_refusal(environ["REQUEST_METHOD"], refusal.status_code, seconds=perf_counter() - begun)
        return refusal(environ, start_response)

    return answer


def _name_asked(environ: "WSGIEnvironment") -> str:
    try:
        host = get_host(environ)
    except SecurityError:
        return ""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).lower()
