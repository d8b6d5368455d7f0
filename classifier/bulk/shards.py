"""Files -> shards: what becomes one part."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from classifier.addresses import state_of
from classifier.errors import UnreadableError
from classifier.formats import PageFormat, page_format_of
from classifier.text import printable

_FILES_A_SHARD = 500  # files of one page each
_SINGLE: tuple[PageFormat, ...] = ("text", "html")
_MOST_STEM = 80  # bytes of a file's name in the name of its part: file systems take 255 for all of it


@dataclass(frozen=True, slots=True)
class Shard:
    """What becomes one part: a file of many pages, or some files of one page each."""

    name: str  # of its part, without ending; kept as long as there is the part
    addresses: tuple[str, ...]  # files with their whole path, or addresses that fsspec opens

    @property
    def told(self) -> str:
        """What people call it."""
        more = f" and {len(self.addresses) - 1:,} more" if len(self.addresses) > 1 else ""
        return printable(self.addresses[0]) + more


def new_shards(files: Sequence[str], page_format: PageFormat | None = None) -> list[Shard]:
    """Return shards of files, whole paths or addresses, that no part holds; those of one page together."""
    singles = [address for address in files if (page_format or page_format_of(address)) in _SINGLE]
    together = set(singles)
    groups = [singles[i : i + _FILES_A_SHARD] for i in range(0, len(singles), _FILES_A_SHARD)]
    return [_shard([address]) for address in files if address not in together] + [_shard(group) for group in groups]


def states(shard: Shard) -> tuple[str, ...]:
    """Return what tells that a file of the shard has changed. Raises UnreadableError where one is not there."""
    return tuple(map(_state, shard.addresses))


def _shard(addresses: Sequence[str]) -> Shard:
    digest = hashlib.sha256("\n".join(addresses).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return Shard(f"{_stem(addresses[0]) if len(addresses) == 1 else 'pages'}-{digest}", tuple(addresses))


def _stem(address: str) -> str:
    """Return the file's name as it stands in the name of a part, which readers of folders must not pass over."""
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in address.rstrip("/").rpartition("/")[2])
    return (name if name[:1].isalnum() else f"p{name}").encode()[:_MOST_STEM].decode(errors="ignore")


def _state(address: str) -> str:
    try:
        return state_of(address)
    except OSError as error:
        raise UnreadableError(f"{printable(address)}: {error.strerror or error}; run again when it is there") from error
