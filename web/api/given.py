"""What programs send: the page to be judged, and the questions about pages and decisions."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from classifier.blocks import Page
from classifier.errors import InputError
from classifier.formats import page_of_row
from classifier.store.feed import START, Cursor

_KINDS = ("text", "html", "blocks")
_LONGEST_ADDRESS = 8_000  # characters (RFC 9110, section 4.1, asks for at least as many bytes)
_MOST_ENTRIES = 1_000


class Blocks(fields.Field[list[Any]]):
    """Blocks that were cut already: strings, or objects with 'text'."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:  # noqa: ARG002 - marshmallow's
        if not isinstance(value, list) or not value:
            raise ValidationError("not a list of blocks; give strings, or objects with 'text'")
        for number, block in enumerate(value):
            if not isinstance(block.get("text") if isinstance(block, dict) else block, str):
                raise ValidationError({str(number): ["neither a string nor an object with 'text'"]})
        return value


_WORDS: dict[str, Any] = {
    "required": "missing; every page of the queue has one",
    "null": "null; leave it out",
    "invalid": "not a string",
}
_BLOCK: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
    ]
}


_SOME = validate.Length(1, error="empty; give a page with text in it")


def _address(*, required: bool) -> fields.String:
    return fields.String(
        required=required,
        error_messages=_WORDS,
        validate=[
            validate.Length(max=_LONGEST_ADDRESS, error="more than {max:,} characters; no address is that long"),
            validate.Regexp(r"[\s\S]*\S", error="nothing of it can be seen; give the address of the page"),
        ],
        metadata={"description": "Address of the page: it tells links that leave the site from those that stay"},
    )


class GivenPage(Schema):
    """A page to be judged: exactly one of text, html and blocks."""

    class Meta:
        """A field that is not ours is a fault."""

        unknown = RAISE

    error_messages = {"unknown": "no such field; there are url, text, html and blocks"}  # noqa: RUF012 - marshmallow's
    url = _address(required=False)
    text = fields.String(
        error_messages=_WORDS,
        validate=_SOME,
        metadata={"description": "Plain text; every line that is not empty is a block"},
    )
    html = fields.String(
        error_messages=_WORDS,
        validate=_SOME,
        metadata={"description": "Markup; cut into blocks as a browser would show it"},
    )
    blocks = Blocks(
        error_messages=_WORDS,
        metadata={
            "type": "array",
            "items": _BLOCK,
            "minItems": 1,
            "description": "Blocks that were cut already: strings, or objects with text, other keys of which are "
            "not looked at",
        },
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _only_one(self, _data: Any, sent: dict[str, Any], **_kwargs: Any) -> None:
        found = [kind for kind in _KINDS if kind in sent]
        if len(found) != 1:
            raise ValidationError(f"has {' and '.join(found) or 'no page'}; give exactly one of text, html and blocks")


class PageToQueue(GivenPage):
    """A page for the queue: its address, and exactly one of text, html and blocks."""

    class Meta:
        """A field that is not ours is a fault."""

        unknown = RAISE

    url = _address(required=True)


class Explanation(Schema):
    """Whether to say why."""

    error_messages = {"unknown": "no such argument; there is explain"}  # noqa: RUF012 - marshmallow's

    explain = fields.Boolean(
        truthy={"true"},
        falsy={"false"},
        load_default=False,
        error_messages={"invalid": "neither true nor false; give one of them"},
        metadata={"description": "Give all reasons of each verdict, and the score with all its digits"},
    )


def _cursor(text: str) -> None:
    try:
        Cursor.of(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class FromWhere(Schema):
    """Which part of the feed to read."""

    error_messages = {"unknown": "no such argument; there are since and limit"}  # noqa: RUF012 - marshmallow's

    since = fields.String(
        load_default=str(START),
        validate=_cursor,
        metadata={
            "description": "The `next` of an earlier answer; without it the feed is read from its beginning",
            "pattern": "^[0-9]{1,10}\\.[0-9]{1,10}$",
        },
    )
    limit = fields.Integer(
        load_default=100,
        error_messages={"invalid": f"not a whole number; give one from 1 to {_MOST_ENTRIES:,}"},
        validate=validate.Range(1, _MOST_ENTRIES, error="not from {min} to {max:,}; give one that is"),
        metadata={"description": "How many entries to give at most"},
    )


def page_of(given: dict[str, Any]) -> Page:
    """Return the page that was sent, cut as the command line does. Raises InputError when there is no text in it."""
    page = page_of_row(given, place="request")
    if not page.blocks:
        raise InputError("request: no text in it; give a page with a block that can be seen")
    return page
