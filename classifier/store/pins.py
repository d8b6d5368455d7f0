"""Tests from the desk: blocks that people pinned with the label that every version must give them, in their place.

A pin is made with a decision of its label on the block's text, in one act, and nothing ever deletes it. It is active
while that act stands and no newer standing decision on the text says otherwise. It keeps the texts of its page, so
that a version is tested on the block in its place when the page has long been gone.

The text of a pin may be trained on, unlike the shipped golden blocks: a pin says what the model must have learnt, and
not how well it does on what it has never seen. Figures are never measured on pins.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from classifier.blocks import LABELS, Block, Label, Verdict
from classifier.errors import ConflictError, InputError
from classifier.model import Model
from classifier.store.database import Database
from classifier.store.decisions import Act, Ruled, Ruling, decide_within, times_toggled
from classifier.store.learning_schema import pins
from classifier.store.queries import in_parts
from classifier.store.schema import acts, blocks, decisions
from classifier.text import fold_space, printable

LONGEST_REASON = 300  # characters
_MOST_BYTES = 2_000_000  # of a page's texts as JSON, so that an export with a pin can always be imported
_ender = acts.alias("ender")  # the act that ended a pin, if any


@dataclass(frozen=True, slots=True)
class Pin:
    """One block that every version must get right."""

    id: int
    label: Label
    texts: tuple[str, ...]  # of its page's blocks, in reading order
    position: int  # of the block among them, from 0
    reason: str  # why every version must get it right, one line
    person: str  # who pinned it
    pinned_at: datetime  # UTC
    address: str
    site: str  # registered domain, empty when unknown

    @property
    def text(self) -> str:
        """The text of the pinned block."""
        return self.texts[self.position]


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended a pin."""

    person: str
    at: datetime  # UTC
    ruling: Ruling | None  # what they said of the text; None when the pin was taken back


@dataclass(frozen=True, slots=True)
class FormerPin:
    """A pin that is active no more."""

    pin: Pin
    ended: Ended


@dataclass(frozen=True, slots=True)
class Mark:
    """An active pin as every block with its text is marked with it, without the page that it was pinned on."""

    id: int
    fingerprint: str
    label: Label
    reason: str
    person: str


def pin(database: Database, act: Act, ruled: Ruled, *, reason: str, claiming: bool = False) -> bool:
    """Decide on one block of the act's page and pin it, as one act; it is on disk when this returns.

    Returns whether anything was recorded: False for a form that was recorded before. Claims as
    :func:`~classifier.store.decisions.decide`.

    Raises:
        InputError: the ruling is no label, the reason is empty or too long, or the page is too large.
        NotFoundError: there is no such block.
        ConflictError: the block is pinned so already, or as when deciding.
        HomeError, BusyError: nothing could be saved.
    """
    reason = checked_reason(reason)
    if ruled.ruling not in LABELS:
        raise InputError(f"pin: the label is {ruled.ruling!r:.60}; use {', '.join(LABELS)}")
    with database.writing() as connection:
        act_id = decide_within(connection, act, [ruled], claiming=claiming)
        if act_id is not None:
            _add(connection, act_id, reason, _texts_of(connection, act))
    return act_id is not None


def checked_reason(given: str) -> str:
    """Return a reason as it is kept: one line. Raises InputError when it is empty or too long."""
    reason = fold_space(printable(given))
    if not reason:
        raise InputError("pin: no reason is given; say in one line why every version must get the block right")
    if len(reason) > LONGEST_REASON:
        raise InputError(f"pin: the reason has {len(reason):,} characters; use at most {LONGEST_REASON}")
    return reason


def active_pins(database: Database) -> list[Pin]:
    """Return the pins that a version must get right to be promoted, oldest first."""
    with database.reading() as connection:
        return [_pin(row) for row in connection.execute(_pins().where(_ender.c.id.is_(None)))]


def former_pins(database: Database) -> list[FormerPin]:
    """Return the pins that are active no more with what ended them, oldest pin first."""
    with database.reading() as connection:
        found = connection.execute(_pins().where(_ender.c.id.is_not(None))).all()
    return [
        FormerPin(_pin(row), Ended(row.ended_by, row.ended_at, None if row.undone else row.against)) for row in found
    ]


def marks_of(database: Database, fingerprints: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
    """Return the marks of some texts by fingerprint, oldest first; texts without any are missing."""
    with database.reading() as connection:
        return read_marks(connection, fingerprints)


def read_marks(connection: sa.Connection, fingerprints: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
    """Return the marks of some texts as :func:`marks_of`, within a transaction."""
    found: dict[str, tuple[Mark, ...]] = {}
    for part in in_parts(sorted(set(fingerprints))):
        for row in connection.execute(_marks().where(pins.c.fingerprint.in_(part))):
            found[row.fingerprint] = (*found.get(row.fingerprint, ()), Mark(*row))
    return found


def ended_by(marks: Mapping[str, Sequence[Mark]], ruling_of: Mapping[str, Ruling]) -> tuple[Mark, ...]:
    """Return the marks that rulings on texts, by fingerprint, would end."""
    return tuple(mark for text, ruling in ruling_of.items() for mark in marks.get(text, ()) if mark.label != ruling)


def judge_pin(model: Model, pinned: Pin) -> Verdict:
    """Return what a version says of a pinned block in its place, without reasons: right when its label is the pin's."""
    page = [Block(text, position) for position, text in enumerate(pinned.texts)]
    return model.classify(page, explain=False)[pinned.position]


@cache  # asked for with every page that is shown
def _marks() -> "sa.Select[Any]":
    columns = [pins.c[name] for name in ("id", "fingerprint", "label", "reason")]
    return _pins(*columns, acts.c.person).where(_ender.c.id.is_(None))


def _pins(*columns: "sa.ColumnElement[Any]") -> "sa.Select[Any]":
    """Return the query for pins; of those that ended, the act that ended them is joined as `_ender`."""
    undone = times_toggled(pins.c.act_id) % 2
    toggle, newer, against = acts.alias("toggle"), decisions.alias("newer"), decisions.alias("against")
    last_toggle = sa.select(sa.func.max(toggle.c.id)).where(toggle.c.toggles == pins.c.act_id).scalar_subquery()
    otherwise = (
        sa.select(sa.func.min(newer.c.id))
        .where(newer.c.fingerprint == pins.c.fingerprint, newer.c.act_id > pins.c.act_id)
        .where(newer.c.ruling != pins.c.label, times_toggled(newer.c.act_id) % 2 == 0)
        .scalar_subquery()
    )
    ended = (undone.label("undone"), against.c.ruling.label("against"))
    by = (_ender.c.person.label("ended_by"), _ender.c.acted_at.label("ended_at"))
    return (
        sa.select(*(columns or (pins, acts.c.person, acts.c.acted_at, *ended, *by)))
        .select_from(pins)
        .join(acts, acts.c.id == pins.c.act_id)
        .outerjoin(against, against.c.id == otherwise)
        .outerjoin(_ender, _ender.c.id == sa.case((undone == 1, last_toggle), else_=against.c.act_id))
        .order_by(pins.c.id)
    )


def _pin(row: Any) -> Pin:
    return Pin(
        id=row.id,
        label=cast("Label", row.label),
        texts=tuple(row.texts),
        position=row.position,
        reason=row.reason,
        person=row.person,
        pinned_at=row.acted_at,
        address=row.address,
        site=row.site,
    )


def _add(connection: sa.Connection, act_id: int, reason: str, texts: Sequence[str]) -> None:
    """Add the pin of an act that was just recorded, with one decision. Raises InputError, ConflictError."""
    if len(json.dumps(texts, ensure_ascii=False).encode()) > _MOST_BYTES:
        raise InputError(f"pin: the page has more than {_MOST_BYTES:,} bytes of text; pin a block of a smaller one")
    said = connection.execute(sa.select(decisions).where(decisions.c.act_id == act_id)).one()
    here = sa.and_(pins.c.fingerprint == said.fingerprint, pins.c.position == said.position)
    for other in connection.execute(_pins().where(here, pins.c.label == said.ruling, _ender.c.id.is_(None))):
        if other.texts == list(texts):
            raise ConflictError(f"pin: {other.person} pinned this block as {other.label} already: {other.reason}")
    row = {name: getattr(said, name) for name in ("act_id", "fingerprint", "address", "site", "position")}
    connection.execute(sa.insert(pins), {**row, "label": said.ruling, "reason": reason, "texts": list(texts)})


def _texts_of(connection: sa.Connection, act: Act) -> list[str]:
    of_page = sa.select(blocks.c.text).where(blocks.c.page_id == act.page_id)
    return list(connection.scalars(of_page.order_by(blocks.c.position)))
