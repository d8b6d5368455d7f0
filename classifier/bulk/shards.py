"""What was asked for -> shards: files, folders, patterns and addresses, each file once."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from classifier.addresses import files_at, is_remote, state_of
from classifier.errors import InputError, UnreadableError
from classifier.formats import PageFormat, page_format_of
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
        more = f" and {len(self.addresses) - 1:,} more" if len(self.addresses) > 1 else ""
        return printable(self.addresses[0]) + more


def find_shards(
    inputs: Sequence[str], page_format: PageFormat | None = None, *, apart: Path | None = None
) -> tuple[list[Shard], int]:
    """Return the shards that `inputs` name, and how many files came twice.

    An input is a file, a folder (every file in it that has an ending of ours, but for what is in the folder `apart`),
    an address, or a pattern with ``*``. Raises InputError for one that is not there.
    """
    found = [address for given in inputs for address in _files(given, apart)]
    once = dict.fromkeys(found)
    singles = [address for address in once if (page_format or page_format_of(address)) in _SINGLE]
    many = once.keys() - singles
    groups = [singles[i : i + _FILES_A_SHARD] for i in range(0, len(singles), _FILES_A_SHARD)]
    return [_shard(g) for g in ([a] for a in once if a in many)] + [_shard(g) for g in groups], len(found) - len(once)


def states(shard: Shard) -> tuple[str, ...]:
    """Return what tells that a file of the shard has changed. Raises UnreadableError where one is not there."""
    return tuple(map(_state, shard.addresses))


def _shard(addresses: Sequence[str]) -> Shard:
    digest = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    stem = "".join(c if c.isalnum() or c in ".-" else "_" for c in addresses[0].rstrip("/").rpartition("/")[2])
    return Shard(f"{stem[:80]}-{digest}" if len(addresses) == 1 else f"pages-{digest}", tuple(addresses))


def _files(given: str, apart: Path | None) -> Iterable[str]:
    if is_remote(given):
        return _remote(given)
    path = Path(given)
    if given and path.is_dir():
        return _in_folder(path, apart)
    if not path.exists() and (found := sorted(glob(given, recursive=True))):  # noqa: PTH207 - Path has none of a whole path
        return [str(Path(file).resolve()) for file in found]
    if given in {"", "-"} or (path.exists() and not path.is_file()):
        raise InputError(f"{printable(given)}: no file that a second run could find again; give files")
    if not path.exists():
        raise InputError(f"{printable(given)}: no such file or folder; nothing was begun")
    return [str(path.resolve())]


def _in_folder(folder: Path, apart: Path | None) -> list[str]:
    files = (path.resolve() for path in sorted(folder.rglob("*")) if page_format_of(path.name) and path.is_file())
    found = [str(path) for path in files if not (apart and path.is_relative_to(apart.resolve()))]
    if not found:
        raise InputError(
            f"{printable(str(folder))}: holds no file of pages; they end in .warc, .wet, .jsonl, .csv, .parquet, .html "
            "or .txt, and in .gz or .zst after that"
        )
    return found


def _remote(given: str) -> list[str]:
    try:
        found, named = files_at(given)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"{printable(given)}: {told}; nothing was begun") from error
    found = [address for address in found if named or page_format_of(address)]
    if not found:
        raise InputError(f"{printable(given)}: no file of pages there; nothing was begun")
    return found


def _state(address: str) -> str:
    try:
        return state_of(address)
    except OSError as error:
        raise UnreadableError(f"{printable(address)}: {error.strerror or error}; run again when it is there") from error
