"""Bringing a moderation database from one schema to the next, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_MIGRATIONS = Path(__file__).parent / "migrations"  # the steps from one schema to the next


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring a database, whose schema is a known one, to another, within a transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_revisions() -> tuple[str, ...]:
    """Return the revisions that a database can have been left at, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())
