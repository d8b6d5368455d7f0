"""Is the database sound? The file, its references, and all that is derived, counted anew and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose
from typing import Any

import sqlalchemy as sa

from classifier.store.campaigns import count_campaigns
from classifier.store.database import Database
from classifier.store.decisions import fold, newest_standing
from classifier.store.repeats import add_texts
from classifier.store.schema import blocks, campaigns, decisions, pages, runs, text_sites, texts
from classifier.store.summaries import counted, refresh_pages


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
        damage = _damage(connection) if database.path else []
        return damage or [str(difference) for check in _checks() for difference in _differences(connection, check)]


def repair(database: Database) -> None:
    """Derive anew all that is derived, from pages, blocks, verdicts, acts and decisions."""
    with database.writing() as connection:
        connection.execute(sa.delete(text_sites))
        connection.execute(sa.insert(text_sites).from_select(["fingerprint", "site", "pages"], _text_sites()))
        add_texts(connection, list(connection.scalars(sa.select(blocks.c.fingerprint).distinct())))
        here = text_sites.c.fingerprint == texts.c.fingerprint
        total = sa.select(sa.func.coalesce(sa.func.sum(text_sites.c.pages), 0)).where(here).scalar_subquery()
        sites = sa.select(sa.func.count()).where(here).scalar_subquery()
        connection.execute(sa.update(texts).values(pages=total, sites=sites, ruling=None, decision_id=None))
        of_page = sa.select(sa.func.count()).where(blocks.c.page_id == pages.c.id).scalar_subquery()
        connection.execute(sa.update(pages).values(blocks=of_page))
        fold(connection, list(connection.scalars(sa.select(decisions.c.fingerprint).distinct())))
        refresh_pages(connection, list(connection.scalars(sa.select(pages.c.id))))
        count_campaigns(connection, list(connection.scalars(sa.select(campaigns.c.id))))


def _damage(connection: sa.Connection) -> list[str]:
    faults = [f"file: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return faults + [f"{row[0]}, row {row[1]}: belongs to {row[2]} that are not there" for row in orphans]


def _checks() -> Iterator[_Check]:
    yield _Check("text of site", 2, sa.select(text_sites).where(text_sites.c.pages != 0), _text_sites())
    standing = sa.select(texts.c.fingerprint, texts.c.pages, texts.c.sites, texts.c.decision_id, texts.c.ruling)
    yield _Check("text", 1, standing.where(_is_used()), _texts())
    sizes = sa.select(blocks.c.page_id, sa.func.count()).group_by(blocks.c.page_id)
    yield _Check("blocks of page", 1, sa.select(pages.c.id, pages.c.blocks).where(pages.c.blocks != 0), sizes)
    said = sa.select(*(pages.c[name] for name in ("id", "flagged", "to_check", "unsure", "share", "doubt")))
    judged = pages.c.model.is_not(None)  # of the others nothing is derived yet
    yield _Check("page", 1, said.where(judged), counted().join(pages, pages.c.id == blocks.c.page_id).where(judged))
    seen = sa.select(*(campaigns.c[name] for name in ("id", "pages", "sites", "first_seen", "last_seen")))
    yield _Check("campaign", 1, seen, _campaigns())


def _text_sites() -> "sa.Select[Any]":
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
    of_page = runs.join(pages)
    return (
        sa.select(
            runs.c.campaign_id,
            sa.func.count(sa.distinct(pages.c.id)),
            sa.func.count(sa.distinct(pages.c.site)),
            sa.func.min(pages.c.added_at),
            sa.func.max(pages.c.added_at),
        )
        .select_from(of_page)
        .group_by(runs.c.campaign_id)
    )


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
