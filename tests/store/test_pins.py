"""Blocks that people pin as tests: made with a decision, ended only by one, kept with their page's texts."""

from datetime import timedelta

import pytest

from classifier.errors import ConflictError, InputError, NotFoundError
from classifier.store.decisions import Act, Ruled, Shown
from classifier.store.dropping import drop_pages
from classifier.store.history import redo, undo
from classifier.store.pins import active_pins, former_pins, judge_pin, pin
from tests.store.conftest import NOW, PAGE, TITLE, rule, rulings

REASON = "A title that reads like advice, and is injected"


def pin_block(database, position=0, label="filler", person="ann", *, page_id=1, reason=REASON, **act):
    acting = Act(person, NOW, page_id=page_id, **act)
    return pin(database, acting, Ruled(position, label, Shown("v", "news", 0.25)), reason=reason)


def test_a_pin_is_made_with_a_decision_and_keeps_its_page_and_place(database):
    assert pin_block(database, reason=f"  {REASON}\n")
    (found,) = active_pins(database)
    assert (found.label, found.text, found.position) == ("filler", TITLE, 0)
    assert found.texts == tuple(block.text for block in PAGE.blocks)
    assert (found.reason, found.person, found.pinned_at) == (REASON, "ann", NOW)
    assert (found.address, found.site) == (PAGE.address, PAGE.site)
    assert rulings(database, 1) == {0: "filler"}
    assert former_pins(database) == []


def test_a_pin_outlives_its_page(database, model):
    pin_block(database)
    drop_pages(database, [1])
    (found,) = active_pins(database)
    assert judge_pin(model, found) == model.classify(PAGE.blocks, explain=False)[0]


def test_the_pin_and_its_decision_stand_or_fall_together(database):
    pin_block(database)
    undo(database, person="ann", now=NOW + timedelta(minutes=3))
    assert (active_pins(database), rulings(database, 1)) == ([], {})
    (former,) = former_pins(database)
    assert (former.pin.reason, former.ended.person, former.ended.ruling) == (REASON, "ann", None)
    assert former.ended.at == NOW + timedelta(minutes=3)
    redo(database, person="ann", now=NOW)
    assert [found.label for found in active_pins(database)] == ["filler"]


@pytest.mark.parametrize("ruling", ["news", "unsure", "undo"])
def test_a_newer_decision_that_says_otherwise_ends_a_pin_and_its_undoing_brings_it_back(database, ruling):
    pin_block(database)
    rule(database, 2, 0, ruling, "ben", minutes=5)
    assert active_pins(database) == []
    (former,) = former_pins(database)
    assert (former.ended.person, former.ended.ruling) == ("ben", ruling)
    assert former.ended.at == NOW + timedelta(minutes=5)
    undo(database, person="ben", now=NOW)
    assert len(active_pins(database)) == 1


def test_what_was_said_before_or_says_the_same_ends_no_pin(database):
    rule(database, 1, 0, "news", "ben")
    pin_block(database)
    rule(database, 2, 0, "filler", "ben")
    assert len(active_pins(database)) == 1


def test_a_pin_that_was_decided_against_stays_ended_when_somebody_agrees_with_it_again(database):
    pin_block(database)
    rule(database, 1, 0, "news", "ben")
    rule(database, 1, 0, "filler", "cleo")
    assert active_pins(database) == []
    (former,) = former_pins(database)
    assert (former.ended.person, former.ended.ruling) == ("ben", "news")


def test_pinning_with_another_label_ends_the_pin_of_before(database):
    pin_block(database)
    pin_block(database, label="news", person="ben")
    assert [found.person for found in active_pins(database)] == ["ben"]
    assert [former.ended.person for former in former_pins(database)] == ["ben"]


def test_the_same_block_is_not_pinned_twice_and_the_refusal_records_nothing(database):
    pin_block(database)
    rule(database, 1, 0, "filler", "cleo")
    with pytest.raises(ConflictError, match=f"ann pinned this block as filler already: {REASON}"):
        pin_block(database, person="ben")
    assert len(active_pins(database)) == 1
    assert undo(database, person="ben", now=NOW) is None
    pin_block(database, person="ben", page_id=2)
    assert len(active_pins(database)) == 2


def test_a_form_sent_twice_is_one_pin(database):
    assert [pin_block(database, form="f"), pin_block(database, form="f")] == [True, False]
    assert len(active_pins(database)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": " \n"}, "no reason is given; say in one line"),
        ({"reason": "x" * 301}, "the reason has 301 characters; use at most 300"),
        ({"label": "unsure"}, "the label is 'unsure'; use boilerplate, filler, news"),
        ({"label": "undo"}, "the label is 'undo'"),
    ],
)
def test_a_pin_without_a_label_or_a_reason_is_refused_and_nothing_is_decided(database, wrong, sentence):
    with pytest.raises(InputError, match=sentence):
        pin_block(database, **wrong)
    assert (active_pins(database), rulings(database, 1)) == ([], {})


def test_a_block_that_is_not_there_is_not_pinned(database):
    with pytest.raises(NotFoundError):
        pin_block(database, 7)
    with pytest.raises(NotFoundError):
        pin_block(database, page_id=9)
