"""What was asked for -> shards: files, folders, patterns and addresses, each file once."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.errors import InputError
from classifier.formats import PageFormat, is_remote, page_format_of
from classifier.text import printable

_FILES_A_SHARD = 500  # files of one page each
_SINGLE: tuple[PageFormat, ...] = ("text", "html")


@dataclass(frozen=True, slots=True)
class Shard:
    """What becomes one part: a file of many pages, or some files of one page each."""

    name: str  # of its part, without ending; the same whenever the same is asked for
    addresses: tuple[str, ...]  # files with their whole path, or addresses that fsspec opens

    @property
    def told(self) -> str:
        """What people call it."""
        return (
            self.addresses[0] if len(self.addresses) == 1 else f"{self.addresses[0]} and {len(self.addresses) - 1} more"
        )


def find_shards(inputs: Sequence[str], page_format: PageFormat | None = None) -> tuple[list[Shard], int]:
    """Return the shards that `inputs` name, and how many files came twice.

    An input is a file, a folder (every file in it that has an ending of ours), an address, or an address with ``*``.
    Raises InputError for one that is not there.
    """
    found = [address for given in inputs for address in _files(given)]
    once = dict.fromkeys(found)
    singles = [address for address in once if (page_format or page_format_of(address)) in _SINGLE]
    many = [address for address in once if address not in set(singles)]
    groups = [singles[i : i + _FILES_A_SHARD] for i in range(0, len(singles), _FILES_A_SHARD)]
    return [*map(_shard, ([address] for address in many)), *map(_shard, groups)], len(found) - len(once)


def states(shard: Shard) -> tuple[str, ...]:
    """Return what tells that a file of the shard has changed. Raises InputError for one that is not there."""
    return tuple(map(_state, shard.addresses))


def _shard(addresses: Sequence[str]) -> Shard:
    digest = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    stem = "".join(c if c.isalnum() or c in ".-" else "_" for c in addresses[0].rstrip("/").rpartition("/")[2])
    return Shard(f"{stem[:80]}-{digest}" if len(addresses) == 1 else f"pages-{digest}", tuple(addresses))


def _files(given: str) -> Iterator[str]:
    if given == "-":
        raise InputError("<stdin>: has no name that a second run could know it by; give files")
    if is_remote(given):
        yield from _remote(given)
        return
    path = Path(given)
    if not path.exists():
        raise InputError(f"{printable(given)}: no such file or folder; nothing was begun")
    yield from map(str, _in_folder(path) if path.is_dir() else [path.resolve()])


def _in_folder(folder: Path) -> Iterable[Path]:
    found = sorted(path.resolve() for path in folder.rglob("*") if path.is_file() and page_format_of(path.name))
    if not found:
        raise InputError(f"{folder}: holds no file of pages; they end in .warc, .jsonl, .csv, .parquet, .html or .txt")
    return found


def _remote(given: str) -> Iterator[str]:
    files, path = _file_system(given)
    try:
        found = (
            sorted(files.glob(path)) if set("*?[") & set(path) else [path] if files.isfile(path) else files.find(path)
        )
    except OSError as error:
        raise InputError(f"{printable(given)}: {error.strerror or error}; nothing was begun") from error
    if not found:
        raise InputError(f"{printable(given)}: nothing there; nothing was begun")
    yield from map(files.unstrip_protocol, found)


def _file_system(address: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs  # noqa: PLC0415 - most crawls are on this machine

    try:
        files, path = url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise InputError(f"{printable(address)}: {error}; give an address that fsspec can open") from error
    return files, path


def _state(address: str) -> str:
    try:
        if is_remote(address):
            files, path = _file_system(address)
            files.invalidate_cache()
            return str(files.ukey(path))
        status = Path(address).stat()
    except OSError as error:
        raise InputError(f"{printable(address)}: {error.strerror or error}; run again when it is there") from error
    return f"{status.st_size} bytes, {status.st_mtime_ns}"
