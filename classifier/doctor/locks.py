"""Which commands are at work in a home, told by the locks that they hold."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

from classifier.doctor.finding import Finding, note, to_do, well

_LOCKS = {
    "models/.train.lock": "newsieve train",
    "models/.promote.lock": "newsieve promote",
    ".newsieve.db.lock": "an upgrade of the database",
    ".secret_key.lock": "a start of newsieve serve",
}


def look_at_locks(home: Path) -> Iterator[Finding]:
    """Yield what is found of the lock files; one that is there and held by nobody is as it should be."""
    held, unknown = [], False
    for name, what in _LOCKS.items():
        try:
            held += [what] if _is_held(home / name) else []
        except OSError as error:
            unknown = True
            yield to_do("locks", f"{home / name}: {error.strerror}", f"make it readable and writable for {what}")
    if held:
        yield note("locks", f"{' and '.join(held)} at work", "wait until it has ended before doing the same")
    elif not unknown:
        yield well("locks", "nothing is at work that shuts others out")


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)  # let go at once, when the file is closed
        except BlockingIOError:
            return True
    return False
