"""Looking at a moderation database without touching it: no file is made, no schema upgraded, nothing written."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from classifier.errors import HomeError
from classifier.store.checking import damage
from classifier.store.database import Database, postgresql_database
from classifier.store.opening import NEWEST, revision_of
from classifier.store.upgrading import known_revisions

_TRIES = 3  # while somebody writes


@dataclass(frozen=True, slots=True)
class Condition:
    """What is found of a database as it lies there."""

    name: str  # file, or URL without its password
    revision: str | None  # of its schema; None when it has no tables of ours
    newest: str  # revision that this program works with
    known: tuple[str, ...]  # revisions that this program can upgrade
    faults: tuple[str, ...]  # of SQLite's file and of references, a sentence each


def inspect(place: Path | str) -> Condition:
    """Return the condition of the database in the file `place`, or at the URL `place`. Raises HomeError, BusyError."""
    if isinstance(place, str):
        return _inspected(postgresql_database(place))
    for _ in range(_TRIES):
        before = _stamp(place)
        found = _inspected(_unlocked(place))
        if not found.faults or before == _stamp(place):  # else it was written to while we read, perhaps half of it
            break
    return found


def _inspected(database: Database) -> Condition:
    try:
        with database.reading() as connection:
            revision = revision_of(connection)
            faults = tuple(damage(connection)) if database.path else ()
    finally:
        database.close()
    return Condition(database.name, revision, NEWEST, known_revisions(), faults)


def _unlocked(path: Path) -> Database:
    """Return a SQLite database to be read only. Raises HomeError when that would make files beside it."""
    log, index = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if log.exists() and log.stat().st_size and not index.exists():
        raise HomeError(f"{log}: holds changes, and its index is gone; newsieve verify takes them in and checks them")
    how = "mode=ro" if log.exists() and index.exists() else "immutable=1"  # without a log, mode=ro would make one
    address = f"file:{quote(str(path.absolute()))}?{how}"
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool)
    return Database(engine, str(path), path=path)


def _stamp(path: Path) -> tuple[int, int, bool]:
    facts = path.stat()
    return facts.st_mtime_ns, facts.st_size, path.with_name(f"{path.name}-wal").exists()
