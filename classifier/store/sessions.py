"""Who is logged in. The cookie holds a random key; the database only its SHA-256, so that a copy opens nothing."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.people import Person, person_in
from classifier.store.schema import people, sessions

LIFETIME = timedelta(hours=12)  # a working day with its breaks
_KEY_BYTES = 32


def start_session(database: Database, person: Person, *, now: datetime) -> str:
    """Start a session and return its key. Those that are too old to be used are forgotten."""
    key = secrets.token_urlsafe(_KEY_BYTES)
    row = {"key_hash": hash_of(key), "person": person.name, "started_at": now}
    with database.writing() as connection:
        connection.execute(sa.delete(sessions).where(sessions.c.started_at <= now - LIFETIME))
        connection.execute(sa.insert(sessions), row)
    return key


def person_of(database: Database, key: str, *, now: datetime) -> Person | None:
    """Return whose session `key` is; None when it ended, is too old, or the person is disabled."""
    live = sa.and_(sessions.c.ended_at.is_(None), people.c.disabled_at.is_(None))
    # from the future, after a clock that jumped back: good for as long, so that a small jump throws nobody out
    young = sa.and_(sessions.c.started_at > now - LIFETIME, sessions.c.started_at < now + LIFETIME)
    query = sa.select(people).join(sessions).where(sessions.c.key_hash == hash_of(key), live, young)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return person_in(row) if row else None


def end_session(database: Database, key: str, *, now: datetime) -> None:
    """End a session; its key opens nothing any more."""
    this = sa.and_(sessions.c.key_hash == hash_of(key), sessions.c.ended_at.is_(None))
    with database.writing() as connection:
        connection.execute(sa.update(sessions).where(this).values(ended_at=now))


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits, which needs no slow hash."""
    return sha256(secret.encode()).hexdigest()
