"""Pages of the queue as JSON lines, a page a line, with all that is known of their blocks but verdicts and claims."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from io import BufferedReader
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Block, Page, Span
from classifier.errors import InputError
from classifier.store.act_records import when_meant, when_told
from classifier.store.database import Database
from classifier.store.exported_rows import exported_rows
from classifier.store.queue import read_pages
from classifier.store.schema import pages
from classifier.text import fold_space, is_visible, printable

_PAGES_AT_ONCE = 100
_KEYS = ("address", "site", "added_at", "blocks")
_OF_BLOCK = tuple(name for name in Block._fields if name != "position")


def page_lines(database: Database) -> Iterator[str]:
    """Yield every page of the queue there is now, the oldest first. Raises HomeError or BusyError, also on the way."""
    with database.reading() as connection:
        newest = connection.scalar(sa.select(sa.func.max(pages.c.id))) or 0
    last = 0
    while last < newest:
        with database.reading() as connection:
            wanted = sa.select(pages.c.id).where(pages.c.id > last, pages.c.id <= newest).order_by(pages.c.id)
            part = read_pages(connection, list(connection.scalars(wanted.limit(_PAGES_AT_ONCE))))
        for queued in part:
            yield json.dumps(_row(queued.page, queued.added_at), ensure_ascii=False) + "\n"
        last = part[-1].id if part else newest


def pages_in(stream: BufferedReader, name: str) -> Iterator[tuple[Page, datetime]]:
    """Yield the pages in a file called `name`, with the times (UTC) that they were added at.

    Raises InputError at the first line that holds none, naming it.
    """
    for place, row in exported_rows(stream, name):
        yield _page(row, place)


def _row(page: Page, added_at: datetime) -> dict[str, Any]:
    blocks = map(_block_row, page.blocks)
    return {"address": page.address, "site": page.site, "added_at": when_told(added_at), "blocks": list(blocks)}


def _block_row(block: Block) -> dict[str, Any]:
    place = asdict(block.place) if isinstance(block.place, Span) else block.place
    return {name: place if name == "place" else getattr(block, name) for name in _OF_BLOCK}


def _page(row: dict[str, Any], place: str) -> tuple[Page, datetime]:
    _check_keys(row, _KEYS, place)
    for key in ("address", "site"):
        if not _is_text(row[key]):
            raise InputError(f"{place}: {key} is {row[key]!r:.60}; use text without NUL and lone surrogates")
    if not isinstance(row["blocks"], list) or not row["blocks"]:
        raise InputError(f"{place}: blocks is no list with blocks in it; use a list of objects, one a block")
    blocks = tuple(_block(item, position, place) for position, item in enumerate(row["blocks"]))
    try:
        return Page(row["address"], blocks, row["site"]), when_meant(row["added_at"])
    except (TypeError, ValueError, OverflowError) as error:
        told = f"{place}: added_at is {row['added_at']!r:.60}; use UTC like 2026-01-02T03:04:05Z"
        raise InputError(told) from error


def _block(item: Any, position: int, place: str) -> Block:
    if not isinstance(item, dict):
        raise InputError(f"{place}: a block is not an object; use objects with {', '.join(_OF_BLOCK)}")
    _check_keys(item, _OF_BLOCK, place)
    where = item["place"]
    if isinstance(where, dict) and where.keys() == {"start", "end"} and all(map(_is_count, where.values())):
        where = Span(**where)
    elif not (where is None or _is_text(where)):
        raise InputError(f"{place}: place is {where!r:.60}; use null, an element path, or 'start' and 'end'")
    for key, (holds, allowed) in _CHECKS.items():
        if not holds(item[key]):
            raise InputError(f"{place}: {key} is {item[key]!r:.60}; use {allowed}")
    hosts, share = tuple(item["link_hosts"]), float(item["link_share"])
    return Block(**{**item, "place": where, "link_hosts": hosts, "link_share": share}, position=position)


def _check_keys(row: dict[str, Any], known: tuple[str, ...], place: str) -> None:
    if row.keys() != set(known):
        told = ", ".join(sorted(row.keys() ^ set(known)))
        raise InputError(
            f"{place}: {told:.60} should not be there, or is missing; an exported row has {', '.join(known)}"
        )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == printable(value)


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


_FLAG = (lambda value: isinstance(value, bool), "true or false")
_CHECKS: dict[str, tuple[Any, str]] = {
    "text": (
        lambda value: _is_text(value) and value == fold_space(value) and is_visible(value),
        "text that can be seen, single blanks between its words",
    ),
    **dict.fromkeys(("list_item", "heading", "hidden"), _FLAG),
    "link_share": (lambda value: type(value) in (int, float) and 0 <= value <= 1, "a number from 0 to 1"),
    "link_hosts": (lambda value: isinstance(value, list) and all(map(_is_text, value)), "a list of hosts"),
}
