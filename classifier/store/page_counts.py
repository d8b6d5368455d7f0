"""What a change of rulings makes of the counts of pages: the difference is added, in one statement a kind of change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import sqlalchemy as sa

from classifier.store.hidden import HIDDEN, hidden_texts
from classifier.store.queries import any_of, in_parts
from classifier.store.schema import blocks, pages, texts
from classifier.store.worth import WORTH, worth_of_page

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
            sa.func.max(WORTH).label("worth"),
        )
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .where(any_of(blocks.c.fingerprint))
        .group_by(blocks.c.page_id)
        .subquery("more")
    )
    doubted, doubt = _most(more.c.doubt, pages.c.doubt, old, new, left=_doubt_left())
    valued, worth = _most(more.c.worth, pages.c.worth, old, new, left=worth_of_page())
    counts = {name: pages.c[name] + more.c[name] for name in before}
    touched = sa.or_(doubted, valued, *(more.c[name] != 0 for name in before))
    query = sa.update(pages).where(pages.c.id == more.c.page_id, touched)
    return query.values(**counts, share=counts["flagged"] * 1.0 / pages.c.blocks, doubt=doubt, worth=worth)


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


def _most(
    more: "sa.ColumnElement[float]",
    said: "sa.ColumnElement[float]",
    old: str | None,
    new: str | None,
    *,
    left: "sa.ScalarSelect[float]",
) -> "tuple[sa.ColumnElement[bool], Any]":
    """Return when what a page says of its foremost undecided block changes, and to what.

    Args:
        more: the highest figure of the blocks that are ruled otherwise now.
        said: what the page says.
        old: the ruling before.
        new: the ruling now.
        left: the highest figure of the blocks that are undecided now.
    """
    if (old is None) == (new is None):
        return sa.false(), said
    if new is None:
        moved = more > said
        return moved, sa.case((moved, more), else_=said)
    moved = sa.and_(more >= said, said > 0)
    return moved, sa.case((moved, left), else_=said)


def _doubt_left() -> "sa.ScalarSelect[float]":
    ruled = sa.exists().where(texts.c.fingerprint == blocks.c.fingerprint, texts.c.ruling.is_not(None))  # of few: quick
    undecided = sa.and_(blocks.c.page_id == pages.c.id, ~ruled, ~HIDDEN)
    return sa.select(sa.func.coalesce(sa.func.max(blocks.c.doubt), 0.0)).where(undecided).scalar_subquery()
