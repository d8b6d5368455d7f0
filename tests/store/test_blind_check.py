"""Samples are handed out one by one, answered blind, and what is decided elsewhere is told apart."""

from datetime import timedelta

import pytest

from classifier.errors import ConflictError, NotFoundError
from classifier.live import Agreed
from classifier.store.blind_check import (
    agreement_shown,
    answer_blind,
    blind_block,
    count_waiting,
    next_blind,
    read_samples,
)
from classifier.store.campaign_ruling import decide_campaign, preview_campaign
from classifier.store.checking import verify
from classifier.store.claims import claim_page
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.history import redo, undo
from classifier.store.listing import Filter, claim_next, listed_page, next_to_check
from classifier.store.queue import get_page
from classifier.store.repairing import repair
from classifier.store.schema import acts, decisions
from tests.store.conftest import NOW, add_judged, add_spam, all_rows, put_in_blind_check, rule, rulings


@pytest.fixture
def page(database):
    """A page of two removed and two passed blocks."""
    return add_judged(database, removed=2, passed=2)


def answer(database, sample, ruling, person="anna", *, form=None):
    found = blind_block(database, sample)
    act = Act(person, NOW, page_id=found.page_id, form=form, blind=True)
    return answer_blind(database, act, sample, ruling)


def states(database):
    return [(sample.state, sample.ruling) for sample in read_samples(database)]


def test_an_answer_is_an_ordinary_decision_that_is_blind_and_tells_the_verdict_it_hid(database, page):
    removed, passed = put_in_blind_check(database, page, 0, 3)
    assert answer(database, passed, "filler") == Shown("v", "news", 0.1)
    assert rulings(database, page) == {3: "filler"}
    (act,) = all_rows(database, acts)
    (said,) = all_rows(database, decisions)
    assert (act.blind, act.kind, said.ruling, said.shown_label) == (True, "block", "filler", "news")
    assert states(database) == [("waiting", None), ("answered", "filler")]
    assert (removed, count_waiting(database)) == (1, 1)


def test_a_block_that_waits_is_not_to_check_and_is_so_again_when_its_answer_is_taken_back(database, page):
    put_in_blind_check(database, page, 0, 1)
    assert (listed_page(database, page, now=NOW).to_check, next_to_check(database, page, after=-1)) == (0, None)
    assert claim_next(database, Filter(), order="oldest", person="anna", now=NOW) != page
    answer(database, 1, "filler")
    assert (listed_page(database, page, now=NOW).flagged, get_page(database, page).hidden) == (1, {1})
    undo(database, person="anna", now=NOW)
    assert (listed_page(database, page, now=NOW).to_check, get_page(database, page).hidden) == (1, {1})
    assert verify(database) == []


def test_an_answer_that_was_taken_back_is_never_blind_again_unless_it_is_done_again(database, page):
    put_in_blind_check(database, page, 0)
    answer(database, 1, "news")
    undo(database, person="anna", now=NOW)
    assert (states(database), count_waiting(database)) == ([("shown", None)], 0)
    redo(database, person="anna", now=NOW)
    assert states(database) == [("answered", "news")]
    undo(database, person="anna", now=NOW)
    rule(database, page, 0, "filler")
    assert states(database) == [("shown", None)]


def test_what_is_decided_elsewhere_answers_the_sample_and_is_not_blind(database, page):
    put_in_blind_check(database, page, 0, 2)
    rule(database, page, 0, "filler")
    assert states(database) == [("shown", None), ("waiting", None)]
    undo(database, person="anna", now=NOW)
    assert states(database)[0] == ("shown", None)
    assert get_page(database, page).hidden == {2}


def test_a_decision_on_a_campaign_answers_the_samples_of_its_texts(database, model):
    add_spam(database, model)
    put_in_blind_check(database, 3, 1)
    preview = preview_campaign(database, 1, "filler")
    act = Act("anna", NOW, "campaign", campaign_id=1)
    decide_campaign(database, act, "filler", digest=preview.digest)
    assert states(database) == [("shown", None)]
    assert verify(database) == []


def test_a_later_ruling_of_somebody_else_does_not_change_the_answer(database, page):
    put_in_blind_check(database, page, 0)
    answer(database, 1, "news")
    rule(database, page, 0, "filler", "ben")
    assert states(database) == [("answered", "news")]


def test_two_people_do_not_get_the_same_sample(database, page):
    other = add_judged(database, removed=1, passed=0)
    third = add_judged(database, removed=0, passed=1)
    samples = [put_in_blind_check(database, number, 0)[0] for number in (page, other)]
    assert [next_blind(database, person=name, now=NOW) for name in ("anna", "ben", "cyd")] == [*samples, None]
    assert next_blind(database, person="anna", now=NOW) == samples[0]
    later = NOW + timedelta(minutes=16)
    assert next_blind(database, person="cyd", now=later) == samples[0]
    with pytest.raises(ConflictError, match="cyd works on it"):
        answer_blind(database, Act("anna", later, page_id=page, blind=True), samples[0], "news")
    assert third


def test_who_skips_gets_the_next_one_in_turn_and_gives_the_page_back(database, page):
    other = add_judged(database, removed=1, passed=0)
    first, second = (put_in_blind_check(database, number, 0)[0] for number in (page, other))
    assert next_blind(database, person="anna", now=NOW) == first
    assert next_blind(database, person="anna", now=NOW, leaving=first) == second
    assert get_page(database, page).claim is None
    assert next_blind(database, person="anna", now=NOW, leaving=second) == first


def test_who_answers_gives_the_page_back_unless_the_next_sample_is_on_it(database, page):
    first, second = put_in_blind_check(database, page, 0, 1)
    assert next_blind(database, person="anna", now=NOW) == first
    answer(database, first, "news")
    assert next_blind(database, person="anna", now=NOW, leaving=first) == second
    assert get_page(database, page).claim.person == "anna"
    answer(database, second, "news")
    assert next_blind(database, person="anna", now=NOW, leaving=second) is None
    assert get_page(database, page).claim is None


def test_a_page_that_somebody_works_on_keeps_its_samples_from_others(database, page):
    put_in_blind_check(database, page, 0)
    claim_page(database, page, person="ben", now=NOW)
    assert next_blind(database, person="anna", now=NOW) is None
    assert next_blind(database, person="ben", now=NOW) == 1


def test_a_form_sent_twice_is_one_answer_and_a_second_answer_is_refused(database, page):
    put_in_blind_check(database, page, 0)
    act = Act("anna", NOW, page_id=page, form="f", blind=True)
    assert answer_blind(database, act, 1, "news") == answer_blind(database, act, 1, "news")
    assert len(all_rows(database, acts)) == 1
    with pytest.raises(ConflictError, match="decided while you looked"):
        answer_blind(database, Act("ben", NOW, page_id=page, form="g", blind=True), 1, "news")


def test_a_sample_of_a_dropped_page_stays_closed_unless_its_text_stands_elsewhere(database, page):
    twin = add_judged(database, removed=2, passed=1)
    put_in_blind_check(database, page, 0, 3)
    drop_pages(database, [page])
    assert states(database) == [("waiting", None), ("closed", None)]
    assert (blind_block(database, 1).page_id, get_page(database, twin).hidden) == (twin, {0})
    answer(database, 1, "filler")
    for sample in (1, 2, 99):
        with pytest.raises(NotFoundError, match=f"blind sample {sample}: does not wait"):
            blind_block(database, sample)


def test_what_is_derived_is_right_and_can_be_made_anew_while_samples_wait(database, page):
    put_in_blind_check(database, page, 0, 2)
    answer(database, 2, "unsure")
    before = states(database)
    repair(database)
    assert (verify(database), states(database)) == ([], before)
    assert before == [("waiting", None), ("answered", "unsure")]


def test_agreement_with_shown_verdicts_leaves_out_samples_what_was_taken_back_and_what_is_unsure(database, page):
    put_in_blind_check(database, page, 0, 1)
    answer(database, 1, "filler")
    rule(database, page, 1, "filler")
    shown = [Ruled(position, "news", Shown("v", "news", 0.1)) for position in (2, 3)]
    decide(database, Act("anna", NOW, "page", page_id=page), shown)
    rule(database, 1, 1, "filler")
    rule(database, 1, 2, "unsure")
    rule(database, 1, 0, "filler")
    undo(database, person="anna", now=NOW)
    assert agreement_shown(database) == [Agreed("passed", 2, 3)]
    assert agreement_shown(database, since=NOW + timedelta(days=1)) == []


def test_without_samples_there_is_nothing_and_no_agreement(database):
    rule(database, 1, 0, "filler")
    assert (read_samples(database), agreement_shown(database), count_waiting(database)) == ([], [], 0)
    assert next_blind(database, person="anna", now=NOW) is None
