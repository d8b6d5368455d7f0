"""What a change of rulings makes of the counts of pages: the difference is added, in one statement a kind of change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from classifier.store.hidden import HIDDEN, hidden_texts
from classifier.store.queries import any_of, in_parts
from classifier.store.schema import blocks, pages, texts

_RULING = sa.select(texts.c.fingerprint, texts.c.ruling).where(any_of(texts.c.fingerprint))
_HIDDEN_TEXTS = hidden_texts()
_IN_BLIND_CHECK = "in the blind check"  # counts as a ruling that is none of the labels: neither filler nor to check


@contextmanager
def counting_pages(connection: sa.Connection, fingerprints: Sequence[str]) -> Iterator[None]:
    """Let rulings of some texts change, or whether a blind check hides them; count what that changes on their pages.

    A page is written only if something of it changes: a ruling that agrees with a sure verdict writes none, on
    however many pages the text stands.
    """
    before = _rulings(connection, fingerprints)
    yield
    changed: dict[tuple[str | None, str | None], list[str]] = {}
    for text, ruling in _rulings(connection, fingerprints).items():
        if ruling != before.get(text):
            changed.setdefault((before.get(text), ruling), []).append(text)
    for (old, new), its_texts in changed.items():
        for part in in_parts(its_texts):
            connection.execute(_difference(old, new), {"part": list(part)})


def _rulings(connection: sa.Connection, fingerprints: Sequence[str]) -> dict[str, str | None]:
    """Return what texts count as: what they are ruled, else `_IN_BLIND_CHECK`, else None for their verdict."""
    found: dict[str, str | None] = {}
    for part in in_parts(fingerprints):
        found |= dict(connection.execute(_RULING, {"part": list(part)}).all())
        found |= dict.fromkeys(connection.scalars(_HIDDEN_TEXTS, {"part": list(part)}), _IN_BLIND_CHECK)
    return found


@cache  # a statement takes longer to put together than to run
def _difference(old: str | None, new: str | None) -> sa.Update:
    """Return the statement that adds to the counts of pages what the same change of ruling makes of some texts."""
    before, after = _counted(old), _counted(new)
    more = (
        sa.select(
            blocks.c.page_id,
            *(sa.func.sum(after[name] - before[name]).label(name) for name in before),
            sa.func.coalesce(sa.func.max(blocks.c.doubt), 0.0).label("doubt"),
        )
        .where(any_of(blocks.c.fingerprint))
        .group_by(blocks.c.page_id)
        .subquery("more")
    )
    moved, doubt = _doubt(more, old, new)
    counts = {name: pages.c[name] + more.c[name] for name in before}
    touched = sa.or_(moved, *(more.c[name] != 0 for name in before))
    query = sa.update(pages).where(pages.c.id == more.c.page_id, touched)
    return query.values(**counts, share=counts["flagged"] * 1.0 / pages.c.blocks, doubt=doubt)


def _counted(ruling: str | None) -> dict[str, Any]:
    """Return what a block counts, 0 or 1, when its text has that ruling."""
    by_model = blocks.c.label == "filler"
    left = sa.or_(by_model, blocks.c.needs_review)
    return {
        "flagged": _one_if(by_model) if ruling is None else sa.literal(int(ruling == "filler")),
        "to_check": _one_if(left) if ruling is None else sa.literal(0),
        "unsure": sa.literal(int(ruling == "unsure")),
    }


def _one_if(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.case((condition, 1), else_=0)


def _doubt(more: sa.Subquery, old: str | None, new: str | None) -> "tuple[sa.ColumnElement[bool], Any]":
    """Return when the doubt of a page changes, and to what: it is that of its most doubtful undecided block."""
    if (old is None) == (new is None):
        return sa.false(), pages.c.doubt
    if new is None:
        moved = more.c.doubt > pages.c.doubt
        return moved, sa.case((moved, more.c.doubt), else_=pages.c.doubt)
    moved = sa.and_(more.c.doubt >= pages.c.doubt, pages.c.doubt > 0)
    ruled = sa.exists().where(texts.c.fingerprint == blocks.c.fingerprint, texts.c.ruling.is_not(None))  # of few: quick
    undecided = sa.and_(blocks.c.page_id == pages.c.id, ~ruled, ~HIDDEN)
    left = sa.select(sa.func.coalesce(sa.func.max(blocks.c.doubt), 0.0)).where(undecided)
    return moved, sa.case((moved, left.scalar_subquery()), else_=pages.c.doubt)
