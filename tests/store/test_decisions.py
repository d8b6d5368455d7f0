"""Decisions are only ever added, one ruling stands on a text, wherever it is and whenever it comes."""

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.errors import ConflictError, HomeError, NotFoundError
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.history import redo, undo
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import acts, decisions
from tests.store.conftest import NOW, OTHER, agreed, rule, rulings


def all_decisions(database):
    with database.reading() as connection:
        said = sa.select(decisions.c.ruling, acts.c.person, decisions.c.shown_score).join(acts)
        return [tuple(row) for row in connection.execute(said.order_by(decisions.c.id))]


def test_a_ruling_holds_for_the_same_text_on_every_page(database):
    rule(database, 1, 0, "filler")
    assert rulings(database, 1) == {0: "filler"}
    assert rulings(database, 2) == {0: "filler"}


def test_a_ruling_holds_for_pages_that_arrive_later(database):
    rule(database, 1, 1, "news")
    add_pages(database, [Page("late", (Block("council VOTES", 0),))], added_at=NOW)
    assert rulings(database, 3) == {0: "news"}


def test_the_newest_ruling_stands_and_undo_takes_it_back(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "anna")
    assert [(e.label, e.people) for e in agreed(database)] == [("filler", ("anna",))]
    rule(database, 1, 0, "undo")
    assert rulings(database, 2) == {}
    assert agreed(database) == []


def test_the_newest_is_the_last_recorded_even_when_the_clock_jumped_back(database):
    rule(database, 1, 0, "news", minutes=60)
    rule(database, 1, 0, "filler", minutes=0)
    assert rulings(database, 1) == {0: "filler"}


def test_unsure_is_shown_but_never_trained_on(database):
    rule(database, 1, 0, "unsure")
    assert rulings(database, 1) == {0: "unsure"}
    assert agreed(database) == []


def test_decisions_are_only_ever_added(database):
    for ruling in ("news", "filler", "undo"):
        rule(database, 1, 0, ruling)
    assert all_decisions(database) == [(ruling, "anna", 0.25) for ruling in ("news", "filler", "undo")]


def test_a_form_sent_twice_is_one_act(database):
    assert rule(database, 1, 0, "news", form="f1")
    assert not rule(database, 1, 0, "news", form="f1")
    assert len(all_decisions(database)) == 1


def test_who_overrules_what_they_have_not_seen_is_told_so_and_nothing_is_recorded(database):
    rule(database, 1, 0, "news", "ben")
    with pytest.raises(ConflictError, match=r"ben has ruled 'Tips for new landlords .* news since you looked"):
        rule(database, 1, 0, "filler", "anna", standing=0)
    assert rulings(database, 1) == {0: "news"}
    rule(database, 1, 0, "filler", "anna", standing=1)
    assert rulings(database, 1) == {0: "filler"}


def test_who_agrees_with_what_they_have_not_seen_or_changes_their_own_mind_is_no_conflict(database):
    rule(database, 1, 0, "news", "ben")
    assert rule(database, 1, 0, "news", "anna", standing=0)
    assert rule(database, 1, 0, "filler", "anna", standing=0)


def test_what_came_back_by_redo_is_not_overruled_unseen(database):
    rule(database, 1, 0, "filler", "ben")
    undo(database, person="ben", now=NOW)
    redo(database, person="ben", now=NOW)
    with pytest.raises(ConflictError, match="ben has ruled"):
        rule(database, 1, 0, "news", "anna", standing=0)


def test_of_several_blocks_all_are_decided_or_none(database):
    shown = Shown("v", "news", 0.25)
    with pytest.raises(NotFoundError, match="page 1, block 99"):
        decide(database, Act("anna", NOW, page_id=1), [Ruled(0, "news", shown), Ruled(99, "news", shown)])
    assert all_decisions(database) == []


def test_a_run_with_the_same_text_twice_decides_it_once(database):
    add_pages(database, [Page("twice", (Block("Again and again", 0), Block("again AND again", 1)))], added_at=NOW)
    shown = Shown("v", "news", 0.25)
    decide(database, Act("anna", NOW, page_id=3), [Ruled(0, "filler", shown), Ruled(1, "filler", shown)])
    assert rulings(database, 3) == {0: "filler", 1: "filler"}
    assert len(all_decisions(database)) == 1


def test_an_example_is_grouped_by_site_or_by_its_page_where_that_is_unknown(database):
    rule(database, 1, 1, "news")
    rule(database, 2, 0, "filler")
    sites = {e.text: e.site for e in agreed(database)}
    assert sites == {"Council votes": "paper.example", OTHER.blocks[0].text: "queue/other.txt"}


def test_what_was_decided_outlives_the_page(database):
    rule(database, 1, 0, "filler")
    drop_pages(database, [1])
    assert rulings(database, 2) == {0: "filler"}
    assert [e.page for e in agreed(database)] == ["queue/https://www.paper.example/1"]


def test_who_ruled_and_when_is_known(database):
    rule(database, 1, 0, "news", "ben")
    standing = get_page(database, 1).rulings[0]
    assert (standing.person, standing.decided_at) == ("ben", NOW)


def test_what_is_not_there_is_not_found(database):
    with pytest.raises(NotFoundError):
        get_page(database, 99)
    with pytest.raises(NotFoundError):
        rule(database, 1, 99, "news")


def test_a_ruling_that_is_none_never_gets_in(database):
    with pytest.raises(HomeError, match="known_ruling"):
        rule(database, 1, 0, "maybe")
