"""What pages say of themselves is right after whatever was decided, although only differences are ever added."""

from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.history import redo, undo
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.schema import pages
from classifier.store.summaries import refresh_pages
from tests.store.conftest import NOW

TEXTS = (
    "9 Tips for Choosing the Perfect Wedding Photographer",
    "How to Find the Best Casino Bonus Without a Deposit",
    "Council votes to keep the library open on Mondays after protests in the town hall",
    "Advertisement",
    "situs slot gacor deposit pulsa",
    "The river stood at seven metres on Thursday, the mayor said.",
)
RULINGS = ("filler", "news", "boilerplate", "unsure", "undo")


@pytest.fixture
def crawl(place, model):
    """Twelve pages that share six texts, one of them twice on a page, all but the last two judged."""
    opened, dice = open_database(place), Random(0)
    made = [dice.choices(TEXTS, k=5) for _ in range(12)]
    for some in (made[:10], made[10:]):
        found = [Page(f"{n} of {len(some)}", tuple(map(Block, texts, range(5)))) for n, texts in enumerate(some)]
        add_pages(opened, found, added_at=NOW)
        judge_stale(opened, model, limit=10 if len(some) == 10 else 0)
    yield opened
    opened.close()


def counts(connection):
    return [tuple(row) for row in connection.execute(sa.select(pages).order_by(pages.c.id))]


def test_the_counts_are_those_of_counting_anew_after_any_decisions_undone_and_done_again(crawl):
    dice = Random(1)
    for minute in range(120):
        now = NOW + timedelta(minutes=minute)
        what = dice.random()
        if what < 0.2:
            undo(crawl, person="anna", now=now)
        elif what < 0.3:
            redo(crawl, person="anna", now=now)
        else:
            positions = dice.sample(range(5), dice.randint(1, 3))
            ruled = [Ruled(n, dice.choice(RULINGS), Shown("v", "news", 0.5)) for n in positions]
            decide(crawl, Act("anna", now, page_id=dice.randint(1, 12)), ruled)
        with crawl.writing() as connection:
            said = counts(connection)
            refresh_pages(connection, range(1, 13))
            assert counts(connection) == said
