"""What a page says of itself in the queue, derived from its stored verdicts and the standing rulings."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from classifier.store.queries import in_parts
from classifier.store.schema import blocks, pages, texts

TO_CHECK = sa.and_(texts.c.ruling.is_(None), sa.or_(blocks.c.label == "filler", blocks.c.needs_review))
"""Of a block joined to its text: nobody ruled, and the model says filler or is in doubt."""
FLAGGED = sa.func.coalesce(texts.c.ruling, blocks.c.label) == "filler"
"""Of a block joined to its text: a person, or else the model, calls it filler."""

Rulings = dict[str, str | None]  # by fingerprint


@contextmanager
def counting_pages(connection: sa.Connection, fingerprints: Sequence[str]) -> Iterator[None]:
    """Let the rulings of some texts change, then count what that changes on the pages they stand on.

    A page is written only if something of it changes: a ruling that agrees with a sure verdict costs nothing, on
    however many pages the text stands.
    """
    before = _rulings(connection, fingerprints)
    yield
    after = _rulings(connection, fingerprints)
    changed: dict[tuple[str | None, str | None], list[str]] = {}
    for text, ruling in after.items():
        if ruling != before.get(text):
            changed.setdefault((before.get(text), ruling), []).append(text)
    for (old, new), its_texts in changed.items():
        for part in in_parts(its_texts):
            _add_difference(connection, part, old, new)


def _rulings(connection: sa.Connection, fingerprints: Sequence[str]) -> Rulings:
    query = sa.select(texts.c.fingerprint, texts.c.ruling)
    parts = (query.where(texts.c.fingerprint.in_(part)) for part in in_parts(fingerprints))
    return {text: ruling for part in parts for text, ruling in connection.execute(part)}


def _add_difference(connection: sa.Connection, part: Sequence[str], old: str | None, new: str | None) -> None:
    """Add to the counts of pages what the same change of ruling on some texts makes of them, in one statement."""
    before, after = _said(old), _said(new)
    difference = {name: _count(after[name]) - _count(before[name]) for name in before}
    more = (
        sa.select(
            blocks.c.page_id,
            *(counted.label(name) for name, counted in difference.items()),
            sa.func.coalesce(sa.func.max(blocks.c.doubt), 0.0).label("doubt"),
        )
        .where(blocks.c.fingerprint.in_(part))
        .group_by(blocks.c.page_id)
        .subquery("more")
    )
    moved, doubt = _doubt(more, old, new)
    flagged = pages.c.flagged + more.c.flagged
    counts = {name: pages.c[name] + more.c[name] for name in difference}
    touched = sa.or_(moved, *(more.c[name] != 0 for name in difference))
    query = sa.update(pages).where(pages.c.id == more.c.page_id, touched)
    connection.execute(query.values(**counts, share=flagged * 1.0 / pages.c.blocks, doubt=doubt))


def _said(ruling: str | None) -> dict[str, "sa.ColumnElement[bool]"]:
    """Return what counts of a block whose text has that ruling."""
    by_model = blocks.c.label == "filler"
    return {
        "flagged": sa.literal(ruling == "filler") if ruling else by_model,
        "to_check": sa.false() if ruling else sa.or_(by_model, blocks.c.needs_review),
        "unsure": sa.literal(ruling == "unsure"),
    }


def _doubt(more: sa.Subquery, old: str | None, new: str | None) -> "tuple[sa.ColumnElement[bool], Any]":
    """Return when the doubt of a page changes, and to what: it is that of its most doubtful undecided block."""
    if (old is None) == (new is None):
        return sa.false(), pages.c.doubt
    if new is None:
        moved = more.c.doubt > pages.c.doubt
        return moved, sa.case((moved, more.c.doubt), else_=pages.c.doubt)
    moved = sa.and_(more.c.doubt >= pages.c.doubt, pages.c.doubt > 0)
    left = (
        sa.select(sa.func.coalesce(sa.func.max(blocks.c.doubt), 0.0))
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .where(blocks.c.page_id == pages.c.id, texts.c.ruling.is_(None))
    )
    return moved, sa.case((moved, left.scalar_subquery()), else_=pages.c.doubt)


def refresh_pages(connection: sa.Connection, page_ids: Sequence[int]) -> None:
    """Count anew what some pages say of themselves."""
    for part in in_parts(page_ids):
        rows = connection.execute(_counted().where(blocks.c.page_id.in_(part))).mappings().all()
        if rows:
            update = sa.update(pages).where(pages.c.id == sa.bindparam("page"))
            values: dict[str, Any] = {
                name: sa.bindparam(name) for name in ("flagged", "to_check", "unsure", "share", "doubt")
            }
            connection.execute(update.values(values), [dict(row) for row in rows])


def _counted() -> "sa.Select[tuple[int, int, int, int, float, float]]":
    flagged, undecided = _count(FLAGGED), sa.case((texts.c.ruling.is_(None), blocks.c.doubt), else_=0.0)
    return (
        sa.select(
            blocks.c.page_id.label("page"),
            flagged.label("flagged"),
            _count(TO_CHECK).label("to_check"),
            _count(texts.c.ruling == "unsure").label("unsure"),
            (flagged * 1.0 / sa.func.count()).label("share"),
            sa.func.coalesce(sa.func.max(undecided), 0.0).label("doubt"),
        )
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .group_by(blocks.c.page_id)
    )


def _count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
