"""Bearer tokens of programs: shown once, kept as their SHA-256, revoked by name."""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import AccountError
from classifier.store.database import Database
from classifier.store.people import checked_name, fold_name
from classifier.store.schema import tokens
from classifier.store.sessions import hash_of

_SECRET_BYTES = 32
_PREFIX = "newsieve_"  # so that who finds one in a log or a repository knows what it opens


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; never its secret."""

    name: str
    added_at: datetime  # UTC
    revoked_at: datetime | None  # UTC; None while it may be used


def add_token(database: Database, name: str, *, now: datetime) -> str:
    """Add a token and return its secret, which is kept nowhere. Raises AccountError for a bad or a used name."""
    folded = checked_name(name, "token")
    secret = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    row = {"name": folded, "secret_hash": hash_of(secret), "added_at": now}
    with database.writing() as connection:
        if connection.execute(sa.select(tokens.c.name).where(tokens.c.name == folded)).first():
            raise AccountError(f"token {folded!r}: there already, in use or revoked; choose another name")
        connection.execute(sa.insert(tokens), row)
    return secret


def token_name(database: Database, secret: str) -> str | None:
    """Return the name of the token with this secret; None when there is none or it was revoked."""
    live = sa.and_(tokens.c.secret_hash == hash_of(secret), tokens.c.revoked_at.is_(None))
    with database.reading() as connection:
        return connection.execute(sa.select(tokens.c.name).where(live)).scalar_one_or_none()


def revoke_token(database: Database, name: str, *, now: datetime) -> None:
    """Make a token open nothing any more. Raises AccountError when there is none of that name."""
    revoked = sa.func.coalesce(tokens.c.revoked_at, now)
    named = sa.update(tokens).where(tokens.c.name == fold_name(name)).values(revoked_at=revoked)
    with database.writing() as connection:
        if not connection.execute(named).rowcount:
            raise AccountError(f"token {name[:100]!r}: not there; newsieve tokens list shows what is")


def list_tokens(database: Database) -> list[Token]:
    """Return every token by name."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(tokens).order_by(tokens.c.name)).all()
    return [Token(row.name, row.added_at, row.revoked_at) for row in rows]
