"""Backups: the whole database in one SQLite file, whatever its kind, and back into an empty one of either kind."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

import classifier.store.learning_schema  # noqa: F401 - its tables are copied too
from classifier.disk import sync_folder
from classifier.errors import HomeError, InputError
from classifier.store.database import Database
from classifier.store.opening import copy_sqlite, open_database
from classifier.store.schema import metadata, sessions

_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    rows: int  # of all tables
    kept: Path | None  # backup of what was there before; None when that was empty


def backup(database: Database, path: Path) -> None:
    """Write one state of the database, in use or not, into the new file `path`, whole or not at all.

    Only its owner may read it: it holds the hashes of passwords. Raises HomeError, BusyError.
    """
    if path.exists():
        raise HomeError(f"{path}: is there already; give another name, or remove it first")
    with _draft_in(path.parent) as draft:
        if database.path:
            copy_sqlite(database.path, draft)
        else:
            _copy_to_sqlite(database, draft)
        _closed(draft)
        draft.chmod(0o600)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.replace(path)
        sync_folder(path.parent)


def restore(path: Path, place: Path | str, *, now: datetime, replace: bool = False) -> Restored:
    """Bring back the backup in the file `path`, made or upgraded as needed, into the database at `place`, all or none.

    `place` is as in :func:`~classifier.store.opening.open_database`. A database that holds anything is refused unless
    `replace`; then a backup of it is kept, beside the SQLite file or, of PostgreSQL, beside `path`.
    Raises InputError when `path` is no sound backup, HomeError, BusyError.
    """
    with _draft_in(place.parent if isinstance(place, Path) and place.parent.is_dir() else None) as draft:
        source = _sound_copy(path, draft)
        target = open_database(place)
        try:
            return _replace_rows(source, target, keep_at=_kept_name(target.path or path, now), replace=replace)
        finally:
            source.close()
            target.close()


@contextmanager
def _draft_in(folder: Path | None) -> Iterator[Path]:
    """Yield a name for a file in a folder of its own, which goes away with what SQLite and locks leave there."""
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".newsieve-copy-") as own:
            yield Path(own) / "newsieve.db"
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise HomeError(f"{folder}: {reason}; choose a folder that can be written to, with room for a copy") from error


def _copy_to_sqlite(database: Database, draft: Path) -> None:
    copy = open_database(draft)
    with database.reading() as old, copy.writing() as new:
        _copy_rows(old, new)
    copy.close()


def _copy_rows(old: sa.Connection, new: sa.Connection) -> int:
    """Copy every row, table by table; return how many."""
    rows = 0
    for table in metadata.sorted_tables:
        ordered = sa.select(table).order_by(*table.primary_key)  # an act comes after the act that it toggles
        found = old.execution_options(yield_per=_ROWS_AT_ONCE).execute(ordered)
        for part in found.mappings().partitions():
            new.execute(sa.insert(table), [dict(row) for row in part])
            rows += len(part)
    return rows


def _closed(path: Path) -> None:
    """Make one file of a SQLite database that nobody uses any more."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _sound_copy(path: Path, draft: Path) -> Database:
    """Return a copy of a backup in the newest schema."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; give one that newsieve backup made")
    try:
        copy_sqlite(path, draft)
        with closing(sqlite3.connect(draft)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            faults = [fault for (fault,) in connection.execute("PRAGMA integrity_check(1)") if fault != "ok"]
            faults += [
                f"a row of {row[0]} without its {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path}: no backup of a moderation database ({error}); give another") from error
    if not {"alembic_version", "pages", "decisions"} <= tables:
        raise InputError(f"{path}: no backup of a moderation database; give one that newsieve backup made")
    if faults:
        raise InputError(f"{path}: damaged ({faults[0]}); give an older backup")
    try:
        return open_database(draft)
    except HomeError as error:
        raise InputError(str(error).replace(str(draft), str(path))) from error


def _replace_rows(source: Database, target: Database, *, keep_at: Path, replace: bool) -> Restored:
    with target.writing() as new:  # nothing is decided between the check, the backup and the change
        full = _holds_anything(new)
        if full and not replace:
            raise HomeError(
                f"{target.name}: holds data; with --replace it is put in its place, and a backup of it kept"
            )
        if full:
            backup(target, keep_at)
            for table in reversed(metadata.sorted_tables):
                new.execute(sa.delete(table))
        with source.reading() as old:
            rows = _copy_rows(old, new)
        new.execute(sa.delete(sessions))  # an ended session of the time since must not open the desk again
        if target.path is None:
            _continue_numbers(new)
    return Restored(rows, keep_at if full else None)


def _holds_anything(connection: sa.Connection) -> bool:
    return any(connection.execute(sa.select(table).limit(1)).first() for table in metadata.sorted_tables)


def _kept_name(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}")


def _continue_numbers(connection: sa.Connection) -> None:
    """Let PostgreSQL number new rows after the ones that were put in."""
    for table in metadata.sorted_tables:
        if "id" in table.c:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            newest = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, newest + 1, sa.false())))
