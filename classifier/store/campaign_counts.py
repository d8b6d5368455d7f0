"""What campaigns say of themselves, derived from their runs: counted by what changes, never over all their pages."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from classifier.store.queries import add_to_pages, in_parts
from classifier.store.schema import (
    blocks,
    campaign_bands,
    campaign_hosts,
    campaign_sites,
    campaign_texts,
    campaigns,
    pages,
    runs,
    texts,
)

Counts = Counter[tuple[int, str]]  # of pages by campaign and text, site or host


@contextmanager
def counting_campaigns(connection: sa.Connection, page_ids: Sequence[int]) -> Iterator[None]:
    """Let the runs of some pages be changed, then count their campaigns anew; one without any page is forgotten."""
    before = _standing(connection, page_ids)
    yield
    after = _standing(connection, page_ids)
    changed = [_difference(new, old) for new, old in zip(after, before, strict=True)]
    with counting_undecided(connection, sorted({text for _campaign, text in changed[0]})):
        for table, more in zip((campaign_texts, campaign_sites, campaign_hosts), changed, strict=True):
            add_to_pages(connection, table, more)
    touched = sorted({campaign for more in changed for campaign, _what in more})
    for part in in_parts(touched):
        _forget_empty(connection, part)
        _count(connection, part)


@contextmanager
def counting_undecided(connection: sa.Connection, fingerprints: Sequence[str]) -> Iterator[None]:
    """Let what is ruled of some texts change, or which campaigns have them; then count what is undecided there."""
    before = _undecided(connection, fingerprints)
    yield
    more = _undecided(connection, fingerprints)
    more.subtract(before)
    rows = [{"campaign": campaign, "more": count} for campaign, count in more.items() if count]
    if rows:
        query = sa.update(campaigns).where(campaigns.c.id == sa.bindparam("campaign"))
        connection.execute(query.values(undecided=campaigns.c.undecided + sa.bindparam("more")), rows)


def delete_runs(connection: sa.Connection, page_ids: Sequence[int]) -> None:
    """Take the runs of some pages out of their campaigns, to be counted by who calls."""
    for part in in_parts(page_ids):
        connection.execute(sa.delete(runs).where(runs.c.page_id.in_(part)))


def runs_with_blocks() -> sa.Join:
    """Return runs joined to the blocks in them."""
    inside = sa.and_(blocks.c.page_id == runs.c.page_id, blocks.c.position.between(runs.c.first, runs.c.last))
    return runs.join(blocks, inside)


def _standing(connection: sa.Connection, page_ids: Sequence[int]) -> tuple[Counts, Counts, Counts]:
    """Count by campaign on how many of the pages a text stands, how many are of a site, how many link to a host."""
    found = sa.select(
        runs.c.campaign_id, runs.c.page_id, pages.c.site, blocks.c.fingerprint, blocks.c.link_hosts
    ).select_from(runs_with_blocks().join(pages, pages.c.id == runs.c.page_id))
    rows = [row for part in in_parts(page_ids) for row in connection.execute(found.where(runs.c.page_id.in_(part)))]
    by_text = {(row.campaign_id, row.fingerprint, row.page_id) for row in rows}
    by_site = {(row.campaign_id, row.site, row.page_id) for row in rows}
    by_host = {(row.campaign_id, host, row.page_id) for row in rows for host in row.link_hosts}
    return _pages_of(by_text), _pages_of(by_site), _pages_of(by_host)


def _pages_of(keys: set[tuple[int, str, int]]) -> Counts:
    return Counter((campaign, what) for campaign, what, _page in sorted(keys))


def _difference(after: Counts, before: Counts) -> Counts:
    more = Counter(after)
    more.subtract(before)
    return Counter({key: count for key, count in more.items() if count})


def _undecided(connection: sa.Connection, fingerprints: Sequence[str]) -> Counter[int]:
    found: Counter[int] = Counter()
    for part in in_parts(fingerprints):
        query = (
            sa.select(campaign_texts.c.campaign_id, sa.func.count())
            .join(texts, texts.c.fingerprint == campaign_texts.c.fingerprint)
            .where(campaign_texts.c.fingerprint.in_(part), texts.c.ruling.is_(None))
            .group_by(campaign_texts.c.campaign_id)
        )
        found.update(dict(connection.execute(query).all()))
    return found


def _count(connection: sa.Connection, numbers: Sequence[int]) -> None:
    of_sites = campaign_sites.c.campaign_id == campaigns.c.id
    seen = runs.c.campaign_id == campaigns.c.id
    values = {
        "pages": sa.select(sa.func.coalesce(sa.func.sum(campaign_sites.c.pages), 0)).where(of_sites),
        "sites": sa.select(sa.func.count()).select_from(campaign_sites).where(of_sites),
        "first_seen": sa.select(sa.func.min(runs.c.added_at)).where(seen),
        "last_seen": sa.select(sa.func.max(runs.c.added_at)).where(seen),
    }
    counted = {name: query.scalar_subquery() for name, query in values.items()}
    connection.execute(sa.update(campaigns).where(campaigns.c.id.in_(numbers)).values(counted))


def _forget_empty(connection: sa.Connection, numbers: Sequence[int]) -> None:
    with_pages = sa.select(campaign_sites.c.campaign_id).where(campaign_sites.c.campaign_id.in_(numbers))
    empty = sorted(set(numbers) - set(connection.scalars(with_pages)))
    if empty:
        connection.execute(sa.delete(campaign_bands).where(campaign_bands.c.campaign_id.in_(empty)))
        connection.execute(sa.delete(campaigns).where(campaigns.c.id.in_(empty)))
