"""A moderation database with two pages, on SQLite and on PostgreSQL, and short ways to act on it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page, Span
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, get_page

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


def rule(database, page_id, position, ruling, person="anna", *, minutes=0, **act):
    """Decide on one block, as of so many minutes after NOW."""
    acting = Act(person, NOW + timedelta(minutes=minutes), page_id=page_id, **act)
    return decide(database, acting, [Ruled(position, ruling, Shown("v", "news", 0.25))])


def rulings(database, page_id):
    """Return the standing rulings of a page by position."""
    return {position: standing.ruling for position, standing in get_page(database, page_id).rulings.items()}


def all_rows(database, table):
    """Return every row of a table, in the order of its key."""
    with database.reading() as connection:
        return connection.execute(sa.select(table).order_by(*table.primary_key)).all()
