"""Bringing a moderation database from one schema to the next, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from classifier.errors import HomeError

_MIGRATIONS = Path(__file__).parent / "migrations"  # the steps from one schema to the next


def upgrade(connection: Connection, revision: str = "head", *, name: str) -> None:
    """Bring the database called `name` to a schema, within a transaction. Raises HomeError when its own is unknown."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise HomeError(f"{name}: made by a newer Newsieve ({error}); upgrade this one") from error


def known_revisions() -> tuple[str, ...]:
    """Return the revisions that a database can have been left at, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())
