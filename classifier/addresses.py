"""Where pages are: files, standard input, and whatever fsspec opens, such as ``s3://bucket/crawl.warc.gz``.

The only module that knows fsspec. Its libraries have errors of many kinds; here all of them are OSErrors.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from classifier.errors import InputError
from classifier.text import printable

_PATTERN = frozenset("*?[")
_LOCAL = ("file://", "local://")
_WEB = ("http://", "https://")
_OF_WEB = ("ETag", "Last-Modified", "Content-MD5", "Digest", "size")


def is_remote(path: str) -> bool:
    """Tell whether `path` is the address of something that fsspec opens."""
    return "://" in path


def local_path(address: str) -> str:
    """Return the path of a ``file://`` address, which is on this machine; anything else as it is."""
    return _file_system(address)[1] if address.startswith(_LOCAL) else address


def open_address(path: str) -> io.BufferedReader:
    """Open a file, standard input for ``-``, or an address, for reading bytes.

    Raises InputError for a folder and for an address of a kind that is unknown or lacks its package, else OSError.
    """
    if not is_remote(path):
        return open_binary(path)
    files, place = _file_system(path)
    with _os_errors():
        return io.BufferedReader(_Remote(files.open(place, "rb")))


def open_binary(path: str) -> io.BufferedReader:
    """Open a file, or standard input for ``-``, for reading bytes. Raises InputError for a folder."""
    if path == "-" and sys.stdin is None:
        raise InputError("<stdin>: is closed; give a file")
    if path == "-":
        return open(sys.stdin.fileno(), "rb", closefd=False)
    if Path(path).is_dir():
        raise InputError(f"{path}: is a folder; give files, for instance {Path(path) / '*.html'}")
    return Path(path).open("rb")


def files_at(address: str) -> tuple[list[str], bool]:
    """Return the addresses of the files at an address or pattern, and whether each was asked for by its name.

    Raises OSError.
    """
    files, place = _file_system(address)
    with _os_errors():
        named = bool(_PATTERN & set(place)) or files.isfile(place)
        found = _matching(files, place) if _PATTERN & set(place) else [place] if named else sorted(files.find(place))
        return [files.unstrip_protocol(path) for path in found], named


def state_of(path: str) -> str:
    """Return what changes when a file, or what is at an address, changes; nothing where a web server does not tell.

    Raises OSError where there is nothing.
    """
    if not is_remote(path):
        status = Path(path).stat()
        return f"{status.st_size} bytes, {status.st_mtime_ns}"
    files, place = _file_system(path)
    with _os_errors():
        files.invalidate_cache()
        return _web_state(files.info(place)) if path.startswith(_WEB) else str(files.ukey(place))


def _web_state(info: dict[str, Any]) -> str:
    """Return what a web server tells of a file; fsspec's own state of one is its address, as if it never changed."""
    told = {name: info[name] for name in _OF_WEB if info.get(name)}
    return str(told) if told.keys() - {"size"} else ""


def _matching(files: Any, pattern: str) -> list[str]:
    return sorted(path for path, info in files.glob(pattern, detail=True).items() if info["type"] != "directory")


class _Remote(io.RawIOBase):
    """A stream of fsspec's."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        with _os_errors():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _os_errors():
            return int(self._file.seek(offset, whence))

    def close(self) -> None:
        self._file.close()
        super().close()


def _file_system(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # noqa: PLC0415 - most files are on this machine

    try:
        with _os_errors():
            files, place = url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise InputError(f"{printable(address)}: {error}; give an address that fsspec can open") from error
    return files, place


@contextmanager
def _os_errors() -> Iterator[None]:
    """Turn what libraries of fsspec raise into OSErrors, but for unknown kinds of addresses and missing packages."""
    try:
        yield
    except (OSError, ValueError, ImportError):
        raise
    except Exception as error:  # such as botocore's NoCredentialsError
        raise OSError(f"{type(error).__name__}: {error}") from error
