"""The feed of decisions, and what a desk's watchers ask of its database."""

import time

import pytest

from classifier.errors import HomeError, NotFoundError
from classifier.store.condition import check_writable, count_all
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.feed import START, Cursor, cursor_after, read_feed
from classifier.store.history import redo, undo
from classifier.store.listing import listed_page
from classifier.store.queue import add_pages, count_pages, enqueue
from tests.store.conftest import NOW, OTHER, PAGE, TITLE, rule


def followed(database, limit):
    """Read the whole feed in parts, as a program would that comes back with each cursor."""
    found, since = [], START
    for _ in range(20):
        part = read_feed(database, since, limit=limit)
        found, since = found + part, cursor_after(part, since)
    assert part == [], "the feed never ends"
    return found


def test_an_entry_says_who_decided_what_on_which_text_and_what_was_shown(database):
    rule(database, 1, 0, "filler", minutes=5)
    (entry,) = read_feed(database, limit=10)
    assert (entry.kind, entry.person, entry.acted_at.minute, entry.stands) == ("block", "anna", 9, True)
    said = entry.decision
    assert (said.text, said.address, said.site, said.position, said.ruling) == (
        TITLE,
        PAGE.address,
        PAGE.site,
        0,
        "filler",
    )
    assert (said.shown_model, said.shown_label, said.shown_score) == ("v", "news", 0.25)


def test_undo_and_redo_are_entries_of_their_own_and_say_which_act_they_toggle(database):
    rule(database, 1, 0, "filler")
    undo(database, person="anna", now=NOW)
    first, second = read_feed(database, limit=10)
    assert (first.stands, second.kind, second.toggles, second.decision) == (False, "undo", first.act, None)
    redo(database, person="anna", now=NOW)
    assert [(entry.kind, entry.stands) for entry in read_feed(database, limit=10)] == [
        ("block", True),
        ("undo", True),
        ("redo", True),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_read_in_parts_every_entry_comes_once_and_in_order(database, limit):
    shown = Shown("v", "news", 0.25)
    decide(database, Act("anna", NOW, "page", page_id=1), [Ruled(n, "news", shown) for n in range(3)])
    undo(database, person="anna", now=NOW)
    rule(database, 2, 0, "filler", "ben")
    entries = followed(database, limit)
    assert [entry.decision and entry.decision.id for entry in entries] == [1, 2, 3, None, 4]
    assert [entry.act for entry in entries] == [1, 1, 1, 2, 3]


def test_a_reader_at_the_end_gets_what_is_decided_later(database):
    rule(database, 1, 0, "news")
    end = cursor_after(read_feed(database, limit=10), START)
    assert read_feed(database, end, limit=10) == []
    assert cursor_after([], end) == end
    rule(database, 1, 1, "news")
    assert [entry.decision.position for entry in read_feed(database, end, limit=10)] == [1]


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.b", "1.2.3", "-1.0", "١.٠", "1.0\n", "12345678901.0"])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(ValueError, match="no cursor"):
        Cursor.of(text)


def test_a_cursor_is_read_as_it_was_written_and_one_beyond_the_end_finds_nothing(database):
    rule(database, 1, 0, "news")
    assert Cursor.of(str(Cursor(12, 345))) == Cursor(12, 345)
    assert read_feed(database, Cursor.of("9999999999.9999999999"), limit=10) == []


def test_a_page_is_enqueued_once(database):
    assert enqueue(database, PAGE, added_at=NOW).new is False
    drop = enqueue(database, OTHER, added_at=NOW)
    assert (drop.id, drop.new, count_pages(database)) == (2, False, 2)


def test_a_new_page_gets_a_number_of_its_own(database):
    from dataclasses import replace

    added = enqueue(database, replace(PAGE, address="https://www.paper.example/2"), added_at=NOW)
    assert (added.id, added.new) == (3, True)
    assert add_pages(database, [replace(PAGE, address="https://www.paper.example/2")], added_at=NOW) == []


def test_one_page_is_listed_as_the_queue_lists_it(database):
    listed = listed_page(database, 1, now=NOW)
    assert (listed.address, listed.blocks, listed.state) == (PAGE.address, 3, "waiting")
    with pytest.raises(NotFoundError, match="page 9: not in the queue"):
        listed_page(database, 9, now=NOW)


def test_what_the_database_holds_is_counted(database):
    rule(database, 1, 0, "news")
    undo(database, person="anna", now=NOW)
    counts = count_all(database, now=NOW)
    assert (counts.pages["waiting"], sum(counts.pages.values()), counts.decisions) == (2, 2, 1)


def test_a_check_does_not_wait_for_somebody_who_writes_and_takes_that_for_working(database):
    begun = time.monotonic()
    with database.writing():
        check_writable(database)
    assert time.monotonic() - begun < 2


def test_a_database_that_cannot_be_written_is_found_out_and_a_check_changes_nothing(database):
    check_writable(database)
    assert count_all(database, now=NOW).pages["waiting"] == 2
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE pages RENAME TO away")
    with pytest.raises(HomeError):
        check_writable(database)
