"""The pages that wait for a moderator: added, and read with what was decided of their blocks."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Block, Label, Page, Span
from classifier.errors import missing_page
from classifier.store.claims import Claim, claim_of
from classifier.store.database import Database
from classifier.store.decisions import Ruling
from classifier.store.hidden import HIDDEN
from classifier.store.repeats import count_texts
from classifier.store.schema import acts, blocks, decisions, pages, runs, texts
from classifier.text import fingerprint
from classifier.verdict_ids import PAGE_DIGITS, VerdictId

_PAGES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """The ruling that stands on a text."""

    ruling: Ruling
    person: str
    decided_at: datetime  # UTC
    decision: int  # its number


@dataclass(frozen=True, slots=True)
class Stored:
    """What the page's model version says of a block, without reasons."""

    label: Label
    score: float  # 0..1
    needs_review: bool


@dataclass(frozen=True, slots=True)
class QueuedPage:
    """A page of the queue with what is known of its blocks' texts; by position."""

    id: int
    page: Page
    added_at: datetime  # UTC
    content: str  # digest of its address and texts
    model: str | None  # version of the stored verdicts
    claim: Claim | None
    stored: dict[int, Stored]  # verdicts of `model`
    rulings: dict[int, Standing]  # blocks without a ruling are missing
    repeats: dict[int, tuple[int, int]]  # pages and sites of the queue with this text, itself counted
    campaigns: dict[int, int]  # campaign of the run that begins here
    hidden: frozenset[int]  # blocks in the blind check, whose verdicts nobody may see yet

    def called(self, position: int, label: Label) -> Ruling:
        """Return the ruling that stands on a block, else the `label` of its verdict."""
        standing = self.rulings.get(position)
        return standing.ruling if standing else label

    def verdict_id(self, position: int) -> str:
        """Return the identity of the stored verdict on a block, which nothing else is ever given."""
        return str(VerdictId(self.model or "", self.content[:PAGE_DIGITS], position))


@dataclass(frozen=True, slots=True)
class Enqueued:
    """A page of the queue that was to be added."""

    id: int
    new: bool  # False when it was there already


def add_pages(database: Database, found: Iterable[Page], *, added_at: datetime) -> list[int]:
    """Add pages to the queue, all or none; return the numbers of the new ones. A page that is there already is left."""
    with database.writing() as connection:
        return add_dated(connection, ((page, added_at) for page in found))


def add_dated(connection: sa.Connection, found: "Iterable[tuple[Page, datetime]]") -> list[int]:
    """Add pages with the times (UTC) that they are queued since, within a transaction, as :func:`add_pages` does."""
    pages_left = iter(found)
    parts = iter(lambda: tuple(islice(pages_left, _PAGES_AT_ONCE)), ())
    return [number for part in parts for number in _add(connection, part)]


def enqueue(database: Database, page: Page, *, added_at: datetime) -> Enqueued:
    """Add a page that has blocks to the queue, unless it is there already; it is on disk when this returns."""
    with database.writing() as connection:
        new = _add(connection, [(page, added_at)])
        numbered = sa.select(pages.c.id).where(pages.c.content == _content(page))
        return Enqueued(int(connection.execute(numbered).scalar_one()), bool(new))


def count_pages(database: Database) -> int:
    """Return how many pages the queue holds."""
    with database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(pages)).scalar_one())


def read_pages(connection: sa.Connection, page_ids: Sequence[int]) -> list[QueuedPage]:
    """Return some pages, within a transaction; those that are not there are missing."""
    rows = connection.execute(sa.select(pages).where(pages.c.id.in_(page_ids)).order_by(pages.c.id)).all()
    return [_read(connection, row) for row in rows]


def get_page(database: Database, page_id: int) -> QueuedPage:
    """Return one page. Raises NotFoundError when there is none."""
    with database.reading() as connection:
        found = read_pages(connection, [page_id])
    if not found:
        raise missing_page(page_id)
    return found[0]


def _add(connection: sa.Connection, part: "Sequence[tuple[Page, datetime]]") -> list[int]:
    by_content: dict[str, tuple[Page, datetime]] = {}
    for page, added_at in part:
        if page.blocks:
            by_content.setdefault(_content(page), (page, added_at))
    there = set(connection.scalars(sa.select(pages.c.content).where(pages.c.content.in_(by_content))))
    fresh = {content: dated for content, dated in by_content.items() if content not in there}
    rows = [
        {
            "address": page.address,
            "site": page.site,
            "content": content,
            "added_at": added_at,
            "blocks": len(page.blocks),
        }
        for content, (page, added_at) in fresh.items()
    ]
    if not rows:
        return []
    connection.execute(sa.insert(pages), rows)
    numbered = sa.select(pages.c.content, pages.c.id).where(pages.c.content.in_(fresh))
    numbers = dict(connection.execute(numbered).all())
    made = [_block_row(numbers[content], *at) for content, (page, _) in fresh.items() for at in enumerate(page.blocks)]
    connection.execute(sa.insert(blocks), made)
    sites = {numbers[content]: page.site for content, (page, _) in fresh.items()}
    standing = {(row["fingerprint"], row["page_id"]): sites[row["page_id"]] for row in made}
    count_texts(connection, Counter((text, site) for (text, _page), site in standing.items()))
    return sorted(numbers.values())


def _content(page: Page) -> str:
    return hashlib.sha256(json.dumps([page.address, *(block.text for block in page.blocks)]).encode()).hexdigest()


def _block_row(page_id: int, position: int, block: Block) -> dict[str, Any]:
    place = [block.place.start, block.place.end] if isinstance(block.place, Span) else block.place
    return {
        "page_id": page_id,
        "position": position,  # without gaps, whatever was left out where the page was read
        "text": block.text,
        "fingerprint": fingerprint(block.text),
        "place": place,
        "list_item": block.list_item,
        "heading": block.heading,
        "hidden": block.hidden,
        "link_share": block.link_share,
        "link_hosts": list(block.link_hosts),
    }


@cache  # a statement takes longer to put together than to run
def _blocks_of_page() -> sa.Select[Any]:
    return (
        sa.select(
            *(blocks, texts.c.pages, texts.c.sites, texts.c.ruling, texts.c.decision_id),
            *(acts.c.person, acts.c.acted_at, HIDDEN.label("in_blind_check")),
        )
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .outerjoin(decisions, decisions.c.id == texts.c.decision_id)
        .outerjoin(acts, acts.c.id == decisions.c.act_id)
        .where(blocks.c.page_id == sa.bindparam("page"))
        .order_by(blocks.c.position)
    )


def _read(connection: sa.Connection, row: Any) -> QueuedPage:
    found = connection.execute(_blocks_of_page(), {"page": row.id}).all()
    begun = sa.select(runs.c.first, runs.c.campaign_id).where(runs.c.page_id == row.id)
    return QueuedPage(
        id=row.id,
        page=Page(row.address, tuple(map(_block, found)), row.site),
        added_at=row.added_at,
        content=row.content,
        model=row.model,
        claim=claim_of(row),
        stored={b.position: Stored(b.label, b.score, b.needs_review) for b in found if b.label},
        rulings={b.position: Standing(b.ruling, b.person, b.acted_at, b.decision_id) for b in found if b.ruling},
        repeats={b.position: (b.pages, b.sites) for b in found},
        campaigns=dict(connection.execute(begun).all()),
        hidden=frozenset(b.position for b in found if b.in_blind_check),
    )


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
