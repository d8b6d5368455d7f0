"""Bearer tokens of programs: shown once, kept as their SHA-256."""

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.schema import tokens


def add_token(database: Database, name: str, *, now: datetime) -> str:
    """Add a token and return its secret, which is kept nowhere."""
    secret = "newsieve_" + secrets.token_urlsafe(32)
    row = {"name": name, "secret_hash": _hash(secret), "added_at": now}
    with database.writing() as connection:
        connection.execute(sa.insert(tokens), row)
    return secret


def token_name(database: Database, secret: str) -> str | None:
    """Return the name of the token with this secret; None when there is none or it was revoked."""
    live = sa.and_(tokens.c.secret_hash == _hash(secret), tokens.c.revoked_at.is_(None))
    with database.reading() as connection:
        return connection.execute(sa.select(tokens.c.name).where(live)).scalar_one_or_none()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
