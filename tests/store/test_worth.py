"""What a decision is worth: the queue hands out first what is most unclear and stands on most pages."""

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.store.checking import verify
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.listing import Filter, claim_next, list_pages
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.repairing import repair
from classifier.store.schema import blocks, pages
from classifier.store.worth import worthiest_block
from tests.store.conftest import NEWS, NOW, TITLES, rule


def page(number, *texts):
    return Page(f"https://paper.example/{number}", tuple(map(Block, texts, range(len(texts)))), "paper.example")


@pytest.fixture
def queue(place, model):
    """Nine pages with the same title, two with another, and one with news of its own."""
    opened = open_database(place)
    made = [page(n, TITLES[0], f"Page {n} of this paper") for n in range(9)]
    add_pages(opened, [*made, page(9, TITLES[1]), page(10, TITLES[1], NEWS[0]), page(11, NEWS[1])], added_at=NOW)
    _judge(opened, model)
    yield opened
    opened.close()


def _judge(database, model):
    while judge_stale(database, model):
        pass


def worths(database):
    return {found.id: found.worth for found in list_pages(database, Filter(), now=NOW, limit=99)}


def unclear(database, page_id, position):
    here = sa.select(blocks.c.score).where(blocks.c.page_id == page_id, blocks.c.position == position)
    with database.reading() as connection:
        return 1 - abs(2 * connection.scalar(here) - 1)


def set_scores(database, scores):
    """Make the scores and the labels of all blocks with some texts what a test needs."""
    with database.writing() as connection:
        for text, score in scores.items():
            said = sa.update(blocks).where(blocks.c.text == text)
            connection.execute(said.values(score=score, label="news", needs_review=True))
    repair(database)


def test_a_page_is_worth_as_much_as_its_most_unclear_block(queue):
    set_scores(queue, {TITLES[1]: 0.6, NEWS[0]: 0.5, NEWS[1]: 0.95})
    assert worths(queue)[10] == pytest.approx(unclear(queue, 10, 0)) == pytest.approx(0.8)
    assert worths(queue)[11] == pytest.approx(1.0)
    assert worths(queue)[12] == pytest.approx(0.1)
    assert worthiest_block(queue, 11) == 1


def test_a_text_on_ten_pages_is_worth_twice_one_on_nine(queue, model):
    set_scores(queue, {TITLES[0]: 0.7})
    assert worths(queue)[1] == pytest.approx(0.6)
    add_pages(queue, [page(20, TITLES[0], "A tenth page")], added_at=NOW)
    assert worths(queue)[1] == pytest.approx(1.2)
    assert worths(queue)[13] == 0  # nobody judged it yet
    assert list_pages(queue, Filter(), now=NOW, order="teaches most", limit=1)[0].worth == max(worths(queue).values())
    drop_pages(queue, [5])
    assert worths(queue)[1] == pytest.approx(0.6)
    assert verify(queue) == []


def test_what_is_decided_teaches_no_more_until_it_is_taken_back(queue):
    set_scores(queue, {TITLES[0]: 0.7, TITLES[1]: 0.5})
    before = worths(queue)
    rule(queue, 10, 0, "filler")
    assert worths(queue)[10] == 0
    assert worths(queue)[11] == pytest.approx(unclear(queue, 11, 1))
    rule(queue, 10, 0, "undo", minutes=1)
    assert worths(queue) == pytest.approx(before)
    assert verify(queue) == []


def test_furniture_teaches_nothing(queue):
    with queue.writing() as connection:
        connection.execute(sa.update(blocks).values(label="boilerplate", score=0.5))
    repair(queue)
    assert set(worths(queue).values()) == {0}
    assert worthiest_block(queue, 1) is None


def test_the_page_that_teaches_most_is_handed_out_first(queue):
    set_scores(queue, {TITLES[0]: 0.9, TITLES[1]: 0.52, NEWS[0]: 0.5, NEWS[1]: 0.6})
    given = [claim_next(queue, Filter(), order="teaches most", person=person, now=NOW) for person in ("anna", "ben")]
    assert given == [11, 10]


def test_a_wrong_worth_is_found_and_put_right(queue):
    before = worths(queue)
    with queue.writing() as connection:
        connection.execute(sa.update(pages).where(pages.c.id == 3).values(worth=9.0))
    (fault,) = verify(queue)
    assert fault.startswith("page 3: says")
    repair(queue)
    assert (worths(queue), verify(queue)) == (before, [])
