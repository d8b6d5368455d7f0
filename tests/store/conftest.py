"""A moderation database with two pages, on SQLite and on PostgreSQL, and short ways to act on it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page, Span
from classifier.consensus import consensus
from classifier.label_names import LabelNames
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.importing import import_files
from classifier.store.incoming import Reading
from classifier.store.judging import judge_stale
from classifier.store.learning_schema import blind_samples
from classifier.store.opening import open_database
from classifier.store.page_counts import counting_pages
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import blocks, pages
from classifier.store.statements import statements
from classifier.store.summaries import refresh_pages

NOW = datetime(2026, 1, 2, 3, 4, 5)
TITLE = "Tips for new landlords - May 4, 2019"
PAGE = Page(
    "https://www.paper.example/1",
    (
        Block(TITLE, 0, Span(2, 40), list_item=True),
        Block("Council votes", 1, "html/body/h1[1]", heading=True),
        Block("casino", 2, None, hidden=True, link_share=0.5, link_hosts=("spam.example", "b.example")),
    ),
    "paper.example",
)
OTHER = Page("other.txt", (Block("TIPS for new landlords - June 6, 2021", 0),))


@pytest.fixture
def database(place):
    opened = open_database(place)
    add_pages(opened, [PAGE, OTHER], added_at=NOW)
    yield opened
    opened.close()


def rule(database, page_id, position, ruling, person="anna", *, minutes=0, standing=None, **act):
    """Decide on one block, as of so many minutes after NOW."""
    acting = Act(person, NOW + timedelta(minutes=minutes), page_id=page_id, **act)
    return decide(database, acting, [Ruled(position, ruling, Shown("v", "news", 0.25), standing)])


def rulings(database, page_id):
    """Return the standing rulings of a page by position."""
    return {position: standing.ruling for position, standing in get_page(database, page_id).rulings.items()}


def agreed(database):
    """Return the examples that everybody stands behind."""
    return list(consensus(statements(database)).examples)


def import_acts(database, paths, *, now=NOW, person="", names=(), notify=pytest.fail):
    """Import some files, as root."""
    reading = Reading(LabelNames(names), person, notify)
    return import_files(database, [str(path) for path in paths], reading, person="root", now=now)


def all_rows(database, table):
    """Return every row of a table, in the order of its key."""
    with database.reading() as connection:
        return connection.execute(sa.select(table).order_by(*table.primary_key)).all()


TITLES = (
    "9 Tips for Choosing the Perfect Wedding Photographer",
    "How to Find the Best Casino Bonus Without a Deposit",
    "7 Reasons to Hire a Personal Injury Lawyer Today",
    "Top 10 Benefits of Buying Instagram Followers",
)
NEWS = (
    "The council said on Tuesday that the swimming pool would stay shut until March.",
    "Two people were hurt when a bus left the road near the old mill, the police said.",
)


def spammed(number, titles=TITLES, site=None, date="May 4, 2019"):
    """Return a page with news around a run of dated titles."""
    texts = [NEWS[0], *(f"{title} - {date}" for title in titles), NEWS[1], f"Page number {number} of this paper"]
    blocks = [
        Block(text, n, list_item=0 < n <= len(titles), link_hosts=("spam.example",) if n == 1 else ())
        for n, text in enumerate(texts)
    ]
    site = site or f"site{number % 3}.example"
    return Page(f"https://{site}/{number}", tuple(blocks), site)


def add_spam(database, model):
    """Add six pages of three sites with nearly the same run, a day apart, and judge them: a campaign of five texts."""
    for number in range(6):
        titles = TITLES if number else (*TITLES[:3], "Why Every Small Business Needs a Payday Loan Broker")
        added = NOW + timedelta(days=number)
        add_pages(database, [spammed(number, titles, date=f"June {number + 1}, 2020")], added_at=added)
    while judge_stale(database, model):
        pass


def add_judged(database, *, removed, passed, version="v"):
    """Add a page of so many blocks that `version` called filler and news, and return its number."""
    made = [*(f"Offer number {n}" for n in range(removed)), *(f"Council meeting number {n}" for n in range(passed))]
    page = Page(
        f"https://big.example/{removed}/{passed}", tuple(Block(t, n) for n, t in enumerate(made)), "big.example"
    )
    (number,) = add_pages(database, [page], added_at=NOW)
    filler = sa.and_(blocks.c.page_id == number, blocks.c.position < removed)
    with database.writing() as connection:
        judged = sa.update(blocks).where(blocks.c.page_id == number)
        connection.execute(judged.values(label="news", score=0.1, needs_review=False, doubt=0.2))
        connection.execute(sa.update(blocks).where(filler).values(label="filler", score=0.9))
        connection.execute(sa.update(pages).where(pages.c.id == number).values(model=version))
        refresh_pages(connection, [number])
    return number


def put_in_blind_check(database, page_id, *positions, now=NOW):
    """Draw these blocks of a page that was judged, one of 100 each, and return the numbers of the samples."""
    whole = sa.select(blocks, pages.c.address, pages.c.site, pages.c.model)
    here = whole.select_from(blocks.join(pages)).where(pages.c.id == page_id)
    with database.writing() as connection:
        found = {row.position: row for row in connection.execute(here)}
        rows = [sample_row(found[position], now) for position in positions]
        with counting_pages(connection, [row["fingerprint"] for row in rows]):
            numbered = sa.insert(blind_samples).returning(blind_samples.c.id, sort_by_parameter_order=True)
            return list(connection.scalars(numbered, rows))


def sample_row(block, now):
    same = ("page_id", "position", "fingerprint", "text", "address", "site", "label", "score", "model")
    outcome = "removed" if block.label == "filler" else "passed"
    return {"drawn_at": now, "outcome": outcome, "drawn": 1, "of": 100, **{name: getattr(block, name) for name in same}}
