"""What programs get: verdicts, pages of the queue, entries of the feed, in the words of our glossary."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from classifier.blocks import LABELS
from classifier.store.decisions import RULINGS
from classifier.store.feed import START
from classifier.store.listing import STATES

_KINDS = ("block", "run", "page", "campaign", "undo", "redo")
_SCORE = "P(filler) / (P(filler) + P(news)), from 0 to 1; higher is more likely filler"
_LABEL = "What the model says: genuine news, injected filler, or page furniture (boilerplate)"
_REVIEW = "Whether a person should look"
_PLACE: dict[str, Any] = {
    "description": "Where the block stands in what was sent: its characters, or the path of its element",
    "anyOf": [
        {
            "type": "object",
            "properties": {"start": {"type": "integer"}, "end": {"type": "integer"}},
            "required": ["start", "end"],
        },
        {"type": "string"},
        {"type": "null"},
    ],
}


class Moment(fields.DateTime):
    """A time of the database, UTC without a zone, as RFC 3339 writes it."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002 - marshmallow's
        return None if value is None else f"{value.isoformat(timespec='microseconds')}Z"


def _integer(description: str, **more: Any) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": description, "minimum": 0}, **more)


def _text(description: str, **more: Any) -> fields.String:
    return fields.String(required=True, metadata={"description": description}, **more)


def _share(description: str) -> fields.Float:
    return fields.Float(required=True, metadata={"description": description, "minimum": 0, "maximum": 1})


def _one_of(values: tuple[str, ...], description: str) -> fields.String:
    return _text(description, validate=validate.OneOf(values))


def _part(schema: type[Schema], description: str, **more: Any) -> fields.Nested:
    return fields.Nested(schema, required=True, metadata={"description": description}, **more)


def _parts(schema: type[Schema], description: str) -> "fields.List[Any]":
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


class Reason(Schema):
    """One part of a verdict; the weights of all of them sum to the log-odds of the score."""

    reason = _text("The words it stands for, or a fact about the block or its page")
    weight = fields.Float(
        required=True, metadata={"description": "Natural log-odds; above 0 for filler, below for news"}
    )
    start = fields.Integer(metadata={"description": "Where the words begin in the block's text, in characters"})
    end = fields.Integer(metadata={"description": "Where they end"})


class JudgedBlock(Schema):
    """A block with its verdict."""

    position = _integer("Place on the page in reading order, from 0")
    text = _text("Text of the block, white space folded")
    label = _one_of(LABELS, _LABEL)
    score = _share(_SCORE)
    needs_review = fields.Boolean(required=True, metadata={"description": _REVIEW})
    doubt = _text("Why a person should look, in words; empty when nobody needs to")
    reasons = fields.List(fields.Nested(Reason), metadata={"description": "Why; only with ?explain=true"})


class JudgedPage(Schema):
    """A page with a verdict on every block."""

    page = _text("Its address; 'request' when none was sent")
    model = _text("Version of the model that judged it")
    blocks = _parts(JudgedBlock, "Its blocks in reading order")


class Summary(Schema):
    """What the queue says of a page."""

    state = _one_of(STATES, "open, claimed by somebody, done, unsure (left undecided), or waiting for the model")
    blocks = _integer("Blocks of the page")
    flagged = _integer("Blocks that a person, or else the model, calls filler")
    to_check = _integer("Blocks that a person should look at, and nobody ruled on")
    unsure = _integer("Blocks that a person could not decide")
    share = _share("flagged / blocks")
    doubt = _share("Doubt of its most doubtful undecided block: 1 where a score is the threshold")
    campaigns = fields.List(
        fields.Integer(), required=True, metadata={"description": "Campaigns that runs of this page belong to"}
    )


class QueuedSummary(Schema):
    """A page that is in the queue now."""

    id = _integer("Number of the page")
    summary = _part(Summary, "What the queue says of it")


class StoredVerdict(Schema):
    """What the page's model version says of a block."""

    label = _one_of(LABELS, _LABEL)
    score = _share(_SCORE)
    needs_review = fields.Boolean(required=True, metadata={"description": _REVIEW})


class Ruling(Schema):
    """What a person said of a text; it holds wherever the text stands."""

    ruling = _one_of(tuple(r for r in RULINGS if r != "undo"), "A label, or unsure")
    person = _text("Who decided")
    decided_at = Moment(required=True, metadata={"description": "When, UTC"})


class Repeats(Schema):
    """Where else in the queue a text stands."""

    pages = _integer("Pages with this text, this one counted")
    sites = _integer("Their sites")


class QueuedBlock(Schema):
    """A block of a page in the queue."""

    position = _integer("Place on the page in reading order, from 0")
    text = _text("Text of the block, white space folded")
    place = fields.Raw(required=True, metadata=_PLACE)
    list_item = fields.Boolean(required=True, metadata={"description": "It carried a list marker"})
    heading = fields.Boolean(required=True, metadata={"description": "It is a heading"})
    hidden = fields.Boolean(required=True, metadata={"description": "A reader of the page would not see it"})
    link_share = _share("Share of its characters that are link text")
    link_hosts = fields.List(
        fields.String(), required=True, metadata={"description": "Hosts outside the site that it links to"}
    )
    verdict = _part(
        StoredVerdict,
        "What the model says; null before it has judged the page, and while a blind check hides it",
        allow_none=True,
    )
    ruling = _part(Ruling, "The standing ruling on its text; null when there is none", allow_none=True)
    repeats = _part(Repeats, "Where else its text stands")


class QueuedPageAnswer(Schema):
    """A page of the queue with its blocks."""

    id = _integer("Number of the page")
    url = _text("Address of the page")
    site = _text("Its registered domain; empty when unknown")
    added_at = Moment(required=True, metadata={"description": "When it came into the queue, UTC"})
    model = _text("Version of the model that judged it; null before the first", allow_none=True)
    summary = _part(Summary, "What the queue says of it")
    blocks = _parts(QueuedBlock, "Its blocks in reading order")


class Decision(Schema):
    """What a person said of a text, and what the desk showed them."""

    id = _integer("Number of the decision")
    fingerprint = _text("Identity of the text, whatever its case, spacing, list marker and dates")
    text = _text("The text as the person saw it")
    url = _text("Address of the page it was decided on", attribute="address")
    site = _text("Registered domain of that page; empty when unknown")
    position = _integer("Place of the block on that page, from 0")
    ruling = _one_of(RULINGS, "A label, unsure, or undo: no ruling any more")
    shown_model = _text("Version of the model whose verdict was shown")
    shown_label = _one_of(LABELS, "Label that was shown")
    shown_score = _share("Score that was shown")


class Entry(Schema):
    """One decision, or one undo or redo."""

    act = _integer("Number of the act: the decisions of one key share it")
    kind = _one_of(_KINDS, "What was decided on, or undo, or redo")
    person = _text("Who acted")
    acted_at = Moment(required=True, metadata={"description": "When, UTC"})
    toggles = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The act that an undo takes back, or a redo does again; null for a decision"},
    )
    stands = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether the act stands, as of now. The ruling of a text is that of its newest "
            "decision whose act stands"
        },
    )
    decision = _part(Decision, "The decision; null for an undo or redo", allow_none=True)


class Feed(Schema):
    """A part of what moderators did, in the order in which it was saved."""

    entries = _parts(Entry, "The entries after `since`")
    next = _text(f"Give this as `since` to read on; {START} is the beginning")


class Health(Schema):
    """That all parts work."""

    status = _one_of(("ok",), "All parts work")
    version = _text("Version of this program")
    database = _one_of(("ok",), "The database can be read and written")
    model = _text("Version of the current model")
