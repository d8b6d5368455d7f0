"""What must hold after any kill: a sound database, and a model pointer that leads to a whole version, old or new."""

from collections.abc import Iterable

from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds
from classifier.errors import NewsieveError
from classifier.store.checking import verify
from classifier.store.database import Database


def sound(database: Database) -> list[str]:
    """Return what is wrong with a database; that it cannot be opened or used is wrong, too."""
    try:
        return verify(database)
    except NewsieveError as error:
        return [str(error)]


def pointed(grounds: Grounds, allowed: Iterable[str]) -> list[str]:
    """Return what is wrong with the model in use: that it is none of those allowed, or does not load."""
    try:
        version = grounds.registry.current().card.version
    except NewsieveError as error:
        return [str(error)]
    return [] if version in allowed else [f"{version} is in use, which is neither the old nor the new version"]


def refused(command: Command) -> list[str]:
    """Return that a command which ended by itself failed: a kill before it, or a lock left there, stopped it."""
    exit_code = command.finish()
    return [f"the next start failed with exit code {exit_code}: {command.told()}"] if exit_code else []
