"""What moderators did, in the order in which it was saved, so that a program can follow it from where it left off.

An entry is a decision, or an act that took back or did again an earlier act. Writers take turns, so that numbers rise
in the order of saving: who has read up to an entry never finds a new one before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Label
from classifier.store.database import Database
from classifier.store.decisions import Ruling, times_toggled
from classifier.store.schema import acts, decisions

_CURSOR = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})")
_LARGEST = 2**31 - 1  # number that a column holds


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two entries of the feed."""

    act: int  # number of the last act that was read, 0 before the first
    decision: int  # number of the last decision of it, 0 for an act without any

    def __str__(self) -> str:
        return f"{self.act}.{self.decision}"

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """Return the cursor that was written as `text`. Raises ValueError when it is none."""
        numbers = _CURSOR.fullmatch(text)
        if numbers is None:
            raise ValueError("no cursor; give the 'next' of an earlier answer, or none to start at the beginning")
        return cls(*(min(_LARGEST, int(number)) for number in numbers.groups()))


START = Cursor(0, 0)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said of a text, and what the page showed them."""

    id: int
    fingerprint: str  # of the text: 32 hexadecimal digits
    text: str
    address: str
    site: str
    position: int  # of the block on its page, from 0
    ruling: Ruling
    shown_model: str  # version
    shown_label: Label
    shown_score: float  # 0..1


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision, or one undo or redo."""

    cursor: Cursor
    act: int  # number; the decisions of one key share it
    kind: str  # 'block', 'run', 'page', 'campaign', 'undo' or 'redo'
    person: str
    acted_at: datetime  # UTC
    toggles: int | None  # the act that an undo or redo takes back or does again
    stands: bool  # whether the act is not taken back, as of now; always true of an undo or redo
    decision: Decided | None  # None for an undo or redo


def read_feed(database: Database, since: Cursor = START, *, limit: int) -> list[Entry]:
    """Return up to `limit` entries after `since`, in the order in which they were saved."""
    later_decision = sa.and_(acts.c.id == since.act, decisions.c.id > since.decision)
    found = (
        sa.select(acts, decisions, (times_toggled(acts.c.id) % 2 == 0).label("stands"))
        .set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)
        .outerjoin(decisions, decisions.c.act_id == acts.c.id)
        .where(sa.or_(acts.c.id > since.act, later_decision))
        .order_by(acts.c.id, decisions.c.id)
        .limit(limit)
    )
    with database.reading() as connection:
        return [_entry(row) for row in connection.execute(found)]


def cursor_after(entries: Sequence[Entry], since: Cursor) -> Cursor:
    """Return from where to read on after `entries`, which were read from `since`."""
    return entries[-1].cursor if entries else since


def _entry(row: Any) -> Entry:
    decided = None if row.decisions_id is None else Decided(*(getattr(row, f"decisions_{name}") for name in _DECIDED))
    return Entry(
        cursor=Cursor(row.acts_id, decided.id if decided else 0),
        act=row.acts_id,
        kind=row.acts_kind,
        person=row.acts_person,
        acted_at=row.acts_acted_at,
        toggles=row.acts_toggles,
        stands=bool(row.stands),
        decision=decided,
    )


_DECIDED = tuple(Decided.__dataclass_fields__)
