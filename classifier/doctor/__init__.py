"""newsieve doctor: looks over a home, part by part, and says what to do. It reads only: nothing is changed or made."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from classifier.doctor.backups import look_at_backups
from classifier.doctor.finding import Finding, to_do
from classifier.doctor.folder import look_at_folder
from classifier.doctor.installed import look_at_installed
from classifier.doctor.leftovers import look_at_leftovers
from classifier.doctor.locks import look_at_locks
from classifier.doctor.moderation_database import look_at_database
from classifier.doctor.trained import look_at_trained
from classifier.doctor.versions import look_at_versions
from classifier.registry import Registry


def examine(home: Path, *, database_url: str, backups: Path | None, now: datetime) -> Iterator[Finding]:
    """Yield what is found of each part of the folder `home`.

    Args:
        home: a folder, which need not be there.
        database_url: of PostgreSQL; empty for the SQLite file in the folder.
        backups: folder that newsieve backup writes to, if it is known.
        now: the time, UTC and without a zone.
    """
    yield from look_at_installed()
    if not home.is_dir():
        yield to_do(
            "home", f"{home} is no folder", "name another with --home, or let newsieve serve or classify make it"
        )
    else:
        yield from _as_far_as_it_goes("folder", look_at_folder(home))
        yield from _as_far_as_it_goes("leftovers", look_at_leftovers(home, now=now))
        yield from look_at_locks(home)
        yield from _as_far_as_it_goes("versions", look_at_versions(Registry(home / "models")))
        yield from _as_far_as_it_goes("training", look_at_trained(Registry(home / "models")))
    yield from _as_far_as_it_goes("database", look_at_database(home, database_url=database_url, now=now))
    yield from _as_far_as_it_goes("backups", look_at_backups(backups, now=now))


def _as_far_as_it_goes(part: str, look: Iterator[Finding]) -> Iterator[Finding]:
    """Yield what `look` finds, and what it was kept from: a folder that is shut hides nothing of the other parts."""
    try:
        yield from look
    except OSError as error:
        yield to_do(
            part,
            f"{error.filename or part}: {error.strerror or error}",
            "let whoever runs newsieve read it, and look again",
        )
