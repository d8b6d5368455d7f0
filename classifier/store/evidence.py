"""Gathering the evidence of a campaign, on one site or on all."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import NotFoundError
from classifier.evidence import Evidence, Judgement, Quote, QuotedRun
from classifier.store.campaign_counts import runs_with_blocks
from classifier.store.campaign_detail import read_campaign, read_campaign_pages, read_ruled
from classifier.store.campaign_samples import Sample, read_samples
from classifier.store.database import Database
from classifier.store.schema import blocks, campaign_hosts, pages, runs

_SAMPLES = 3
_ADDRESSES = 1000
_HOSTS = 50


@dataclass(frozen=True, slots=True)
class _Seen:
    pages: int
    first: datetime
    last: datetime


def gather_evidence(database: Database, campaign_id: int, *, site: str | None = None) -> Evidence:
    """Return what is known of a campaign, on one site when given. Raises NotFoundError when it is not there."""
    with database.reading() as connection:
        listed = read_campaign(connection, campaign_id)
        seen = _seen(connection, campaign_id, site)
        samples = read_samples(connection, campaign_id, site=site, most=_SAMPLES)
        found = read_campaign_pages(connection, campaign_id, site=site, limit=_ADDRESSES)
        return Evidence(
            campaign=campaign_id,
            site=site,
            pages=seen.pages,
            pages_in_all=listed.pages,
            sites_in_all=listed.sites,
            first_seen=seen.first,
            last_seen=seen.last,
            hosts=_hosts(connection, campaign_id, site),
            runs=tuple(map(_quoted, samples)),
            addresses=tuple((page.address, page.added_at) for page in found),
            judgements=tuple(
                Judgement(said.ruling or "", said.person, said.texts, said.newest)
                for said in read_ruled(connection, campaign_id)
            ),
            models=tuple(sorted({sample.model for sample in samples if sample.model})),
        )


def _seen(connection: sa.Connection, campaign_id: int, site: str | None) -> _Seen:
    count = sa.func.count(sa.distinct(runs.c.page_id))
    query = sa.select(count, sa.func.min(runs.c.added_at), sa.func.max(runs.c.added_at))
    query = query.where(runs.c.campaign_id == campaign_id)
    if site is not None:
        query = query.join(pages, pages.c.id == runs.c.page_id).where(pages.c.site == site)
    number, first, last = connection.execute(query).one()
    if not number:
        raise NotFoundError(f"campaign {campaign_id}: not seen on {site!r}; name one of its sites, or none")
    return _Seen(number, first, last)


def _hosts(connection: sa.Connection, campaign_id: int, site: str | None) -> tuple[tuple[str, int], ...]:
    if site is None:
        counted = sa.select(campaign_hosts.c.host, campaign_hosts.c.pages).where(
            campaign_hosts.c.campaign_id == campaign_id
        )
        found = Counter(dict(connection.execute(counted).all()))
    else:
        here = sa.select(runs.c.page_id, blocks.c.link_hosts).select_from(
            runs_with_blocks().join(pages, pages.c.id == runs.c.page_id)
        )
        rows = connection.execute(here.where(runs.c.campaign_id == campaign_id, pages.c.site == site))
        found = Counter(host for host, _page in {(host, row.page_id) for row in rows for host in row.link_hosts})
    return tuple(sorted(found.items(), key=lambda counted: (-counted[1], counted[0]))[:_HOSTS])


def _quoted(sample: Sample) -> QuotedRun:
    quotes = tuple(Quote(block.text, block.hidden, block.link_hosts) for block in sample.blocks)
    return QuotedRun(sample.address, sample.added_at, quotes, sample.length - len(quotes))
