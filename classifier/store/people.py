"""The people who may log in: names, roles, and hashes of their passwords. They are disabled, never deleted."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from classifier.errors import AccountError
from classifier.store.database import Database
from classifier.store.schema import people, sessions
from classifier.text import printable

Role = Literal["viewer", "moderator"]
ROLES: tuple[Role, ...] = get_args(Role)

NOBODY = "local"  # under this name the desk records decisions while it has no accounts
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1_000  # characters; hashing more would only keep the machine busy
HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory: 64 MiB, 3 passes

_NAME = re.compile(r"\w[\w.@-]{0,99}")


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    name: str
    role: Role
    added_at: datetime  # UTC
    disabled_at: datetime | None  # UTC; None while it may be used


def fold_name(name: str) -> str:
    """Return a name as it is stored: Anna and anna are one person."""
    return unicodedata.normalize("NFKC", printable(name)).casefold().strip()


def checked_name(name: str, what: str) -> str:
    """Return a name for a new `what` as it is stored. Raises AccountError."""
    folded = fold_name(name)
    if not _NAME.fullmatch(folded):
        raise AccountError(
            f"{what} {name[:100]!r}: not a name; use up to 100 letters, digits, '.', '@', '-' or '_', a letter first"
        )
    return folded


def add_person(
    database: Database, name: str, *, password: str, role: Role, now: datetime, hasher: PasswordHasher = HASHER
) -> Person:
    """Add an account. Raises AccountError for a bad name or password, and when there is one of that name."""
    person = Person(checked_name(name, "person"), role, now, None)
    if person.name == NOBODY:
        raise AccountError(f"person {NOBODY!r}: stands for whoever decided before there were accounts; choose another")
    hashed = hasher.hash(_checked(password))
    row = {"name": person.name, "password_hash": hashed, "role": role, "added_at": now}
    with database.writing() as connection:
        if _found(connection, person.name):
            raise AccountError(f"person {person.name!r}: there already; reset their password or choose another name")
        connection.execute(sa.insert(people), row)
    return person


def reset_password(
    database: Database, name: str, *, password: str, now: datetime, hasher: PasswordHasher = HASHER
) -> None:
    """Give a person a new password and end their sessions. Raises AccountError."""
    hashed = hasher.hash(_checked(password))
    with database.writing() as connection:
        _change(connection, name, password_hash=hashed)
        _end_sessions(connection, name, now)


def change_role(database: Database, name: str, role: Role) -> None:
    """Make a person a viewer or a moderator, at once. Raises AccountError when there is no such person."""
    with database.writing() as connection:
        _change(connection, name, role=role)


def disable_person(database: Database, name: str, *, now: datetime) -> None:
    """Keep a person out from now on, and end their sessions. Raises AccountError when there is no such person."""
    with database.writing() as connection:
        _change(connection, name, disabled_at=sa.func.coalesce(people.c.disabled_at, now))
        _end_sessions(connection, name, now)


def enable_person(database: Database, name: str) -> None:
    """Let a disabled person log in again. Raises AccountError when there is no such person."""
    with database.writing() as connection:
        _change(connection, name, disabled_at=None)


def list_people(database: Database) -> list[Person]:
    """Return every account by name."""
    with database.reading() as connection:
        return [person_in(row) for row in connection.execute(sa.select(people).order_by(people.c.name))]


def has_people(database: Database) -> bool:
    """Tell whether there is any account, disabled or not: from then on the desk asks who is there."""
    with database.reading() as connection:
        return connection.execute(sa.select(people.c.name).limit(1)).first() is not None


def has_active_people(database: Database) -> bool:
    """Tell whether anybody could log in."""
    with database.reading() as connection:
        return connection.execute(sa.select(people.c.name).where(people.c.disabled_at.is_(None))).first() is not None


def check_password(database: Database, name: str, password: str, *, hasher: PasswordHasher = HASHER) -> Person | None:
    """Return the person whose name and password these are; None for wrong ones and for a disabled person.

    Takes as long for a name that is not there, so that nobody learns names from it. A hash with parameters that are
    no longer the hasher's is replaced.
    """
    with database.reading() as connection:
        row = _found(connection, fold_name(name))
    right = _verified(hasher, row.password_hash if row else _hash_of_nothing(hasher), password)
    if row is None or not right or row.disabled_at:
        return None
    if hasher.check_needs_rehash(row.password_hash):
        _rehash(database, row, hasher.hash(printable(password)))
    return person_in(row)


def person_in(row: Any) -> Person:
    """Return the person in a row of the table people."""
    return Person(row.name, row.role, row.added_at, row.disabled_at)


def _verified(hasher: PasswordHasher, hashed: str, password: str) -> bool:
    try:
        return hasher.verify(hashed, printable(password[: LONGEST_PASSWORD + 1]))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return a hash to compare with where there is none; no password has it, being shorter than allowed."""
    return hasher.hash("")


def _rehash(database: Database, row: Any, hashed: str) -> None:
    unchanged = sa.and_(people.c.name == row.name, people.c.password_hash == row.password_hash)
    with database.writing() as connection:
        connection.execute(sa.update(people).where(unchanged).values(password_hash=hashed))


def _checked(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountError(f"password: too short; use at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise AccountError(f"password: too long; use at most {LONGEST_PASSWORD:,} characters")
    return printable(password)


def _found(connection: sa.Connection, name: str) -> Any:
    return connection.execute(sa.select(people).where(people.c.name == name)).one_or_none()


def _change(connection: sa.Connection, name: str, **values: Any) -> None:
    done = connection.execute(sa.update(people).where(people.c.name == fold_name(name)).values(**values))
    if not done.rowcount:
        raise AccountError(f"person {name[:100]!r}: not there; newsieve users list shows who is")


def _end_sessions(connection: sa.Connection, name: str, now: datetime) -> None:
    theirs = sa.and_(sessions.c.person == fold_name(name), sessions.c.ended_at.is_(None))
    connection.execute(sa.update(sessions).where(theirs).values(ended_at=now))
