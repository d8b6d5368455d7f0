"""Opening the moderation database: SQLite settings, migrations, errors in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from classifier.disk import home_errors, only_one
from classifier.errors import BusyError, HomeError

_MIGRATIONS = Path(__file__).parent / "migrations"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
_UPGRADE_WAIT = 30.0  # seconds


class Database:
    """An open moderation database."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        mode = "rwc" if create else "rw"  # a file that went away is an error, not a new and empty database
        address = f"file:{quote(str(path.absolute()))}?mode={mode}"
        self._engine = sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None), poolclass=sa.NullPool
        )
        sa.event.listen(self._engine, "connect", _configure)
        sa.event.listen(self._engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the database. Raises HomeError or BusyError."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection that alone may write; what it wrote is on disk on leaving. Raises as :meth:`reading`."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sa.Connection]:
        try:
            with self._engine.execution_options(begin=begin).begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise BusyError(f"{self.path}: another process is writing; try again in a moment") from error
            raise HomeError(
                f"{self.path}: cannot be used ({error.orig}); make it writable with room on its disk, restore it, or "
                "choose another home with --home"
            ) from error


def open_database(path: Path) -> Database:
    """Open the database at `path`, made or upgraded to the newest schema. Raises HomeError when that fails."""
    with home_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with only_one(path.with_name(f".{path.name}.lock"), what="upgrade", seconds=_UPGRADE_WAIT):
            _upgrade(Database(path, create=True))
    return Database(path)


def _upgrade(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise HomeError(f"{database.path}: made by a newer Newsieve ({error}); upgrade this one") from error


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # sqlite3 would begin late and never for CREATE TABLE; SQLAlchemy's documentation of its SQLite dialect says so
    connection.exec_driver_sql(connection.get_execution_options()["begin"])
