"""Opening the moderation database: SQLite settings, migrations, errors in our own words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from classifier.disk import home_errors, only_one
from classifier.errors import HomeError

_MIGRATIONS = Path(__file__).parent / "migrations"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")
_UPGRADE_WAIT = 30.0  # seconds


class Database:
    """An open moderation database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}")
        sa.event.listen(self._engine, "connect", _configure)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Yield a connection; commit, durably, on leaving. Raises HomeError when the database cannot be used."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            raise HomeError(
                f"{self.path}: not saved ({error.orig}); make it writable with room on its disk, or choose another "
                "home with --home"
            ) from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_database(path: Path) -> Database:
    """Open the database at `path`, made or upgraded to the newest schema. Raises HomeError when that fails."""
    with home_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with only_one(path.with_name(f".{path.name}.lock"), what="upgrade", seconds=_UPGRADE_WAIT):
            database = Database(path)
            _upgrade(database)
    return database


def _upgrade(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with database.transaction() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise HomeError(f"{database.path}: made by a newer Newsieve ({error}); upgrade this one") from error


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
