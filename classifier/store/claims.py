"""Who works on which page. A claim is a lease: it keeps two people off one page, and expires by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from classifier.errors import ConflictError, missing_page
from classifier.store.database import Database
from classifier.store.schema import pages

LEASE = timedelta(minutes=15)
_EARLY = timedelta(minutes=1)  # who waited to write has an older time than who came later and wrote first


@dataclass(frozen=True, slots=True)
class Claim:
    """Who works on a page since when; every decision on the page renews it."""

    person: str
    claimed_at: datetime  # UTC

    def holds(self, now: datetime) -> bool:
        """Tell whether it has not expired. One from the far future, of a clock that jumped back, never holds."""
        return -_EARLY <= now - self.claimed_at < LEASE


def claim_of(row: Any) -> Claim | None:
    """Return the claim in a row of the table pages, expired or not."""
    return Claim(row.claimed_by, row.claimed_at) if row.claimed_by else None


def held(now: datetime) -> "sa.ColumnElement[bool]":
    """Return the condition on pages that somebody's claim holds."""
    return sa.and_(
        pages.c.claimed_by.is_not(None), pages.c.claimed_at > now - LEASE, pages.c.claimed_at <= now + _EARLY
    )


def claim_page(database: Database, page_id: int, *, person: str, now: datetime) -> None:
    """Claim a page, or renew a claim. Raises ConflictError when somebody else holds it, NotFoundError."""
    with database.writing() as connection:
        take_claim(connection, page_id, person=person, now=now)


def take_claim(connection: sa.Connection, page_id: int, *, person: str, now: datetime) -> None:
    """Claim a page as :func:`claim_page` does, in a transaction that is under way."""
    row = connection.execute(
        sa.select(pages.c.claimed_by, pages.c.claimed_at).where(pages.c.id == page_id)
    ).one_or_none()
    if row is None:
        raise missing_page(page_id)
    there = claim_of(row)
    if there and there.person != person and there.holds(now):
        until = there.claimed_at + LEASE
        raise ConflictError(
            f"page {page_id}: {there.person} works on it, until {until:%H:%M} UTC at the latest; take another"
        )
    connection.execute(sa.update(pages).where(pages.c.id == page_id).values(claimed_by=person, claimed_at=now))


def release_page(database: Database, page_id: int, *, person: str) -> None:
    """Give a page back, if it is the person's own."""
    with database.writing() as connection:
        mine = sa.and_(pages.c.id == page_id, pages.c.claimed_by == person)
        connection.execute(sa.update(pages).where(mine).values(claimed_by=None, claimed_at=None))
