# mypy: disable-error-code="misc, no-untyped-call"
"""The OpenAPI document of the interface for programs, made from the same schemas that check what goes in and out.

flask-smorest comes without types: its base classes are Any to mypy (hence `misc`), its functions untyped.
"""

from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]  # it has no types

from web.api.errors import Error
from web.api.reading import Reader

_ABOUT = """\
Newsieve labels every text block of a scraped page as genuine **news**, injected SEO **filler** or page furniture
(**boilerplate**). A *verdict* is what the model says of a block, a *ruling* what a person said of its text. The *score*
is P(filler) / (P(filler) + P(news)); which score makes a label, and which needs a person's look, belongs to the model
version that is named with it."""
_FOR_NOW = {
    429: "More requests than a token, or who has none, may make a second",
    503: "More is asked of the desk than it can do in a few seconds, or its database or model cannot be used just now",
}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait, where they are known", "schema": {"type": "integer", "minimum": 1}}
}
_EXACTLY_ONE = [{"required": [kind]} for kind in ("text", "html", "blocks")]


class Document(Api):
    """The document of one application; it leaves errors to web.api.errors."""

    ERROR_SCHEMA = Error
    DEFAULT_ERROR_RESPONSE_NAME = None  # each address says which errors it gives

    def __init__(self, app: Flask) -> None:
        app.config.update(
            API_TITLE="Newsieve",
            API_VERSION=version("newsieve"),
            OPENAPI_VERSION="3.1.0",
            OPENAPI_URL_PREFIX="/api/v1",
            API_SPEC_OPTIONS={"info": {"description": _ABOUT}, "security": [{"token": []}]},
        )
        super().__init__(app)
        self.spec.components.security_scheme(
            "token",
            {
                "type": "http",
                "scheme": "bearer",
                "description": "`newsieve tokens add NAME` makes one; it is shown once",
            },
        )

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register a part, and say of pages that are sent what a schema's fields cannot."""
        super().register_blueprint(blp, **options)
        for name in ("GivenPage", "PageToQueue"):
            if name in self.spec.components.schemas:
                self.spec.components.schemas[name]["oneOf"] = _EXACTLY_ONE

    def _register_error_handlers(self) -> None:
        """Register none: the application has its own."""


class Part(Blueprint):
    """Some addresses of the interface, with strictly read requests."""

    ARGUMENTS_PARSER = Reader()

    def refusals(self, *statuses: int) -> Callable[[Any], Any]:
        """Say of a view which errors it gives beside those that every address gives."""

        def documented(view: Any) -> Any:
            for status in (*statuses, 401):
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return self.refusals_for_now()(view)

        return documented

    def refusals_for_now(self) -> Callable[[Any], Any]:
        """Say of a view when it should be asked again later."""

        def documented(view: Any) -> Any:
            for status, when in _FOR_NOW.items():
                view = self.alt_response(status, schema=Error, description=when, headers=_RETRY_AFTER)(view)
            return view

        return documented
