"""A quarantine lasts until it is ended, or until enough golden blocks in a row are labelled right."""

from datetime import timedelta

import pytest

from classifier.errors import ConflictError, InputError, NotFoundError
from classifier.store.people import NOBODY
from classifier.store.quarantine import (
    Answer,
    answer_golden,
    begin_quarantine,
    end_quarantine,
    quarantine_of,
    quarantines,
)
from tests.store.conftest import NOW, rule

RIGHT, WRONG = Answer("a" * 32, "news", "news"), Answer("b" * 32, "filler", "news")


@pytest.fixture
def held(database):
    rule(database, 1, 0, "filler", "ben")
    begin(database, "ben", needed=2)
    return database


def begin(database, person, **options):
    return begin_quarantine(database, person, by="root", now=NOW, reason="odd labels", **options)


def answer(database, *answers, person="ben"):
    for given in answers:
        asked = len(quarantine_of(database, person).answers)
        after = answer_golden(database, person, given, asked=asked, now=NOW + timedelta(minutes=1))
    return after


def test_it_lasts_until_enough_answers_in_a_row_are_right(held):
    assert answer(held, RIGHT, WRONG, RIGHT).ended_at is None
    assert quarantine_of(held, "ben").in_a_row == 1
    ended = answer(held, RIGHT)
    assert (ended.ended_at, ended.ended_by, ended.in_a_row) == (NOW + timedelta(minutes=1), "", 2)
    assert quarantine_of(held, "ben") is None


def test_only_the_person_is_in_it(held):
    assert quarantine_of(held, "anna") is None
    assert quarantine_of(held, "ben").reason == "odd labels"


def test_it_can_be_ended_and_begun_again_and_all_are_kept(held):
    answer(held, RIGHT)
    end_quarantine(held, "ben", by="root", now=NOW)
    begin(held, "ben", needed=5)
    kept = quarantines(held)
    assert [(one.needed, one.ended_by, len(one.answers)) for one in kept] == [(2, "root", 1), (5, None, 0)]


def test_the_one_person_of_a_desk_without_accounts_may_be_in_it(database):
    assert begin(database, NOBODY) == NOBODY


def test_a_name_is_found_as_it_is_stored(database):
    rule(database, 1, 0, "filler", "ben")
    assert begin(database, " Ben") == "ben"


def test_nobody_is_in_it_twice_at_once(held):
    with pytest.raises(ConflictError, match="ben: in quarantine already"):
        begin(held, "ben")


def test_it_cannot_be_begun_for_somebody_unknown_or_with_too_few_answers_nor_ended_for_who_is_not_in_it(database):
    with pytest.raises(NotFoundError, match="'zoe': nobody of that name"):
        begin(database, "zoe")
    with pytest.raises(InputError, match="needed: 0"):
        begin(database, NOBODY, needed=0)
    with pytest.raises(NotFoundError, match="zoe: not in quarantine"):
        end_quarantine(database, "zoe", by="root", now=NOW)


def test_a_block_is_answered_once(held):
    answer(held, RIGHT)
    with pytest.raises(ConflictError, match="answered already"):
        answer_golden(held, "ben", RIGHT, asked=0, now=NOW)
    end_quarantine(held, "ben", by="root", now=NOW)
    with pytest.raises(ConflictError, match="not in quarantine any more"):
        answer_golden(held, "ben", RIGHT, asked=1, now=NOW)
