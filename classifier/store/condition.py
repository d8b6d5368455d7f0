"""Whether the moderation database works, and how much it holds: for those who watch over a desk."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import BusyError
from classifier.store.database import Database
from classifier.store.listing import State, count_states
from classifier.store.schema import decisions, pages

_WAIT = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the moderation database holds."""

    pages: dict[State, int]  # of the queue, by state
    decisions: int  # ever made, taken back or not


def check_writable(database: Database) -> None:
    """Read and write the database, and change nothing. Raises HomeError when that cannot be done.

    While somebody else writes it takes their word for it: who watches must not hold up those who work.
    """
    nothing = sa.update(pages).where(pages.c.id == -1).values(model=pages.c.model)
    with suppress(BusyError), database.writing(wait=_WAIT) as connection:
        connection.execute(nothing)


def count_all(database: Database, *, now: datetime) -> Counts:
    """Return how much the database holds."""
    with database.reading() as connection:
        made = connection.execute(sa.select(sa.func.count()).select_from(decisions)).scalar_one()
    return Counts(count_states(database, now=now), int(made))
