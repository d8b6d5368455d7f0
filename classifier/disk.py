"""Writing files so that a reader, or a crash, sees the old content or the new, never half of it."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path

from classifier.errors import BusyError, HomeError

DRAFT = ".writing-"
"""Begins the name of a file that is being written."""


def write_whole(path: Path, data: bytes | Iterable[bytes], *, mode: int = 0o644) -> None:
    """Replace the file `path` by `data`, durably. Raises OSError, and then leaves the old file as it was."""
    with whole_file(path, mode=mode) as stream:
        stream.writelines([data] if isinstance(data, bytes) else data)


@contextmanager
def whole_file(path: Path, *, mode: int = 0o644) -> Iterator[BufferedWriter]:
    """Yield a stream; what was written to it replaces the file `path`, durably, when the block ends well.

    Raises OSError, and then, as after any error in the block, leaves the old file as it was; only where the folder
    could not be made durable is the new one there.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=DRAFT)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise


def keep(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data` to a place that a person named: a file is replaced whole, a pipe or a device is written to.

    Raises OSError that names the place.
    """
    try:
        _keep(path.resolve(), data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _keep(target: Path, data: bytes | Iterable[bytes]) -> None:
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            stream.writelines([data] if isinstance(data, bytes) else data)
        return
    os.umask(umask := os.umask(0o077))
    write_whole(target, data, mode=target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def home_errors(home: Path) -> Iterator[None]:
    """Turn an OSError into a HomeError that names the folder and says what to do."""
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"{error.filename or home}: {error.strerror or error}; make {home} writable with room on its disk, "
            "or choose another with --home"
        ) from error


@contextmanager
def only_one(lock: Path, *, what: str, seconds: float) -> Iterator[None]:
    """Hold `lock`, waiting up to `seconds`. Raises BusyError, naming `what`, when another process keeps it."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - imports asyncio, and judging takes no lock

    try:
        with FileLock(lock, timeout=seconds):
            yield
    except Timeout as error:
        raise BusyError(f"{lock.parent}: another `newsieve {what}` is at work here; wait until it has ended") from error
