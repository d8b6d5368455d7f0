"""What must be exact: that a filled database is what the store would have made, and every count of the queue."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from classifier.store.claims import LEASE
from classifier.store.database import Database
from classifier.store.listing import STATES, Filter, count_listed, count_states
from classifier.store.opening import open_database
from classifier.store.queries import in_parts
from classifier.store.queue import add_pages, count_pages, read_pages
from classifier.store.schema import blocks, campaigns, pages, runs, text_sites, texts
from classifier.store.summaries import refresh_pages

_OF_PAGES = ("address", "site", "content", "blocks")
_DERIVED = ("flagged", "to_check", "unsure", "share", "doubt", "worth")
_OF_BLOCKS = (
    *("position", "text", "fingerprint", "place", "list_item", "heading", "hidden", "link_share", "link_hosts"),
)
_EVERYTHING = (
    "SELECT page_id, blocks.label, blocks.needs_review, blocks.doubt, blocks.score, texts.pages, texts.ruling, "
    "blocks.fingerprint IN (SELECT fingerprint FROM blind_samples WHERE act_id IS NULL) "  # fewer wait than are hidden
    "FROM blocks JOIN texts ON texts.fingerprint = blocks.fingerprint"
)


@dataclass(slots=True)
class Counted:
    """What a page says of itself, counted block by block."""

    blocks: int = 0
    flagged: int = 0
    to_check: int = 0
    unsure: int = 0
    doubt: float = 0.0
    worth: float = 0.0


def check_sample(database: Database, folder: Path, sample: int) -> None:
    """Have the store add and count some pages again: all that it writes is there already."""
    numbers = sorted({1 + n * count_pages(database) // sample for n in range(sample)})
    with database.writing() as connection:
        found = read_pages(connection, numbers)
        before = _rows(connection, pages, _DERIVED, numbers)
        refresh_pages(connection, numbers)
        assert _rows(connection, pages, _DERIVED, numbers) == before
        there = [_rows(connection, pages, _OF_PAGES, numbers), _block_rows(connection, numbers)]
    again = open_database(Path(tempfile.mkdtemp(dir=folder)) / "again.db")
    added = add_pages(again, [one.page for one in found], added_at=found[0].added_at)
    with again.reading() as connection:
        assert [_rows(connection, pages, _OF_PAGES, added), _block_rows(connection, added)] == there
    check_repeats(database, sorted({row[2] for row in there[1]}))


def check_repeats(database: Database, fingerprints: Sequence[str]) -> None:
    """Check on how many pages and sites some texts stand, and how many pages and sites all campaigns have."""
    places = sa.select(blocks.c.fingerprint, pages.c.site, blocks.c.page_id).join(pages).distinct()
    said = sa.select(text_sites.c.fingerprint, text_sites.c.site, text_sites.c.pages)
    with database.reading() as connection:
        for part in in_parts(fingerprints):
            stands = connection.execute(places.where(blocks.c.fingerprint.in_(part))).all()
            counted = Counter((row.fingerprint, row.site) for row in stands)
            told = connection.execute(said.where(text_sites.c.fingerprint.in_(part))).all()
            assert counted == {(row.fingerprint, row.site): row.pages for row in told}
            totals = sa.select(texts.c.fingerprint, texts.c.pages, texts.c.sites).where(texts.c.fingerprint.in_(part))
            assert _totals(counted) == {row.fingerprint: row[1:] for row in connection.execute(totals)}
        standing = sa.select(runs.c.campaign_id, pages.c.site, runs.c.page_id).join(pages).distinct()
        counted = Counter((row.campaign_id, row.site) for row in connection.execute(standing))
        told = sa.select(campaigns.c.id, campaigns.c.pages, campaigns.c.sites)
        assert _totals(counted) == {row.id: row[1:] for row in connection.execute(told)}


def check_counts(database: Database, now: datetime) -> None:
    """Count every page block by block and compare with what it says of itself, and what the queue says of all."""
    counted: dict[int, Counted] = {}
    with database.reading() as connection:
        for number, *said in connection.execution_options(stream_results=True).exec_driver_sql(_EVERYTHING):
            _add(counted.setdefault(number, Counted()), said)
        rows = connection.execute(sa.select(pages)).all()
    assert len(rows) == len(counted)
    for row in rows:
        one = counted[row.id]
        right = (one.blocks, one.flagged, one.to_check, one.unsure, one.flagged / one.blocks, one.doubt, one.worth)
        assert (row.blocks, row.flagged, row.to_check, row.unsure, row.share, row.doubt, row.worth) == right, row
    states = Counter(_state(row, now) for row in rows)
    assert count_states(database, now=now) == {state: states[state] for state in STATES}
    for state in STATES:
        assert count_listed(database, Filter(state=state), now=now) == states[state]
    assert count_listed(database, Filter(share=0.25, days=1), now=now) == sum(
        row.share >= 0.25 and (now - row.added_at).days < 1 for row in rows
    )


def _add(one: Counted, said: Sequence[Any]) -> None:
    label, needs_review, doubt, score, stands_on, ruling, hidden = said
    one.blocks += 1
    one.unsure += ruling == "unsure"
    if hidden:
        return
    one.flagged += (ruling or label) == "filler"
    one.to_check += ruling is None and bool(label == "filler" or needs_review)
    if ruling is None:
        one.doubt = max(one.doubt, doubt)
    if ruling is None and label != "boilerplate":
        one.worth = max(one.worth, (1 - abs(2 * score - 1)) * len(str(stands_on)))


def _state(row: Any, now: datetime) -> str:
    if row.model is None:
        return "waiting"
    if row.to_check:
        held = row.claimed_by is not None and now - LEASE < row.claimed_at <= now
        return "claimed" if held else "open"
    return "unsure" if row.unsure else "done"


def _totals(counted: "Counter[tuple[Any, str]]") -> dict[Any, tuple[int, int]]:
    totals: dict[Any, tuple[int, int]] = {}
    for (what, _site), count in counted.items():
        on_pages, on_sites = totals.get(what, (0, 0))
        totals[what] = (on_pages + count, on_sites + 1)
    return totals


def _rows(connection: sa.Connection, table: sa.Table, names: Sequence[str], numbers: Sequence[int]) -> list[Any]:
    query = sa.select(*(table.c[name] for name in names)).where(table.c.id.in_(numbers)).order_by(table.c.id)
    return [tuple(row) for row in connection.execute(query)]


def _block_rows(connection: sa.Connection, numbers: Sequence[int]) -> list[Any]:
    query = sa.select(*(blocks.c[name] for name in _OF_BLOCKS)).where(blocks.c.page_id.in_(numbers))
    return [tuple(row) for row in connection.execute(query.order_by(blocks.c.page_id, blocks.c.position))]
