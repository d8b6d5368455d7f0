"""The moderation database: its schema, whether it is whole, what waits beside its file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from classifier.doctor.finding import Finding, note, to_do, told, well
from classifier.errors import BusyError, HomeError
from classifier.store.inspecting import Condition, inspect

MOST_WAL_BYTES = 100_000_000
"""Size of SQLite's write-ahead log from which something is to be done."""


def look_at_database(home: Path, *, database_url: str, now: datetime) -> Iterator[Finding]:
    """Yield what is found of the database at the URL, or in the home's file."""
    file = home / "newsieve.db"
    if not database_url and not file.exists():
        yield note("database", "none yet", "newsieve queue add or serve makes one")
        return
    try:
        condition = inspect(database_url or file)
    except (HomeError, BusyError) as error:
        yield told("database", error)
    else:
        yield _whole(condition)
        yield _schema(condition, is_file=not database_url)
    if not database_url:
        yield _log(file.with_name("newsieve.db-wal"))
        yield from _copies(home, now=now)


def _whole(condition: Condition) -> Finding:
    if condition.faults:
        advice = "stop the desk, and newsieve restore --replace the newest backup"
        return to_do("database", f"{condition.name}: {condition.faults[0]}", advice)
    return well("database", f"{condition.name}: whole; newsieve verify also checks all that is derived in it")


def _schema(condition: Condition, *, is_file: bool) -> Finding:
    if condition.revision == condition.newest:
        return well("schema", f"{condition.newest}, the newest")
    if condition.revision is None and is_file:
        advice = f"newsieve restore the newest backup; if nothing was ever in it, remove {condition.name}"
        return to_do("schema", "no tables: what was in the file is lost", advice)
    if condition.revision is None:
        return note("schema", "no tables yet", "newsieve queue add or serve makes them")
    if condition.revision in condition.known:
        return note(
            "schema", f"{condition.revision}, of an older Newsieve", "the next start upgrades it; back it up first"
        )
    return to_do("schema", f"{condition.revision}, of a newer Newsieve", "upgrade this one")


def _log(path: Path) -> Finding:
    size = path.stat().st_size if path.exists() else 0
    if size > MOST_WAL_BYTES:
        found = f"{path} has {size:,} bytes, more than {MOST_WAL_BYTES:,}"
        return to_do(
            "write-ahead log", found, "stop the desk and everything else that reads the database, then start it"
        )
    return well("write-ahead log", f"{size:,} bytes")


def _copies(home: Path, *, now: datetime) -> Iterator[Finding]:
    kept = sorted([*home.glob("newsieve.db.before-*"), *home.glob("newsieve.db.replaced-*")])
    if kept:
        oldest = min(datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None) for path in kept)
        size = sum(path.stat().st_size for path in kept)
        found = (
            f"{len(kept):,} of before upgrades and restores, {size:,} bytes, {(now - oldest).days:,} days old at most"
        )
        yield note("kept copies", found, f"remove what you need no more: {' '.join(str(path) for path in kept[:5])}")
