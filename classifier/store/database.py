"""A moderation database: SQLite in a file, or PostgreSQL by its URL; its transactions, its errors in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from classifier.errors import BusyError, HomeError, InputError

_PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"),
    "cache_size=-65536",  # kB at most, for a ruling that changes the counts of thousands of pages
)
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_LOCK_WAIT = 10  # seconds
_WRITER = 7_239_104_551  # key of the advisory lock that a writer holds: any number, as long as all use the same
_POSTGRESQL_BUSY = {"55P03", "40P01", "57014"}  # lock not available, deadlock, cancelled by a time-out


class Database:
    """An open moderation database. One writer at a time, on either kind, so that what is derived stays right."""

    def __init__(self, engine: sa.Engine, name: str, *, path: Path | None = None) -> None:
        self.engine = engine
        self.name = name  # file, or URL without its password and query
        self.path = path  # of SQLite's file; None for PostgreSQL

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one state of the database. Raises HomeError or BusyError."""
        with self._errors(), self.engine.execution_options(begin="BEGIN").begin() as connection:
            if self.path is None:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    @contextmanager
    def writing(self, *, wait: float | None = None) -> Iterator[sa.Connection]:
        """Yield a connection that alone may write; what it wrote is on disk on leaving. Raises as :meth:`reading`.

        It waits up to `wait` seconds (ten when not given) for another that writes.
        """
        options = {"begin": "BEGIN IMMEDIATE", "wait": wait}
        with self._errors(), self.engine.execution_options(**options).begin() as connection:
            if self.path is None:
                milliseconds = int(1000 * (_LOCK_WAIT if wait is None else wait))
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{milliseconds}ms'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
            yield connection

    def close(self) -> None:
        """Let go of the connections that are kept for the next use."""
        self.engine.dispose()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DataError as error:
            raise InputError("a text or number given is none that a database keeps; leave it out") from error
        except sa.exc.DBAPIError as error:
            if _is_busy(error.orig):
                raise BusyError(f"{self.name}: another process is writing; try again in a moment") from error
            reason = str(error.orig).strip().partition("\n")[0]
            raise HomeError(f"{self.name}: cannot be used ({reason}); {self._advice()}") from error

    def _advice(self) -> str:
        if self.path is None:
            return "start the server, or mend the address given as --database or NEWSIEVE_DATABASE_URL"
        return "make it writable with room on its disk, restore it, or choose another home with --home"


def sqlite_database(path: Path, *, create: bool = False) -> Database:
    """Return the database in the file `path`; one that went away is an error, not a new and empty database."""
    address = f"file:{quote(str(path.absolute()))}?mode={'rwc' if create else 'rw'}"
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None),
        poolclass=sa.NullPool,
        hide_parameters=True,  # what a page holds stands in no message
    )
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    return Database(engine, str(path), path=path)


def postgresql_database(url: str) -> Database:
    """Return the PostgreSQL database at `url`, such as ``postgresql://user@host/name``. Raises HomeError."""
    try:
        given = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise HomeError("the database address is no URL such as postgresql://user:password@host/name") from error
    if not url.startswith(("postgresql:", "postgres:")):
        raise HomeError(f"{_shown(given)}: only postgresql:// addresses are known; SQLite needs none")
    driven = given.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(driven, pool_pre_ping=True, hide_parameters=True, pool_size=10, max_overflow=20)
    return Database(engine, _shown(given))


def _shown(url: sa.URL) -> str:
    """Return `url` without what may be secret: its password, and its query, where libpq takes one as well."""
    return url.set(query={}).render_as_string()


def _is_busy(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _BUSY or getattr(error, "sqlstate", None) in _POSTGRESQL_BUSY


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    # sqlite3 would begin late and never for CREATE TABLE; SQLAlchemy's documentation of its SQLite dialect says so
    options = connection.get_execution_options()
    if options.get("wait") is not None:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(1000 * options['wait'])}")  # connections are used once
    connection.exec_driver_sql(options["begin"])
