"""The pages that wait for a moderator."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Block, Page, Span
from classifier.errors import NotFoundError
from classifier.store.database import Database
from classifier.store.decisions import Ruling, rulings
from classifier.store.schema import blocks, pages
from classifier.text import fingerprint


@dataclass(frozen=True, slots=True)
class QueuedPage:
    """A page of the queue with what was decided about its blocks."""

    id: int
    page: Page
    added_at: datetime  # UTC
    rulings: dict[int, Ruling]  # standing ruling by block position; undecided blocks are missing


def add_pages(database: Database, found: Iterable[Page], *, added_at: datetime) -> int:
    """Add pages to the queue, all or none, and return how many were new. A page that is there already is left."""
    with database.writing() as connection:
        return sum(_add(connection, page, added_at) for page in found)


def count_pages(database: Database) -> int:
    """Return how many pages the queue holds."""
    with database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(pages)).scalar_one())


def list_pages(database: Database, *, limit: int, offset: int = 0) -> list[QueuedPage]:
    """Return queued pages in the order they were added."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(pages).order_by(pages.c.id).limit(limit).offset(offset)).all()
        return [_read(connection, row) for row in rows]


def get_page(database: Database, page_id: int) -> QueuedPage:
    """Return one page. Raises NotFoundError when there is none."""
    with database.reading() as connection:
        row = connection.execute(sa.select(pages).where(pages.c.id == page_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"page {page_id}: not in the queue; the front page lists what is")
        return _read(connection, row)


def _add(connection: sa.Connection, page: Page, added_at: datetime) -> bool:
    content = hashlib.sha256("\n".join([page.address, *(block.text for block in page.blocks)]).encode()).hexdigest()
    if not page.blocks or connection.execute(sa.select(pages.c.id).where(pages.c.content == content)).first():
        return False
    row = {"address": page.address, "site": page.site, "content": content, "added_at": added_at}
    page_id = connection.execute(sa.insert(pages).returning(pages.c.id), row).scalar_one()
    connection.execute(sa.insert(blocks), [_block_row(page_id, block) for block in page.blocks])
    return True


def _block_row(page_id: int, block: Block) -> dict[str, Any]:
    place = [block.place.start, block.place.end] if isinstance(block.place, Span) else block.place
    return {
        "page_id": page_id,
        "position": block.position,
        "text": block.text,
        "fingerprint": fingerprint(block.text),
        "place": place,
        "list_item": block.list_item,
        "heading": block.heading,
        "hidden": block.hidden,
        "link_share": block.link_share,
        "link_hosts": list(block.link_hosts),
    }


def _read(connection: sa.Connection, row: Any) -> QueuedPage:
    found = connection.execute(sa.select(blocks).where(blocks.c.page_id == row.id).order_by(blocks.c.position)).all()
    standing = rulings(connection, [block.fingerprint for block in found])
    decided = {block.position: standing[block.fingerprint] for block in found if block.fingerprint in standing}
    page = Page(row.address, tuple(map(_block, found)), row.site)
    return QueuedPage(row.id, page, row.added_at, decided)


def _block(row: Any) -> Block:
    return Block(
        text=row.text,
        position=row.position,
        place=Span(*row.place) if isinstance(row.place, list) else row.place,
        list_item=row.list_item,
        heading=row.heading,
        hidden=row.hidden,
        link_share=row.link_share,
        link_hosts=tuple(row.link_hosts),
    )
