"""What is to be done: the files that were asked for beside the parts that are there.

A file stays in the part that holds it, so a new one makes no other be read again, and none is in two parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from classifier.addresses import state_of
from classifier.bulk.folder import Folder
from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard, new_shards
from classifier.formats import PageFormat


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the shards of a run and of those that a folder holds."""

    missing: list[Shard] = field(default_factory=list)  # without a part, or with one of files that were other ones
    done: list[Shard] = field(default_factory=list)
    others: list[Shard] = field(default_factory=list)  # with a part, and no file of theirs was asked for
    gone: int = 0  # files that parts of missing shards were made of, and that are no longer there


def plan_run(files: Iterable[str], folder: Folder, page_format: PageFormat | None) -> Plan:
    """Return what is to be done that the folder has a part of each of the files, as they are now."""
    kept, asked = folder.kept(), dict.fromkeys(files)
    owned = {address for shard in kept for address in shard.addresses}
    missing, done, others, gone = [], [], [], 0
    for shard, receipt in kept.items():
        whole = folder.is_whole(shard, receipt)
        if asked.keys().isdisjoint(shard.addresses):
            others += [shard] if whole else []
            continue
        now = {address: _now(address) for address in shard.addresses}
        if whole and receipt.page_format == (page_format or "") and _same(receipt, now):
            done.append(shard)
            continue
        there = tuple(address for address, state in now.items() if state is not None or address in asked)
        gone += len(now) - len(there)
        missing.append(Shard(shard.name, there))
    missing += new_shards([address for address in asked if address not in owned], page_format)
    return Plan(missing, done, others, gone)


def _same(receipt: Receipt, now: dict[str, str | None]) -> bool:
    return all(state and state == now[file] for file, state in zip(receipt.files, receipt.states, strict=True))


def _now(address: str) -> str | None:
    """Return the state of a file; None where there is none, nothing where it cannot be told."""
    try:
        return state_of(address)
    except FileNotFoundError:
        return None
    except OSError:
        return ""
