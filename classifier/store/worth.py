"""What a decision is worth: how unclear the verdict is, times how far the decision reaches.

A score of 1/2 teaches a model most, far more than one at the threshold (tests/bench/simulate_moderator.py). A text on
ten times the pages settles more, and is worth once more: reach is counted in digits, so that the pages of a text are
written anew only when it comes to stand on 10, 100 or 1,000 of them, and not whenever one is added.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.hidden import HIDDEN
from classifier.store.queries import any_of, in_parts
from classifier.store.schema import blocks, pages, texts

_REACH = sa.func.length(sa.cast(texts.c.pages, sa.String))
_UNCLEAR = sa.case((blocks.c.label == "boilerplate", 0.0), else_=1 - sa.func.abs(2 * blocks.c.score - 1))
WORTH = sa.func.coalesce(_UNCLEAR * _REACH, 0.0)
"""Of a block joined to its text, while nobody ruled: 0 or more; 0 for furniture and before the first verdict."""


def worth_of_page() -> "sa.ScalarSelect[float]":
    """Return the query for what a page is worth: as much as the block of it that would teach most."""
    undecided = sa.select(sa.func.coalesce(sa.func.max(WORTH), 0.0)).join(
        texts, texts.c.fingerprint == blocks.c.fingerprint
    )
    return undecided.where(blocks.c.page_id == pages.c.id, texts.c.ruling.is_(None), ~HIDDEN).scalar_subquery()


@contextmanager
def reaching(connection: sa.Connection, fingerprints: Sequence[str]) -> Iterator[None]:
    """Let the number of pages of some texts change, then value anew the pages of those whose reach changed."""
    before = _reach(connection, fingerprints)
    yield
    changed = [text for text, reach in _reach(connection, fingerprints).items() if reach != before.get(text, 1)]
    for part in in_parts(changed):
        on = sa.select(blocks.c.page_id).where(any_of(blocks.c.fingerprint))
        worth = sa.update(pages).where(pages.c.id.in_(on), pages.c.model.is_not(None)).values(worth=worth_of_page())
        connection.execute(worth, {"part": list(part)})


def worthiest_block(database: Database, page_id: int) -> int | None:
    """Return the position of the block of a page that would teach most, the first of several; None if none would."""
    valued = sa.select(blocks.c.position).join(texts, texts.c.fingerprint == blocks.c.fingerprint)
    undecided = valued.where(blocks.c.page_id == page_id, texts.c.ruling.is_(None), ~HIDDEN, WORTH > 0)
    with database.reading() as connection:
        position: int | None = connection.scalar(undecided.order_by(WORTH.desc(), blocks.c.position).limit(1))
    return position


def _reach(connection: sa.Connection, fingerprints: Sequence[str]) -> dict[str, int]:
    query = sa.select(texts.c.fingerprint, _REACH).where(any_of(texts.c.fingerprint))
    return {
        text: reach
        for part in in_parts(fingerprints)
        for text, reach in connection.execute(query, {"part": list(part)})
    }
