"""Is the database sound? The file, its references, and all that is derived, counted anew and compared."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose
from typing import Any

import sqlalchemy as sa

from classifier.store.campaign_counts import runs_with_blocks
from classifier.store.database import Database
from classifier.store.decisions import newest_standing
from classifier.store.learning_schema import pins
from classifier.store.schema import (
    blocks,
    campaign_hosts,
    campaign_sites,
    campaign_texts,
    campaigns,
    decisions,
    pages,
    runs,
    text_sites,
    texts,
)
from classifier.store.summaries import page_counts
from classifier.text import fingerprint

_OF_PIN = ("fingerprint", "address", "site", "position")  # as of the decision made with it


@dataclass(frozen=True, slots=True)
class Difference:
    """Something derived that is not what it should be."""

    thing: str  # such as 'page 7'
    stored: str  # what it says, or 'nothing'
    derived: str  # what it should say, or 'nothing'

    def __str__(self) -> str:
        return f"{self.thing}: says {self.stored}, and should say {self.derived}"


@dataclass(frozen=True, slots=True)
class _Check:
    """Two queries that should give the same rows."""

    thing: str
    keys: int  # how many of the first columns name the thing
    stored: "sa.Select[Any]"
    derived: "sa.Select[Any]"


def verify(database: Database) -> list[str]:
    """Return what is wrong, a sentence a fault; nothing when all is well. Raises HomeError, BusyError."""
    with database.reading() as connection:
        broken = damage(connection) if database.path else []
        if broken:
            return broken
        compared = [difference for check in _checks() for difference in _differences(connection, check)]
        return [str(difference) for difference in compared + _hosts(connection) + _pinned_texts(connection)]


def damage(connection: sa.Connection) -> list[str]:
    """Return what is wrong with a SQLite file and its references, a sentence a fault."""
    faults = [f"file: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return faults + [f"{row[0]}, row {row[1]}: belongs to {row[2]} that are not there" for row in orphans]


def _checks() -> Iterator[_Check]:
    yield _Check("text of site", 2, sa.select(text_sites).where(text_sites.c.pages != 0), derived_text_sites())
    standing = sa.select(texts.c.fingerprint, texts.c.pages, texts.c.sites, texts.c.decision_id, texts.c.ruling)
    yield _Check("text", 1, standing.where(_is_used()), _texts())
    sizes = sa.select(blocks.c.page_id, sa.func.count()).group_by(blocks.c.page_id)
    yield _Check("blocks of page", 1, sa.select(pages.c.id, pages.c.blocks).where(pages.c.blocks != 0), sizes)
    said = sa.select(*(pages.c[name] for name in ("id", "flagged", "to_check", "unsure", "share", "doubt", "worth")))
    judged = pages.c.model.is_not(None)  # of the others nothing is derived yet
    yield _Check("page", 1, said.where(judged), page_counts().join(pages, pages.c.id == blocks.c.page_id).where(judged))
    yield _Check("text of campaign", 2, sa.select(campaign_texts), _of_campaigns(blocks.c.fingerprint))
    yield _Check("site of campaign", 2, sa.select(campaign_sites), _of_campaigns(pages.c.site))
    seen = sa.select(*(campaigns.c[name] for name in ("id", "pages", "sites", "undecided", "first_seen", "last_seen")))
    yield _Check("campaign", 1, seen, _campaigns())
    of_act = sa.select(pins.c.id, *(decisions.c[name] for name in ("ruling", *_OF_PIN))).join(
        decisions, decisions.c.act_id == pins.c.act_id
    )
    yield _Check("pin", 1, sa.select(pins.c.id, pins.c.label, *(pins.c[name] for name in _OF_PIN)), of_act)


def derived_text_sites() -> "sa.Select[Any]":
    """Return the query for what the table text_sites should hold."""
    number = sa.func.count(sa.distinct(blocks.c.page_id))
    return (
        sa.select(blocks.c.fingerprint, pages.c.site, number).join(pages).group_by(blocks.c.fingerprint, pages.c.site)
    )


def _is_used() -> "sa.ColumnElement[bool]":
    return sa.or_(texts.c.pages != 0, texts.c.sites != 0, texts.c.decision_id.is_not(None), texts.c.ruling.is_not(None))


def _texts() -> "sa.Select[Any]":
    """Return of each text that stands anywhere or was decided: pages, sites, newest standing decision, its ruling."""
    used = sa.union(sa.select(blocks.c.fingerprint), sa.select(decisions.c.fingerprint)).subquery()
    text = used.c.fingerprint
    on = sa.select(blocks.c.fingerprint, blocks.c.page_id, pages.c.site).join(pages).subquery()
    found = (
        sa.select(
            on.c.fingerprint,
            sa.func.count(sa.distinct(on.c.page_id)).label("pages"),
            sa.func.count(sa.distinct(on.c.site)).label("sites"),
        )
        .group_by(on.c.fingerprint)
        .subquery()
    )
    newest = newest_standing().where(decisions.c.fingerprint == text).scalar_subquery()
    made = sa.select(text.label("fingerprint"), newest.label("decision")).subquery()
    said = sa.case((decisions.c.ruling != "undo", decisions.c.ruling), else_=None)
    derived = sa.select(
        made.c.fingerprint,
        sa.func.coalesce(found.c.pages, 0),
        sa.func.coalesce(found.c.sites, 0),
        made.c.decision,
        said,
    )
    joined = made.outerjoin(found, found.c.fingerprint == made.c.fingerprint)
    return derived.select_from(joined.outerjoin(decisions, decisions.c.id == made.c.decision)).where(
        sa.or_(found.c.pages.is_not(None), made.c.decision.is_not(None))
    )


def _campaigns() -> "sa.Select[Any]":
    """Return what campaigns say of themselves: of their runs, and of their texts as they are counted."""
    of_it = campaign_texts.c.campaign_id == runs.c.campaign_id
    without = sa.select(sa.func.count()).join(texts, texts.c.fingerprint == campaign_texts.c.fingerprint)
    return (
        sa.select(
            runs.c.campaign_id,
            sa.func.count(sa.distinct(pages.c.id)),
            sa.func.count(sa.distinct(pages.c.site)),
            without.where(of_it, texts.c.ruling.is_(None)).correlate(runs).scalar_subquery(),
            sa.func.min(pages.c.added_at),
            sa.func.max(pages.c.added_at),
        )
        .select_from(runs.join(pages, pages.c.id == runs.c.page_id))
        .group_by(runs.c.campaign_id)
    )


def _of_campaigns(what: "sa.Column[str]") -> "sa.Select[Any]":
    """Return of each campaign and text, or site, the pages with it in a run of the campaign."""
    found = runs_with_blocks().join(pages, pages.c.id == runs.c.page_id)
    number = sa.func.count(sa.distinct(runs.c.page_id))
    return sa.select(runs.c.campaign_id, what, number).select_from(found).group_by(runs.c.campaign_id, what)


def _hosts(connection: sa.Connection) -> list[Difference]:
    """Compare the link hosts of campaigns: lists, which the database cannot count."""
    linked = sa.select(runs.c.campaign_id, runs.c.page_id, blocks.c.link_hosts).select_from(runs_with_blocks())
    found = {(row.campaign_id, host, row.page_id) for row in connection.execute(linked) for host in row.link_hosts}
    derived = Counter((campaign, host) for campaign, host, _page in found)
    stored = {(row.campaign_id, row.host): row.pages for row in connection.execute(sa.select(campaign_hosts))}
    return [
        Difference(
            f"link host of campaign {campaign}, {host}",
            str(stored.get(key, "nothing")),
            str(derived.get(key, "nothing")),
        )
        for key in sorted(stored.keys() | derived.keys())
        if stored.get(key) != derived.get(key)
        for campaign, host in [key]
    ]


def _pinned_texts(connection: sa.Connection) -> list[Difference]:
    """Compare each pin's fingerprint with the text that stands at its position."""
    found = connection.execute(sa.select(pins.c.id, pins.c.fingerprint, pins.c.texts, pins.c.position))
    standing = [(row, row.texts[row.position : row.position + 1]) for row in found]
    return [
        Difference(f"text of pin {row.id}", fingerprint(text[0]) if text else "nothing", row.fingerprint)
        for row, text in standing
        if not text or fingerprint(text[0]) != row.fingerprint
    ]


def _differences(connection: sa.Connection, check: _Check) -> list[Difference]:
    stored = _by_key(connection, check, sa.except_(check.stored, check.derived))
    derived = _by_key(connection, check, sa.except_(check.derived, check.stored))
    return [
        Difference(f"{check.thing} {', '.join(map(str, key))}", _told(stored.get(key)), _told(derived.get(key)))
        for key in sorted(stored.keys() | derived.keys())
        if not _alike(stored.get(key), derived.get(key))
    ]


def _by_key(connection: sa.Connection, check: _Check, query: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {tuple(row[: check.keys]): tuple(row[check.keys :]) for row in connection.execute(query)}


def _alike(stored: tuple[Any, ...] | None, derived: tuple[Any, ...] | None) -> bool:
    """Tell whether two rows are the same but for the last digit of a share, which depends on the kind of database."""
    if stored is None or derived is None:
        return False
    pairs = zip(stored, derived, strict=True)
    return all(isclose(a, b, rel_tol=1e-9) if isinstance(a, float) else a == b for a, b in pairs)


def _told(row: tuple[Any, ...] | None) -> str:
    return "nothing" if row is None else ", ".join(map(str, row))
