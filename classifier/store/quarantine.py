"""Quarantine: a person's decisions are kept but not trained on until they agree with golden so often in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Label
from classifier.errors import ConflictError, InputError, NotFoundError
from classifier.store.database import Database
from classifier.store.learning_schema import quarantine_answers
from classifier.store.learning_schema import quarantines as table
from classifier.store.people import NOBODY, fold_name
from classifier.store.schema import acts, people

NEEDED = 10
"""Golden blocks in a row to be labelled right, unless told otherwise."""

MOST_NEEDED = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one golden block."""

    fingerprint: str  # of its text
    label: Label  # what it is
    answer: Label  # what the person said

    @property
    def right(self) -> bool:
        """Whether the person agrees with golden."""
        return self.answer == self.label


@dataclass(frozen=True, slots=True)
class Quarantine:
    """That a person is, or was, in quarantine."""

    id: int
    person: str
    began_at: datetime  # UTC
    began_by: str
    reason: str
    needed: int  # right answers in a row that end it
    ended_at: datetime | None  # UTC; None while it lasts
    ended_by: str | None  # empty when the answers ended it
    answers: tuple[Answer, ...]  # oldest first

    @property
    def in_a_row(self) -> int:
        """How many of the newest answers are right, back to the newest wrong one."""
        wrong = [number for number, answer in enumerate(self.answers, 1) if not answer.right]
        return len(self.answers) - max(wrong, default=0)


def begin_quarantine(
    database: Database, person: str, *, by: str, now: datetime, reason: str, needed: int = NEEDED
) -> str:
    """Put a person into quarantine and return their name as it is stored.

    Raises InputError when `needed` is not 1 to 100, NotFoundError when nobody of that name has an account or decided
    anything, ConflictError when they are in quarantine already, HomeError, BusyError.
    """
    if not 1 <= needed <= MOST_NEEDED:
        raise InputError(f"needed: {needed} right answers in a row; use 1 to {MOST_NEEDED}")
    with database.writing() as connection:
        name = _known(connection, person)
        if connection.execute(_lasting(name)).first():
            raise ConflictError(f"{name}: in quarantine already; newsieve quarantine --end {name} ends it")
        row = {"person": name, "began_at": now, "began_by": by, "reason": reason, "needed": needed}
        connection.execute(sa.insert(table), row)
    return name


def end_quarantine(database: Database, person: str, *, by: str, now: datetime) -> None:
    """End a person's quarantine. Raises NotFoundError when they are in none, HomeError, BusyError."""
    theirs = sa.and_(table.c.person.in_((person, fold_name(person))), table.c.ended_at.is_(None))
    with database.writing() as connection:
        ended = connection.execute(sa.update(table).where(theirs).values(ended_at=now, ended_by=by))
        if not ended.rowcount:
            raise NotFoundError(f"{person[:100]}: not in quarantine; newsieve quarantine lists who is")


def quarantines(database: Database) -> list[Quarantine]:
    """Return every quarantine there ever was, oldest first."""
    with database.reading() as connection:
        return [_quarantine(connection, row) for row in connection.execute(sa.select(table).order_by(table.c.id)).all()]


def quarantine_of(database: Database, person: str) -> Quarantine | None:
    """Return the quarantine that a person is in, by their name as it is stored; None when they are in none."""
    with database.reading() as connection:
        row = connection.execute(_lasting(person)).first()
        return _quarantine(connection, row) if row else None


def answer_golden(database: Database, person: str, answer: Answer, *, asked: int, now: datetime) -> Quarantine:
    """Record what a person says of a golden block; enough right ones in a row end their quarantine, which is returned.

    Args:
        asked: how many answers there were when the block was shown.

    Raises ConflictError when that block was answered already or the quarantine is over, HomeError, BusyError.
    """
    with database.writing() as connection:
        row = connection.execute(_lasting(person)).first()
        if row is None:
            raise ConflictError(f"{person} is not in quarantine any more; decide as always")
        if len(_quarantine(connection, row).answers) != asked:
            raise ConflictError("this block was answered already; go on with the one shown now")
        facts = {"fingerprint": answer.fingerprint, "label": answer.label, "answer": answer.answer}
        connection.execute(sa.insert(quarantine_answers), {**facts, "quarantine_id": row.id, "answered_at": now})
        if _quarantine(connection, row).in_a_row >= row.needed:
            connection.execute(sa.update(table).where(table.c.id == row.id).values(ended_at=now, ended_by=""))
        return _quarantine(connection, connection.execute(sa.select(table).where(table.c.id == row.id)).one())


def _lasting(person: str) -> "sa.Select[Any]":
    return sa.select(table).where(table.c.person == person, table.c.ended_at.is_(None))


def _known(connection: sa.Connection, person: str) -> str:
    """Return the stored name of somebody who has an account or decided anything. Raises NotFoundError."""
    for name in dict.fromkeys((person, fold_name(person))):
        account = sa.select(people.c.name).where(people.c.name == name)
        acted = sa.select(acts.c.id).where(acts.c.person == name).limit(1)
        if name == NOBODY or connection.execute(account).first() or connection.execute(acted).first():
            return name
    raise NotFoundError(
        f"{person[:100]!r}: nobody of that name has an account or decided anything; newsieve users list shows who is"
    )


def _quarantine(connection: sa.Connection, row: Any) -> Quarantine:
    said = quarantine_answers
    query = sa.select(said).where(said.c.quarantine_id == row.id).order_by(said.c.id)
    answers: Sequence[Any] = connection.execute(query).all()
    return Quarantine(
        id=row.id,
        person=row.person,
        began_at=row.began_at,
        began_by=row.began_by,
        reason=row.reason,
        needed=row.needed,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        answers=tuple(Answer(one.fingerprint, one.label, one.answer) for one in answers),
    )
