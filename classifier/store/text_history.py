"""Everything that is known of one text: where it stands, and what people said of it when they saw which verdict."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.errors import NotFoundError
from classifier.store.database import Database
from classifier.store.decisions import Ruling, Shown, times_toggled
from classifier.store.hidden import hidden_texts
from classifier.store.schema import acts, blocks, decisions, pages, texts

_PAGES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A block with the text."""

    page_id: int
    address: str
    site: str
    position: int
    added_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Said:
    """A decision on the text."""

    ruling: Ruling
    person: str
    decided_at: datetime  # UTC
    shown: Shown  # the verdict that the person saw
    taken_back: bool
    text: str  # as the person saw it
    address: str  # of the page where they did


@dataclass(frozen=True, slots=True)
class TextHistory:
    """What is known of a text."""

    text: str  # as it stands at one of its places
    pages: int  # of the queue with the text
    sites: int  # of those pages
    ruling: Ruling | None  # that stands
    hidden: bool  # in the blind check: nobody may see a verdict on it yet
    places: tuple[Place, ...]  # newest first, at most 50
    said: tuple[Said, ...]  # newest first


def text_history(database: Database, fingerprint: str) -> TextHistory:
    """Return what is known of a text. Raises NotFoundError when nothing is."""
    with database.reading() as connection:
        row = connection.execute(sa.select(texts).where(texts.c.fingerprint == fingerprint)).one_or_none()
        said = read_said(connection, decisions.c.fingerprint == fingerprint)
        places = connection.execute(_places(fingerprint)).all()
        hidden = connection.execute(hidden_texts(), {"part": [fingerprint]}).first()
    if row is None or not (said or places):
        raise NotFoundError(f"text {fingerprint}: stands on no page of the queue, and nobody decided on it")
    return TextHistory(
        text=(places or said)[0].text,
        pages=row.pages,
        sites=row.sites,
        ruling=row.ruling,
        hidden=hidden is not None,
        places=tuple(Place(p.page_id, p.address, p.site, p.position, p.added_at) for p in places),
        said=said,
    )


def read_said(
    connection: sa.Connection, *conditions: "sa.ColumnElement[bool]", limit: int | None = None
) -> tuple[Said, ...]:
    """Return the decisions that meet some conditions, newest first, within a transaction."""
    query = (
        sa.select(decisions, acts.c.person, acts.c.acted_at, (times_toggled(acts.c.id) % 2).label("taken_back"))
        .join(acts)
        .where(*conditions)
        .order_by(decisions.c.id.desc())
        .limit(limit)
    )
    return tuple(_told(row) for row in connection.execute(query))


def _told(row: Any) -> Said:
    return Said(
        ruling=row.ruling,
        person=row.person,
        decided_at=row.acted_at,
        shown=Shown(row.shown_model, row.shown_label, row.shown_score),
        taken_back=bool(row.taken_back),
        text=row.text,
        address=row.address,
    )


def _places(fingerprint: str) -> "sa.Select[tuple[object, ...]]":
    query: sa.Select[tuple[object, ...]] = (
        sa.select(blocks.c.text, blocks.c.page_id, blocks.c.position, pages.c.address, pages.c.site, pages.c.added_at)
        .join(pages)
        .where(blocks.c.fingerprint == fingerprint)
        .order_by(blocks.c.id.desc())
        .limit(_PAGES_SHOWN)
    )
    return query
