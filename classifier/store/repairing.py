"""All that is derived, derived anew: from pages, blocks, verdicts, runs, acts and decisions."""

import sqlalchemy as sa

from classifier.store.campaign_counts import counting_campaigns
from classifier.store.checking import derived_text_sites
from classifier.store.database import Database
from classifier.store.decisions import fold
from classifier.store.queries import in_parts
from classifier.store.repeats import add_texts
from classifier.store.schema import (
    blocks,
    campaign_bands,
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
from classifier.store.summaries import refresh_pages


def repair(database: Database) -> None:
    """Put right what :func:`~classifier.store.checking.verify` finds of derived data. Raises HomeError, BusyError."""
    with database.writing() as connection:
        _count_texts(connection)
        fold(connection, list(connection.scalars(sa.select(decisions.c.fingerprint).distinct())))
        _count_pages(connection)
        _count_campaigns(connection)


def _count_texts(connection: sa.Connection) -> None:
    connection.execute(sa.delete(text_sites))
    connection.execute(sa.insert(text_sites).from_select(["fingerprint", "site", "pages"], derived_text_sites()))
    add_texts(connection, list(connection.scalars(sa.select(blocks.c.fingerprint).distinct())))
    here = text_sites.c.fingerprint == texts.c.fingerprint
    total = sa.select(sa.func.coalesce(sa.func.sum(text_sites.c.pages), 0)).where(here).scalar_subquery()
    sites = sa.select(sa.func.count()).where(here).scalar_subquery()
    connection.execute(sa.update(texts).values(pages=total, sites=sites, ruling=None, decision_id=None))


def _count_pages(connection: sa.Connection) -> None:
    of_page = sa.select(sa.func.count()).where(blocks.c.page_id == pages.c.id).scalar_subquery()
    connection.execute(sa.update(pages).values(blocks=of_page))
    refresh_pages(connection, list(connection.scalars(sa.select(pages.c.id))))


def _count_campaigns(connection: sa.Connection) -> None:
    """Take all runs away and put them back, so that they are counted as if they had just been found."""
    found = [dict(row) for row in connection.execute(sa.select(runs).order_by(runs.c.page_id)).mappings()]
    for table in (runs, campaign_texts, campaign_sites, campaign_hosts):
        connection.execute(sa.delete(table))
    connection.execute(sa.update(campaigns).values(undecided=0))
    added = dict(connection.execute(sa.select(pages.c.id, pages.c.added_at)).all())
    for part in in_parts(found):
        rows = [{**row, "added_at": added[row["page_id"]]} for row in part]
        with counting_campaigns(connection, sorted({row["page_id"] for row in rows})):
            connection.execute(sa.insert(runs), rows)
    empty = campaigns.c.id.not_in(sa.select(runs.c.campaign_id))
    connection.execute(
        sa.delete(campaign_bands).where(campaign_bands.c.campaign_id.in_(sa.select(campaigns.c.id).where(empty)))
    )
    connection.execute(sa.delete(campaigns).where(empty))
