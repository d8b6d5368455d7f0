"""Pages go into the queue once, come out as they went in, and are listed, counted, claimed and dropped."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.errors import ConflictError, NotFoundError
from classifier.store.claims import LEASE, claim_page, release_page
from classifier.store.dropping import drop_done, drop_pages
from classifier.store.judging import judge_stale
from classifier.store.listing import ORDERS, Filter, claim_next, count_listed, count_states, list_pages
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, count_pages, enqueue, get_page
from tests.store.conftest import NOW, PAGE, rule

SPAM = tuple(
    Block(text, n, list_item=True)
    for n, text in enumerate(
        [
            "9 Tips for Choosing the Perfect Wedding Photographer",
            "How to Find the Best Casino Bonus Without a Deposit",
            "7 Reasons to Hire a Personal Injury Lawyer Today",
            "Council votes to keep the library open on Mondays after protests in the town hall",
        ]
    )
)


def listed(database, now=NOW, order="oldest", **wanted):
    return [page.id for page in list_pages(database, Filter(**wanted), now=now, order=order, limit=50)]


@pytest.fixture
def judged(database, model):
    """The two pages and a spammed one, judged."""
    add_pages(database, [Page("spam", SPAM, "spam.example")], added_at=NOW + timedelta(days=2))
    assert judge_stale(database, model) == 3
    return database


def test_a_page_comes_out_as_it_went_in(database):
    queued = get_page(database, 1)
    assert queued.page == PAGE
    assert queued.added_at == NOW
    assert (queued.rulings, queued.stored, queued.claim) == ({}, {}, None)


def test_blocks_are_numbered_without_gaps(database):
    gaps = Page("gaps", (Block("First of two", 3), Block("Second of two", 7)))
    (number,) = add_pages(database, [gaps], added_at=NOW)
    assert [(block.text, block.position) for block in get_page(database, number).page.blocks] == [
        ("First of two", 0),
        ("Second of two", 1),
    ]


def test_a_page_is_queued_once_and_a_page_without_blocks_not_at_all(database):
    assert add_pages(database, [PAGE, Page("empty", ()), PAGE], added_at=NOW) == []
    assert count_pages(database) == 2


def test_of_several_pages_all_are_queued_or_none(database):
    def pages():
        yield from (Page(f"new {n}", (Block("New", 0),)) for n in range(150))
        raise RuntimeError("the file broke off here")

    with pytest.raises(RuntimeError):
        add_pages(database, pages(), added_at=NOW)
    assert count_pages(database) == 2


def test_it_is_known_on_how_many_pages_and_sites_a_text_stands(database):
    again = [replace(PAGE, address=f"https://{n}.example/", site=f"{n}.example") for n in "ab"]
    assert add_pages(database, again, added_at=NOW) == [3, 4]
    assert get_page(database, 3).repeats == {0: (4, 4), 1: (3, 3), 2: (3, 3)}
    assert drop_pages(database, [3]) == 1
    assert get_page(database, 4).repeats == {0: (3, 3), 1: (2, 2), 2: (2, 2)}


def test_of_several_pages_all_are_dropped_or_none(database):
    with pytest.raises(NotFoundError, match="page 99"):
        drop_pages(database, [1, 99])
    assert count_pages(database) == 2


def test_pages_that_are_done_are_dropped_and_none_that_is_reopened_in_between(judged, place):
    for position in range(4):
        rule(judged, 3, position, "filler")
    left = set(listed(judged)) - set(listed(judged, state="done"))
    reopened = []

    def reopen(*_connection):
        with contextlib.suppress(NotFoundError), contextlib.closing(open_database(place)) as elsewhere:
            rule(elsewhere, 3, 0, "undo")
            reopened.append(3)

    sa.event.listen(judged.engine, "checkin", reopen, once=True)  # as soon as the first transaction is over
    dropped = drop_done(judged, now=NOW)
    assert set(listed(judged)) == {*left, *reopened}
    assert dropped == 3 - len(left) - len(reopened)


def test_judging_stores_what_the_queue_is_ordered_and_filtered_by(judged, model):
    page = get_page(judged, 3)
    assert page.model == model.card.version
    verdicts = model.classify(page.page.blocks)
    assert [(v.label, v.score, v.needs_review) for v in verdicts] == [
        (stored.label, pytest.approx(stored.score), stored.needs_review) for stored in page.stored.values()
    ]
    listed_page = list_pages(judged, Filter(), now=NOW, order="most filler", limit=1)[0]
    assert (listed_page.id, listed_page.flagged, listed_page.blocks, listed_page.share) == (3, 3, 4, 0.75)
    assert judge_stale(judged, model) == 0


def test_pages_are_listed_part_by_part_in_every_order(judged):
    now = NOW + timedelta(days=3)
    assert listed(judged, order="oldest") == [1, 2, 3]
    assert listed(judged, order="newest") == [3, 2, 1]
    for order in ORDERS:
        parts = [list_pages(judged, Filter(), now=now, order=order, limit=1, offset=n)[0].id for n in range(3)]
        assert parts == listed(judged, order=order)
        assert sorted(parts) == [1, 2, 3]


def test_pages_are_filtered_by_site_share_age_and_state(judged):
    now = NOW + timedelta(days=3)
    assert listed(judged, site="spam.example") == [3]
    assert listed(judged, share=0.7) == [3]
    assert listed(judged, flagged=3) == [3]
    assert listed(judged, now=now, days=2) == [3]
    assert listed(judged, state="waiting") == []
    assert count_listed(judged, Filter(site="paper.example"), now=NOW) == 1
    assert sum(count_states(judged, now=NOW).values()) == 3


def test_a_site_is_found_by_its_whole_name_or_by_a_part_of_it(judged):
    add_pages(judged, [Page("new", SPAM[:1], "newspaper.example"), Page("odd", SPAM[:1], "a_b.example")], added_at=NOW)
    assert listed(judged, site="paper.example") == [1]  # not that of the newspaper, which ends so
    assert listed(judged, site="paper") == [1, 4]
    assert listed(judged, site="news") == [4]
    assert (listed(judged, site="a%"), listed(judged, site="a_"), listed(judged, site="_")) == ([], [5], [5])
    assert count_listed(judged, Filter(site="spam"), now=NOW) == 1
    assert claim_next(judged, Filter(site="am.ex"), order="oldest", person="anna", now=NOW) == 3
    many = [Page(f"many {n}", SPAM[:1], f"many-{n}.example") for n in range(103)]
    assert [len(add_pages(judged, many, added_at=NOW)), count_listed(judged, Filter(site="many"), now=NOW)] == [
        103,
        103,
    ]


def test_a_page_is_open_then_done_and_unsure_when_a_person_could_not_tell(judged):
    assert 3 in listed(judged, state="open")
    for position in range(4):
        rule(judged, 3, position, "filler")
    assert 3 in listed(judged, state="done")
    rule(judged, 3, 0, "unsure")
    assert listed(judged, state="unsure") == [3]
    rule(judged, 3, 0, "undo")
    assert 3 in listed(judged, state="open")


def test_a_decision_counts_on_every_page_that_has_the_text(judged):
    before = {page.id: page.flagged for page in list_pages(judged, Filter(), now=NOW, limit=9)}
    rule(judged, 2, 0, "filler")
    rule(judged, 1, 0, "news")
    after = {page.id: page.flagged for page in list_pages(judged, Filter(), now=NOW, limit=9)}
    assert after[1] <= before[1]
    assert after[2] == 0


def test_a_claim_keeps_others_off_until_it_expires(judged):
    claim_page(judged, 3, person="anna", now=NOW)
    with pytest.raises(ConflictError, match=r"anna works on it, until 03:19 UTC"):
        claim_page(judged, 3, person="ben", now=NOW + LEASE / 2)
    assert listed(judged, state="claimed") == [3]
    assert listed(judged, now=NOW + LEASE, state="claimed") == []
    claim_page(judged, 3, person="ben", now=NOW + LEASE)
    with pytest.raises(NotFoundError):
        claim_page(judged, 99, person="ben", now=NOW)


def test_a_claim_from_the_future_of_a_clock_that_jumped_back_holds_nobody_off(judged):
    claim_page(judged, 3, person="anna", now=NOW + timedelta(days=1))
    claim_page(judged, 3, person="ben", now=NOW)
    assert get_page(judged, 3).claim.person == "ben"


def test_who_asked_first_but_waited_for_the_other_is_given_another_page(judged):
    first = claim_next(judged, Filter(), order="most filler", person="anna", now=NOW + timedelta(milliseconds=5))
    assert claim_next(judged, Filter(), order="most filler", person="ben", now=NOW) != first
    with pytest.raises(ConflictError, match="anna works on it"):
        claim_page(judged, first, person="ben", now=NOW)


def test_a_page_is_given_back_by_its_holder_only(judged):
    claim_page(judged, 3, person="anna", now=NOW)
    release_page(judged, 3, person="ben")
    assert get_page(judged, 3).claim
    release_page(judged, 3, person="anna")
    assert get_page(judged, 3).claim is None


def test_each_who_asks_for_the_next_page_gets_one_of_their_own(judged):
    people = ["anna", "ben", "cleo", "dora"]
    given = [claim_next(judged, Filter(), order="most filler", person=person, now=NOW) for person in people]
    taken = [page for page in given if page]
    assert len(set(taken)) == len(taken)
    assert given[0] == 3
    assert claim_next(judged, Filter(), order="most filler", person="anna", now=NOW) == 3


def test_a_page_is_found_by_its_address_and_texts(database):
    found = enqueue(database, PAGE, added_at=NOW)
    assert not found.new
    assert get_page(database, found.id).page.address == PAGE.address
    assert enqueue(database, replace(PAGE, address="https://www.paper.example/2"), added_at=NOW).new
    assert enqueue(database, replace(PAGE, blocks=PAGE.blocks[:1]), added_at=NOW).new
