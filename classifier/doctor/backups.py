"""The backups: how old the newest is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifier.doctor.finding import Finding, note, to_do, well

OLDEST = timedelta(days=7)
"""Age of the newest backup from which another is due."""

_SQLITE = b"SQLite format 3\x00"


def look_at_backups(folder: Path | None, *, now: datetime) -> Iterator[Finding]:
    """Yield how old the newest backup in `folder` is; None where it is not known who keeps backups where."""
    if folder is None:
        yield note("backups", "not known where they are", "say with --backups FOLDER where newsieve backup writes")
        return
    files = [path for path in folder.iterdir() if _is_backup(path)] if folder.is_dir() else []
    if not files:
        yield to_do("backups", f"none in {folder}", f"newsieve backup {folder / 'newsieve-backup.db'} makes one")
        return
    newest = max(files, key=lambda path: path.stat().st_mtime)
    age = now - datetime.fromtimestamp(newest.stat().st_mtime, UTC).replace(tzinfo=None)
    if age > OLDEST:
        yield to_do("backups", f"{newest} is {age.days:,} days old", "newsieve backup FILE makes a new one")
    else:
        yield well("backups", f"{newest}, {age.days:,} days old")


def _is_backup(path: Path) -> bool:
    if not path.is_file() or path.name.startswith("."):
        return False
    with path.open("rb") as stream:
        return stream.read(len(_SQLITE)) == _SQLITE
