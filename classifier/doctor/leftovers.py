"""What killed commands left in a home: drafts of versions, half-written files, unfinished copies."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from classifier.doctor.finding import Finding, to_do, well

STALE_AFTER = timedelta(hours=1)
"""Age from which an unfinished file is nobody's any more."""

_OURS = re.compile(
    r"\.draft-.*|\.newsieve-copy-.*|\..*\.part|\.(?:secret_key|(?:current|shadow|card|report)\.json|weights\.npz|model\.joblib)-.*"
)


def look_at_leftovers(home: Path, *, now: datetime) -> Iterator[Finding]:
    """Yield what is found of unfinished files."""
    stale = [path for path in _unfinished(home) if now - _changed_at(path) > STALE_AFTER]
    if stale:
        advice = f"when no newsieve is at work, rm -r {' '.join(map(str, stale[:5]))}"
        yield to_do("leftovers", f"{len(stale):,} files of commands that were killed", advice)
    else:
        yield well("leftovers", "none")


def _unfinished(home: Path) -> list[Path]:
    folders = (home, home / "models", *(home / "models").glob("[0-9]*"))
    return sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir() if _is_ours(path))


def _is_ours(path: Path) -> bool:
    return bool(_OURS.fullmatch(path.name)) and not path.name.endswith(".lock")


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC).replace(tzinfo=None)
