"""Reading requests strictly: what is not understood is refused with a sentence, never guessed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.flaskparser import FlaskParser, abort

from classifier.text import printable

_TOLD = 3  # faults that the sentence names; all are in its errors
_LONGEST = 100  # characters of a name of a field that are told back


class Reader(FlaskParser):
    """Reads JSON bodies and queries, and puts the faults of both in the words of our errors."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE}  # noqa: RUF012 - the base class's own type

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002, D102 - webargs'
        if not req.is_json:
            abort(415, message="Content-Type: not JSON; send the request as application/json")
        try:
            found = json.loads(req.get_data())
        except (ValueError, RecursionError) as error:
            abort(400, message=f"request: broken JSON ({error}); send one JSON object in UTF-8")
        if not isinstance(found, dict):
            abort(422, message="request: not a JSON object; send one, as /api/v1/openapi.json describes it")
        return found

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,  # noqa: ARG002 - webargs'
        schema: ma.Schema,  # noqa: ARG002 - webargs'
        *,
        error_status_code: int | None,  # noqa: ARG002 - webargs'
        error_headers: Mapping[str, str] | None,  # noqa: ARG002 - webargs'
    ) -> NoReturn:
        """Refuse a request that is not as our document says."""
        messages = error.messages_dict.values()  # by where they stand: json, query
        faults = {name: fault for found in messages for name, fault in _faults(found)}
        named = "; ".join(f"{name}: {fault}" for name, fault in list(faults.items())[:_TOLD])
        more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
        abort(422, message=f"{named}{more}", errors=faults)


def _faults(messages: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field that is at fault, with what is wrong with it."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            part = "request" if key == "_schema" else printable(str(key))[:_LONGEST]
            yield from _faults(value, f"{name}.{part}" if name else part)
    else:
        yield name or "request", " ".join(str(message).rstrip(".") for message in messages)
