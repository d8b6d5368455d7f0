"""The home folder: whose it is, who may read and write what, and how much room there is."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from classifier.doctor.finding import Finding, note, to_do, well

LEAST_FREE_BYTES = 500_000_000
"""Room on the disk below which something is to be done; twice the database, where that is more."""

_SECRET = ("secret_key", "newsieve.db", "newsieve.db-wal", "newsieve.db-shm")
_KEY_BYTES = 32


def look_at_folder(home: Path) -> Iterator[Finding]:
    """Yield what is found of a home's folder, its owner, its permissions and its disk."""
    yield _writable(home)
    yield _owned(home)
    yield _closed(home)
    yield _secret_key(home / "secret_key")
    yield _room(home)


def _writable(home: Path) -> Finding:
    shut = [path for path in (home, home / "models") if path.is_dir() and not os.access(path, os.R_OK | os.W_OK)]
    if shut:
        return to_do("folder", f"{shut[0]} cannot be read and written", f"chmod u+rwx {shut[0]}, as its owner")
    return well("folder", str(home))


def _owned(home: Path) -> Finding:
    owner = home.stat().st_uid
    others = [path for path in _everything(home) if path.lstat().st_uid != owner]
    if others:
        return to_do(
            "owner",
            f"{len(others):,} files belong to others than the folder, {others[0]} among them",
            f"run newsieve as one user only, and chown -R --reference={home} {home} once",
        )
    return well("owner", "one for all files")


def _closed(home: Path) -> Finding:
    """Tell whether others than the owner could read what is secret, or change anything."""
    secret = [path for name in _SECRET if (path := home / name).exists() and path.stat().st_mode & 0o077]
    if secret:
        names = " ".join(path.name for path in secret)
        return to_do("permissions", f"others may read {names}", f"chmod 600 {' '.join(map(str, secret))}")
    changed = [path for path in (home, *_everything(home)) if not path.is_symlink() and path.stat().st_mode & 0o022]
    if changed:
        return to_do("permissions", f"others may change {changed[0]}", f"chmod -R go-w {home}")
    return well("permissions", "only the owner may change anything, or read secrets")


def _secret_key(path: Path) -> Finding:
    if not path.exists():
        return note("secret key", "none yet", "newsieve serve makes one at its first start")
    if path.stat().st_size < _KEY_BYTES:
        return to_do("secret key", f"{path} is too short", "delete it, and the next start makes a new one")
    return well("secret key", f"mode {path.stat().st_mode & 0o777:04o}, {path.stat().st_size} bytes")


def _room(home: Path) -> Finding:
    free, database = shutil.disk_usage(home).free, home / "newsieve.db"
    needed = max(LEAST_FREE_BYTES, 2 * database.stat().st_size if database.exists() else 0)
    if free < needed:
        found = f"{free:,} bytes free, {needed:,} are needed to upgrade, copy and train"
        return to_do("disk", found, "make room, or move the home to a larger disk")
    return well("disk", f"{free:,} bytes free")


def _everything(home: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(home):
        yield from (Path(folder) / name for name in (*folders, *files))
