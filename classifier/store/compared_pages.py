"""Pages of the queue as versions are compared on them: where decided texts stand, a sample, what is stored of each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from classifier.blocks import Block, Verdict
from classifier.store.database import Database
from classifier.store.queries import any_of, in_parts
from classifier.store.schema import acts, blocks, campaign_texts, decisions, pages, runs, texts


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of the queue with the verdicts that are stored of it."""

    id: int
    address: str
    site: str
    content: str  # digest of its address and texts
    blocks: tuple[Block, ...]  # in reading order: text and position alone
    fingerprints: tuple[str, ...]  # of the blocks
    campaigns: tuple[int | None, ...]  # of the run that each block stands in
    verdicts: tuple[Verdict, ...]  # of the version that judged it last, without reasons; empty before the first
    model: str | None  # that version

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the blocks, in reading order."""
        return tuple(block.text for block in self.blocks)


def sample_page_ids(database: Database, most: int, *, seed: int = 0) -> tuple[list[int], int]:
    """Return the numbers of all pages, or of `most` drawn by `seed` where there are more; and how many there are."""
    with database.reading() as connection:
        every = list(connection.scalars(sa.select(pages.c.id).order_by(pages.c.id)))
    drawn = every if len(every) <= most else sorted(random.Random(seed).sample(every, most))  # noqa: S311 - no secret
    return drawn, len(every)


def decided_pages(database: Database) -> dict[str, int]:
    """Return a page of the queue for each decided text, by fingerprint: the one it was decided on, else the oldest.

    Texts that stand on no page are missing.
    """
    own = blocks.alias()
    oldest = sa.select(sa.func.min(blocks.c.page_id)).where(blocks.c.fingerprint == texts.c.fingerprint)
    there = sa.and_(
        own.c.page_id == acts.c.page_id,
        own.c.position == decisions.c.position,
        own.c.fingerprint == decisions.c.fingerprint,  # an imported act names a page of another database
    )
    found = (
        sa.select(texts.c.fingerprint, sa.func.coalesce(own.c.page_id, oldest.scalar_subquery()).label("page"))
        .join(decisions, decisions.c.id == texts.c.decision_id)
        .join(acts, acts.c.id == decisions.c.act_id)
        .outerjoin(own, there)
        .where(texts.c.ruling.is_not(None))
    )
    with database.reading() as connection:
        return {row.fingerprint: row.page for row in connection.execute(found) if row.page is not None}


def campaigns_of_texts(database: Database) -> dict[str, int]:
    """Return the campaign of each decided text that stands in one, by fingerprint: the one on the most pages."""
    found = (
        sa.select(campaign_texts.c.fingerprint, campaign_texts.c.campaign_id)
        .join(texts, texts.c.fingerprint == campaign_texts.c.fingerprint)
        .where(texts.c.ruling.is_not(None))
        .order_by(campaign_texts.c.pages, campaign_texts.c.campaign_id.desc())
    )
    with database.reading() as connection:
        return {row.fingerprint: row.campaign_id for row in connection.execute(found)}


def stored_pages(database: Database, page_ids: Sequence[int]) -> list[StoredPage]:
    """Return some pages by their numbers, in their order; those that are not there are missing."""
    found = []
    for part in in_parts(sorted(set(page_ids))):
        with database.reading() as connection:
            rows = connection.execute(sa.select(pages).where(pages.c.id.in_(part)).order_by(pages.c.id)).all()
            by_page: dict[int, list[sa.Row[tuple[object, ...]]]] = {row.id: [] for row in rows}
            for block in connection.execute(_blocks(), {"part": list(part)}):
                by_page[block.page_id].append(block)
        found += [_stored(row, by_page[row.id]) for row in rows]
    return found


def campaign_here() -> "sa.ColumnElement[bool]":
    """Return the condition that a run is the one a block stands in."""
    return sa.and_(runs.c.page_id == blocks.c.page_id, blocks.c.position.between(runs.c.first, runs.c.last))


def _blocks() -> "sa.Select[tuple[object, ...]]":
    told = (blocks.c.page_id, blocks.c.position, blocks.c.text, blocks.c.fingerprint, blocks.c.hidden)
    said = (blocks.c.label, blocks.c.score, blocks.c.needs_review, runs.c.campaign_id)
    here = blocks.outerjoin(runs, campaign_here())
    ordered = sa.select(*told, *said).select_from(here).order_by(blocks.c.page_id, blocks.c.position)
    return ordered.where(any_of(blocks.c.page_id))


def _stored(row: "sa.Row[tuple[object, ...]]", found: "Sequence[sa.Row[tuple[object, ...]]]") -> StoredPage:
    judged = row.model is not None and all(block.label for block in found)
    return StoredPage(
        id=row.id,
        address=row.address,
        site=row.site,
        content=row.content,
        blocks=tuple(Block(block.text, block.position, hidden=block.hidden) for block in found),
        fingerprints=tuple(block.fingerprint for block in found),
        campaigns=tuple(block.campaign_id for block in found),
        verdicts=tuple(Verdict(b.label, b.score, b.needs_review, "", (), row.model) for b in found) if judged else (),
        model=row.model,
    )
