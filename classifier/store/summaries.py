"""What a page says of itself in the queue, derived from its stored verdicts and the standing rulings."""

from collections.abc import Sequence

import sqlalchemy as sa

from classifier.store.hidden import HIDDEN
from classifier.store.queries import in_parts
from classifier.store.schema import blocks, pages, texts

TO_CHECK = sa.and_(texts.c.ruling.is_(None), sa.or_(blocks.c.label == "filler", blocks.c.needs_review), ~HIDDEN)
"""Of a block joined to its text: nobody ruled, the model says filler or is in doubt, and no blind check hides that."""
FLAGGED = sa.and_(sa.func.coalesce(texts.c.ruling, blocks.c.label) == "filler", ~HIDDEN)
"""Of a block joined to its text: a person, or else the model, calls it filler, and no blind check hides that."""

_DERIVED = ("flagged", "to_check", "unsure", "share", "doubt")


def refresh_pages(connection: sa.Connection, page_ids: Sequence[int]) -> None:
    """Count anew what some pages say of themselves."""
    for part in in_parts(page_ids):
        counted = page_counts().where(blocks.c.page_id.in_(part)).subquery()
        update = sa.update(pages).where(pages.c.id == counted.c.page)
        connection.execute(update.values({name: counted.c[name] for name in _DERIVED}))


def page_counts() -> "sa.Select[tuple[int, int, int, int, float, float]]":
    """Return the query for what pages with blocks say of themselves."""
    flagged = _count(FLAGGED)
    undecided = sa.case((sa.and_(texts.c.ruling.is_(None), ~HIDDEN), blocks.c.doubt), else_=0.0)
    # few texts are ruled: they have an index of their own, and it stays in memory
    ruled = sa.and_(texts.c.fingerprint == blocks.c.fingerprint, texts.c.ruling.is_not(None))
    return (
        sa.select(
            blocks.c.page_id.label("page"),
            flagged.label("flagged"),
            _count(TO_CHECK).label("to_check"),
            _count(texts.c.ruling == "unsure").label("unsure"),
            (flagged * 1.0 / sa.func.count()).label("share"),
            sa.func.coalesce(sa.func.max(undecided), 0.0).label("doubt"),
        )
        .outerjoin(texts, ruled)
        .group_by(blocks.c.page_id)
    )


def _count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
