"""Every error of the interface for programs as one JSON object with one sentence."""

from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Flask, Response, jsonify, request
from flask_limiter import RateLimitExceeded
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from classifier.errors import BusyError, ConflictError, HomeError, InputError, ModelError, NewsieveError, NotFoundError
from classifier.rows import MOST_BYTES
from classifier.text import printable

_STATUS: dict[type[NewsieveError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    ModelError: HTTPStatus.SERVICE_UNAVAILABLE,
    HomeError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_KEPT_HEADERS = {"Allow", "WWW-Authenticate"}
_MOST_ERRORS = 20  # fields at fault that are told, the first ones
_LONGEST = 200  # characters of an address or a field's name that are told back


class Error(Schema):
    """What is wrong, and what to do."""

    code = fields.Integer(required=True, metadata={"description": "HTTP status, such as 422"})
    status = fields.String(required=True, metadata={"description": "Its name, such as Unprocessable Entity"})
    message = fields.String(
        required=True, metadata={"description": "One sentence for a person: what is wrong; what to do"}
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "What is wrong with each field of the request, 20 at most, or each part of the desk"},
    )


def answer_in_json(app: Flask) -> None:
    """Make every error of `app` an Error."""
    app.register_error_handler(NewsieveError, _our_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RateLimitExceeded, _too_often)


def failed(status: HTTPStatus, message: str, errors: dict[str, str] | None = None) -> Response:
    """Return the answer to a request that failed."""
    facts: dict[str, Any] = {"code": status.value, "status": status.phrase, "message": printable(message)}
    told = dict(islice((errors or {}).items(), _MOST_ERRORS))  # an answer is never as large as what was sent
    answer = jsonify({**facts, "errors": told} if told else facts)
    answer.status_code = status.value
    return answer


def _our_error(error: NewsieveError) -> Response:
    answer = failed(_STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR), str(error))
    if isinstance(error, BusyError):
        answer.headers["Retry-After"] = "1"
    return answer


def _http_error(error: HTTPException) -> Response:
    own_words = error.description if error.description != type(error).description else None
    status = HTTPStatus(error.code or 500)
    data = getattr(error, "data", {})  # what the reader of requests found, see web.api.reading
    answer = failed(status, data.get("message") or own_words or _sentence(status), data.get("errors"))
    answer.headers.extend([(name, value) for name, value in error.get_headers() if name in _KEPT_HEADERS])
    return answer


def _too_often(error: RateLimitExceeded) -> Response:
    answer = failed(HTTPStatus.TOO_MANY_REQUESTS, f"requests: more than {error.description}; wait, then go on")
    seconds = error.limit.limit.get_expiry() if error.limit else 1
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _sentence(status: HTTPStatus) -> str:
    place = request.path[:_LONGEST]
    sentences = {
        404: f"{place}: no such address; /api/v1/openapi.json lists what there is",
        405: f"{place}: {request.method[:_LONGEST]} is not for this address; the header Allow says what is",
        413: f"request: more than {MOST_BYTES:,} bytes; a page may have at most that many",
        500: "request: failed by a fault of ours; the server's log says more",
    }
    return sentences.get(status.value, f"request: {status.phrase}")
