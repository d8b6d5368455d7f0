"""One campaign: since when and where it stands, where it links to, how it reads, what was ruled of its texts."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import NotFoundError
from classifier.store.campaign_listing import ListedCampaign, listed_columns
from classifier.store.campaign_samples import Sample, read_samples
from classifier.store.database import Database
from classifier.store.decisions import Ruling, times_toggled
from classifier.store.schema import (
    acts,
    campaign_hosts,
    campaign_sites,
    campaign_texts,
    campaigns,
    decisions,
    pages,
    runs,
    texts,
)

_SAMPLES = 5
_MOST = 50  # sites and hosts that are named


@dataclass(frozen=True, slots=True)
class RuledTexts:
    """How many texts of a campaign are ruled alike by one person."""

    ruling: Ruling | None  # None: nobody ruled
    person: str  # empty when nobody ruled
    texts: int  # distinct ones
    newest: datetime | None = None  # UTC, of the newest of these rulings


@dataclass(frozen=True, slots=True)
class CampaignAct:
    """A standing decision on a campaign as a whole."""

    id: int
    person: str
    acted_at: datetime  # UTC
    ruling: Ruling
    texts: int  # on which it decided


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """What there is to know of one campaign."""

    listed: ListedCampaign
    sites: tuple[tuple[str, int], ...]  # up to 50, with pages, most first; the site may be empty: not known
    hosts: tuple[tuple[str, int], ...]  # up to 50 that its runs link to, with pages, most first
    more_hosts: int  # that are not named
    samples: tuple[Sample, ...]  # up to 5 that differ
    ruled: tuple[RuledTexts, ...]  # most texts first
    act: CampaignAct | None  # the newest that stands


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A page that a campaign stands on."""

    id: int
    address: str
    site: str
    added_at: datetime  # UTC
    first: int  # position of the first block of its first run


def get_campaign(database: Database, campaign_id: int) -> CampaignDetail:
    """Return one campaign. Raises NotFoundError when there is none."""
    with database.reading() as connection:
        listed = read_campaign(connection, campaign_id)
        hosts = sa.select(sa.func.count()).where(campaign_hosts.c.campaign_id == campaign_id)
        return CampaignDetail(
            listed=listed,
            sites=_most(connection, campaign_sites, campaign_id),
            hosts=_most(connection, campaign_hosts, campaign_id),
            more_hosts=max(0, connection.execute(hosts).scalar_one() - _MOST),
            samples=tuple(read_samples(connection, campaign_id, most=_SAMPLES)),
            ruled=read_ruled(connection, campaign_id),
            act=_act(connection, campaign_id),
        )


def campaign_pages(database: Database, campaign_id: int, *, limit: int, offset: int = 0) -> list[CampaignPage]:
    """Return a part of the pages that a campaign stands on, newest first."""
    with database.reading() as connection:
        return read_campaign_pages(connection, campaign_id, limit=limit, offset=offset)


def read_campaign(connection: sa.Connection, campaign_id: int) -> ListedCampaign:
    """Return a campaign as it is listed, within a transaction. Raises NotFoundError when there is none."""
    query = listed_columns().where(campaigns.c.id == campaign_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"campaign {campaign_id}: there is none; the list of campaigns names those there are")
    return ListedCampaign(**row)


def read_campaign_pages(
    connection: sa.Connection, campaign_id: int, *, site: str | None = None, limit: int, offset: int = 0
) -> list[CampaignPage]:
    """Return a part of a campaign's pages, newest first, of one site when given."""
    part = (
        sa.select(runs.c.page_id, sa.func.min(runs.c.first).label("first"))
        .where(runs.c.campaign_id == campaign_id)
        .group_by(runs.c.added_at, runs.c.page_id)
        .order_by(runs.c.added_at.desc(), runs.c.page_id.desc())
        .limit(limit)
        .offset(offset)
    )
    if site is not None:
        part = part.join(pages, pages.c.id == runs.c.page_id).where(pages.c.site == site)
    found = part.subquery()
    shown = (pages.c.id, pages.c.address, pages.c.site, pages.c.added_at, found.c.first)
    query = sa.select(*shown).join(found, found.c.page_id == pages.c.id)
    rows = connection.execute(query.order_by(pages.c.added_at.desc(), pages.c.id.desc())).mappings()
    return [CampaignPage(**row) for row in rows]


def _most(connection: sa.Connection, table: sa.Table, campaign_id: int) -> tuple[tuple[str, int], ...]:
    _campaign, what = table.primary_key
    query = sa.select(what, table.c.pages).where(table.c.campaign_id == campaign_id)
    rows = connection.execute(query.order_by(table.c.pages.desc(), what).limit(_MOST))
    return tuple((name, count) for name, count in rows)


def read_ruled(connection: sa.Connection, campaign_id: int) -> tuple[RuledTexts, ...]:
    """Return how the texts of a campaign are ruled now and by whom, most texts first."""
    query = (
        sa.select(
            texts.c.ruling,
            acts.c.person,
            sa.func.count().label("texts"),
            sa.func.max(acts.c.acted_at).label("newest"),
        )
        .select_from(campaign_texts.join(texts, texts.c.fingerprint == campaign_texts.c.fingerprint))
        .outerjoin(decisions, sa.and_(decisions.c.id == texts.c.decision_id, decisions.c.ruling != "undo"))
        .outerjoin(acts, acts.c.id == decisions.c.act_id)
        .where(campaign_texts.c.campaign_id == campaign_id)
        .group_by(texts.c.ruling, acts.c.person)
        .order_by(sa.desc("texts"), acts.c.person, texts.c.ruling)
    )
    rows = connection.execute(query).all()
    return tuple(RuledTexts(row.ruling, row.person or "", row.texts, row.newest) for row in rows)


def _act(connection: sa.Connection, campaign_id: int) -> CampaignAct | None:
    query = (
        sa.select(
            acts.c.id,
            acts.c.person,
            acts.c.acted_at,
            sa.func.min(decisions.c.ruling).label("ruling"),
            sa.func.count().label("texts"),
        )
        .join(decisions, decisions.c.act_id == acts.c.id)
        .where(
            acts.c.campaign_id == campaign_id,
            acts.c.kind == "campaign",
            acts.c.source == "",
            times_toggled(acts.c.id) % 2 == 0,
        )
        .group_by(acts.c.id)
        .order_by(acts.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().one_or_none()
    return CampaignAct(**row) if row else None
