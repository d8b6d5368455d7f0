"""The campaigns as a list: filtered, ordered, counted, in parts. A run on one page only is no campaign yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.schema import campaign_sites, campaign_texts, campaigns

CampaignState = Literal["undecided", "decided"]
CAMPAIGN_STATES: tuple[CampaignState, ...] = get_args(CampaignState)
CampaignOrder = Literal["most pages", "most sites", "newest"]
CAMPAIGN_ORDERS: tuple[CampaignOrder, ...] = get_args(CampaignOrder)

_FEWEST_PAGES = 2
_ORDERED: dict[str, tuple[Any, ...]] = {
    "most pages": (campaigns.c.pages.desc(), campaigns.c.id.desc()),
    "most sites": (campaigns.c.sites.desc(), campaigns.c.pages.desc(), campaigns.c.id.desc()),
    "newest": (campaigns.c.last_seen.desc(), campaigns.c.id.desc()),
}


@dataclass(frozen=True, slots=True)
class CampaignFilter:
    """Which campaigns to list; None or empty lets everything pass."""

    state: CampaignState | None = None  # decided: every text of its runs has a standing ruling
    site: str = ""  # registered domain, whole


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign as the list shows it."""

    id: int
    sample: str  # beginning of the first text of the run that founded it
    pages: int
    sites: int
    texts: int  # distinct ones
    undecided: int  # of them, without a standing ruling
    first_seen: datetime  # UTC, when the first of its pages was queued
    last_seen: datetime  # UTC


def list_campaigns(
    database: Database, wanted: CampaignFilter, *, order: CampaignOrder = "most pages", limit: int, offset: int = 0
) -> list[ListedCampaign]:
    """Return a part of the list."""
    query = listed_columns().where(*_conditions(wanted)).order_by(*_ORDERED[order]).limit(limit).offset(offset)
    with database.reading() as connection:
        return [ListedCampaign(**row) for row in connection.execute(query).mappings()]


def count_campaigns(database: Database, wanted: CampaignFilter) -> int:
    """Return how many campaigns pass the filter."""
    with database.reading() as connection:
        query = sa.select(sa.func.count()).select_from(campaigns).where(*_conditions(wanted))
        return int(connection.execute(query).scalar_one())


def listed_columns() -> "sa.Select[Any]":
    """Return the query of what :class:`ListedCampaign` holds."""
    texts = sa.select(sa.func.count()).where(campaign_texts.c.campaign_id == campaigns.c.id).scalar_subquery()
    shown = ("id", "sample", "pages", "sites", "undecided", "first_seen", "last_seen")
    return sa.select(*(campaigns.c[name] for name in shown), texts.label("texts"))


def _conditions(wanted: CampaignFilter) -> list["sa.ColumnElement[bool]"]:
    conditions = [campaigns.c.pages >= _FEWEST_PAGES]
    if wanted.state:
        conditions.append(campaigns.c.undecided > 0 if wanted.state == "undecided" else campaigns.c.undecided == 0)
    if wanted.site:
        of_site = sa.select(campaign_sites.c.campaign_id).where(campaign_sites.c.site == wanted.site)
        conditions.append(campaigns.c.id.in_(of_site))
    return conditions
