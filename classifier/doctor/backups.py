"""The backups: how old the newest is, and whether it is sound."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifier.doctor.finding import Finding, note, to_do, well
from classifier.errors import BusyError, HomeError
from classifier.store.inspecting import inspect

OLDEST = timedelta(days=7)
"""Age of the newest backup from which another is due."""

_CLOCKS_DIFFER = timedelta(hours=1)  # that of a disk elsewhere from ours
_SQLITE = b"SQLite format 3\x00"


def look_at_backups(folder: Path | None, *, now: datetime) -> Iterator[Finding]:
    """Yield how old the newest backup in `folder` is, and whether it is sound; None where no folder is known."""
    if folder is None:
        yield note("backups", "not known where they are", "say with --backups FOLDER where newsieve backup writes")
        return
    files = [path for path in folder.iterdir() if _is_backup(path)] if folder.is_dir() else []
    if not files:
        yield to_do("backups", f"none in {folder}", f"newsieve backup {folder / 'newsieve-backup.db'} makes one")
        return
    newest = max(files, key=lambda path: path.stat().st_mtime)
    age = now - datetime.fromtimestamp(newest.stat().st_mtime, UTC).replace(tzinfo=None)
    if fault := _fault(newest):
        yield to_do("backups", f"{newest}: {fault}", "newsieve backup FILE makes a new one")
    elif age < -_CLOCKS_DIFFER:
        yield to_do(
            "backups", f"{newest} is dated in the future", "set the clock right, and touch it or make a new one"
        )
    elif age > OLDEST:
        yield to_do("backups", f"{newest} is {age.days:,} days old", "newsieve backup FILE makes a new one")
    else:
        yield well("backups", f"{newest}, {max(0, age.days):,} days old")


def _fault(path: Path) -> str:
    """Return what is wrong with a backup, empty when nothing is."""
    try:
        found = inspect(path)
    except (HomeError, BusyError) as error:
        return str(error).partition("; ")[0].removeprefix(f"{path}: ")
    return found.faults[0] if found.faults else "" if found.revision else "no tables of a moderation database in it"


def _is_backup(path: Path) -> bool:
    if not path.is_file() or path.name.startswith("."):
        return False
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE
