"""Rules that hold for every training to come: what they leave out is not trained on until they are ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import NotFoundError
from classifier.left_out import Rule, parse_rule
from classifier.store.database import Database
from classifier.store.learning_schema import forgettings


@dataclass(frozen=True, slots=True)
class Forgetting:
    """That somebody said to forget something."""

    rule: Rule
    person: str  # who said so
    said_at: datetime  # UTC
    reason: str  # may be empty
    ended_at: datetime | None  # UTC; None while it holds


def forget(database: Database, rule: Rule, *, person: str, now: datetime, reason: str) -> bool:
    """Let a rule hold from now on; returns False when it holds already. Raises HomeError, BusyError."""
    row = {"rule": str(rule), "person": person, "said_at": now, "reason": reason}
    with database.writing() as connection:
        if connection.execute(sa.select(forgettings.c.id).where(_holds(rule))).first():
            return False
        connection.execute(sa.insert(forgettings), row)
    return True


def remember(database: Database, rule: Rule, *, now: datetime) -> None:
    """End a rule. Raises NotFoundError when it does not hold, HomeError, BusyError."""
    with database.writing() as connection:
        ended = connection.execute(sa.update(forgettings).where(_holds(rule)).values(ended_at=now))
        if not ended.rowcount:
            raise NotFoundError(f"{rule}: is not forgotten; newsieve forget lists what is")


def forgotten(database: Database) -> Sequence[Forgetting]:
    """Return every rule that was ever given, oldest first."""
    query = sa.select(forgettings).order_by(forgettings.c.id)
    with database.reading() as connection:
        return [
            Forgetting(parse_rule(row.rule), row.person, row.said_at, row.reason, row.ended_at)
            for row in connection.execute(query)
        ]


def _holds(rule: Rule) -> "sa.ColumnElement[bool]":
    return sa.and_(forgettings.c.rule == str(rule), forgettings.c.ended_at.is_(None))
