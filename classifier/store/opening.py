"""Opening the moderation database: made where there is none, brought to the newest schema after a backup copy."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from classifier.disk import home_errors, only_one
from classifier.errors import HomeError
from classifier.store.database import Database, postgresql_database, sqlite_database

NEWEST = "0003"
"""Revision of the schema that this program works with: the last of the migrations."""

_UPGRADE_WAIT = 60.0  # seconds


def open_database(place: Path | str, *, new: bool = True) -> Database:
    """Open the database in the file `place`, or the PostgreSQL database at the URL `place`.

    It is made or upgraded to the newest schema; of an older SQLite database a copy is kept beside it,
    ``NAME.before-REVISION``. Raises HomeError when that fails, and then the database is as it was; also, unless it may
    be `new`, for a SQLite file without tables: what was in it is lost.
    """
    if isinstance(place, str):
        database = postgresql_database(place)
        try:
            _upgrade(database)
        except BaseException:
            database.close()
            raise
        return database
    with home_errors(place.parent):
        place.parent.mkdir(parents=True, exist_ok=True)
        with only_one(place.with_name(f".{place.name}.lock"), what="upgrade", seconds=_UPGRADE_WAIT):
            _make_private(place)
            _upgrade(sqlite_database(place), new=new)
    return sqlite_database(place)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database, in use or not, whole or not at all. Raises OSError or sqlite3.Error."""
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    _make_private(draft)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(draft)) as new:
        old.backup(new)
    draft.replace(target)


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, if there is none: it will hold the hashes of passwords."""
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))  # SQLite gives its -wal and -shm files the same mode


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of a database's schema; None when it has no tables of ours."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return found


def _upgrade(database: Database, *, new: bool = True) -> None:
    with database.writing() as connection:
        revision = revision_of(connection)
    if revision == NEWEST:
        return
    from classifier.store.upgrading import known_revisions, upgrade  # noqa: PLC0415 - Alembic loads slowly

    if not (revision or new):
        raise HomeError(f"{database.name}: nothing is in it; bring a backup back with newsieve restore, or remove it")
    if revision and revision not in known_revisions():
        raise HomeError(f"{database.name}: made by a newer Newsieve (its schema is {revision}); upgrade this one")
    if revision and database.path:
        copy_sqlite(database.path, database.path.with_name(f"{database.path.name}.before-{NEWEST}"))
    with database.writing() as connection:
        upgrade(connection)
