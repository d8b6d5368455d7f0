"""What each person says now; who is left out never said a thing; conflicts are found and settled."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.consensus import consensus
from classifier.errors import ConflictError, NotFoundError
from classifier.left_out import parse_rule
from classifier.store.decisions import Act
from classifier.store.forgetting import forget, forgotten, remember
from classifier.store.history import redo, undo
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.settling import settle
from classifier.store.statements import disputed, disputed_among, statements
from classifier.text import fingerprint
from tests.store.conftest import NOW, OTHER, PAGE, TITLE, agreed, rule, rulings


def said(database, *rules):
    found = statements(database, without=[parse_rule(text) for text in rules])
    return {(one.person, one.ruling) for one in found}


def test_each_person_says_what_they_decided_last(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben")
    rule(database, 2, 0, "unsure", "anna")
    assert said(database) == {("anna", "unsure"), ("ben", "filler")}


def test_an_act_taken_back_says_nothing_and_what_was_said_before_it_holds_again(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 1, 0, "filler", "anna")
    undo(database, person="anna", now=NOW)
    assert said(database) == {("anna", "news")}
    redo(database, person="anna", now=NOW)
    assert said(database) == {("anna", "filler")}


@pytest.mark.parametrize(
    ("left_out", "left"),
    [
        ("person:anna", {("ben", "news")}),
        ("site:paper.example", {("ben", "news")}),
        ("since:2026-01-02T04:00", {("anna", "filler")}),
        (f"text:{fingerprint(TITLE)}", {("ben", "news")}),
        ("import:1", {("anna", "filler"), ("ben", "news")}),
    ],
)
def test_what_a_rule_leaves_out_was_never_said(database, left_out, left):
    rule(database, 1, 0, "filler", "anna")
    add_pages(database, [replace(OTHER, address="new", blocks=PAGE.blocks[1:2])], added_at=NOW)
    rule(database, 3, 0, "news", "ben", minutes=60)
    assert said(database, left_out) == left


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["anna", "ben", "zoe"]),
        st.sampled_from(["news", "filler", "unsure", "take back", "do again", "settle"]),
        st.integers(0, 2),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(ACTS)
def test_without_a_person_all_is_as_if_they_had_never_been_here(tmp_path_factory, empty_file, script):
    folder = tmp_path_factory.mktemp("people")
    examples = []
    for name, kept in (("with.db", ("anna", "ben", "zoe")), ("never.db", ("anna", "zoe"))):
        database = open_database(Path(copy(empty_file, folder / name)))
        add_pages(database, [PAGE, OTHER], added_at=NOW)
        for minute, (person, what, position) in enumerate(script):
            if person in kept:
                act(database, person, what, position, minute)
        found = consensus(statements(database, without=[parse_rule("person:ben")]))
        examples.append([replace(example, origin="") for example in found.examples])
        database.close()
    assert examples[0] == examples[1]


def act(database, person, what, position, minute):
    now = NOW + timedelta(minutes=minute)
    if what == "take back":
        undo(database, person=person, now=now)
    elif what == "do again":
        redo(database, person=person, now=now)
    elif what == "settle":
        try:
            settle(database, Act(person, now), fingerprint(PAGE.blocks[position].text), "news", seen=1_000)
        except NotFoundError:
            rule(database, 1, position, "news", person, minutes=minute, settles=True)
    else:
        rule(database, 1, position, what, person, minutes=minute)


def test_people_who_disagree_are_found_and_their_text_is_not_trained_on(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben")
    rule(database, 1, 1, "news", "ben")
    (conflict,) = disputed(database)
    assert [(one.person, one.ruling) for one in conflict.statements] == [("anna", "news"), ("ben", "filler")]
    assert disputed_among(database, [fingerprint("Council votes")]) == []
    assert disputed_among(database, [conflict.fingerprint]) == [conflict]
    assert [e.text for e in agreed(database)] == ["Council votes"]


def test_a_settled_conflict_stands_on_every_page_and_can_be_taken_back(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben")
    (conflict,) = disputed(database)
    settle(database, Act("zoe", NOW), conflict.fingerprint, "news", seen=conflict.statements[-1].act)
    assert disputed(database) == []
    assert [(e.label, e.people) for e in agreed(database)] == [("news", ("zoe",))]
    assert rulings(database, 2) == {0: "news"}
    undo(database, person="zoe", now=NOW)
    assert disputed(database) == [conflict]


def test_a_conflict_is_not_settled_over_what_somebody_said_since(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben")
    (conflict,) = disputed(database)
    rule(database, 1, 0, "boilerplate", "anna")
    with pytest.raises(ConflictError, match="anna has decided on 'Tips for new landlords"):
        settle(database, Act("zoe", NOW), conflict.fingerprint, "news", seen=conflict.statements[-1].act)


def test_a_settlement_sent_twice_is_one(database):
    rule(database, 1, 0, "news", "anna")
    (text,) = (one.fingerprint for one in statements(database))
    assert [settle(database, Act("zoe", NOW, form="f"), text, "news", seen=9) for _ in range(2)] == [True, False]


def test_a_text_nobody_decided_on_cannot_be_settled(database):
    with pytest.raises(NotFoundError, match="nobody decided on such a text"):
        settle(database, Act("zoe", NOW), "0" * 32, "news", seen=0)


def test_what_is_forgotten_is_listed_with_who_when_and_why_and_can_be_ended(database):
    rule_ = parse_rule("person:ben")
    assert forget(database, rule_, person="root", now=NOW, reason="left us")
    assert not forget(database, rule_, person="root", now=NOW, reason="again")
    remember(database, rule_, now=NOW)
    (one,) = forgotten(database)
    assert (str(one.rule), one.person, one.said_at, one.reason, one.ended_at) == (
        "person:ben",
        "root",
        NOW,
        "left us",
        NOW,
    )
    with pytest.raises(NotFoundError, match="person:ben: is not forgotten"):
        remember(database, rule_, now=NOW)
