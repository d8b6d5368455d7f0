"""What people decided, newest first, and what it says of them."""

from datetime import timedelta

import pytest

from classifier.proportion import Proportion
from classifier.store import activity
from classifier.store.activity import ActFilter, list_acts, people_who_decided
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.history import redo, undo
from classifier.store.people_figures import people_figures
from tests.store.conftest import NOW, PAGE, rule

SHOWN = Shown("v", "news", 0.25)
DAY = 24 * 60


def numbers(database, *, before=None, limit=50, **wanted):
    return [act.id for act in list_acts(database, ActFilter(**wanted), before=before, limit=limit).acts]


def test_acts_are_listed_newest_first_with_what_they_decided(database):
    rule(database, 1, 1, "news")
    ruled = [Ruled(0, "news", SHOWN), Ruled(1, "filler", SHOWN), Ruled(2, "filler", SHOWN)]
    decide(database, Act("ben", NOW, "run", page_id=1), ruled)
    run, block = list_acts(database, ActFilter(), limit=50).acts
    assert (run.id, run.person, run.kind, run.texts, run.rulings) == (2, "ben", "run", 3, (("filler", 2), ("news", 1)))
    assert (run.text, run.address, run.position, run.page_id) == (PAGE.blocks[0].text, PAGE.address, 0, 1)
    assert (block.id, block.standing, block.rulings, block.text) == (1, True, (("news", 1),), "Council votes")


def test_what_was_taken_back_says_so_and_undo_is_no_entry_of_its_own(database):
    rule(database, 1, 0, "news")
    rule(database, 1, 1, "news")
    undo(database, person="anna", now=NOW)
    assert [(act.id, act.standing) for act in list_acts(database, ActFilter(), limit=50).acts] == [
        (2, False),
        (1, True),
    ]
    assert (numbers(database, standing="taken back"), numbers(database, standing="standing")) == ([2], [1])
    redo(database, person="anna", now=NOW)
    assert numbers(database, standing="standing") == [2, 1]


def test_acts_are_filtered_by_person_ruling_site_and_time(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben", minutes=DAY)
    rule(database, 1, 1, "unsure", "anna", minutes=2 * DAY)
    assert numbers(database, person="anna") == [3, 1]
    assert numbers(database, ruling="filler") == [2]
    assert numbers(database, site="paper.example") == [3, 1]
    assert numbers(database, since=NOW + timedelta(days=1)) == [3, 2]
    assert numbers(database, until=NOW + timedelta(days=1)) == [1]
    assert numbers(database, since=NOW + timedelta(days=9)) == []
    assert numbers(database, person="anna", ruling="unsure", site="paper.example", since=NOW) == [3]


def test_the_list_comes_in_parts(database):
    for _ in range(5):
        rule(database, 1, 0, "news")
    first = list_acts(database, ActFilter(), limit=2)
    assert ([act.id for act in first.acts], first.older) == ([5, 4], 4)
    last = list_acts(database, ActFilter(), before=2, limit=2)
    assert ([act.id for act in last.acts], last.older) == ([1], None)


def test_a_rare_act_is_looked_for_part_by_part_never_through_all(database, monkeypatch):
    monkeypatch.setattr(activity, "ACTS_LOOKED_AT", 3)
    rule(database, 1, 0, "unsure")
    for _ in range(6):
        rule(database, 1, 0, "news")
    part = list_acts(database, ActFilter(ruling="unsure"), limit=50)
    assert (part.acts, part.older) == ((), 5)
    part = list_acts(database, ActFilter(ruling="unsure"), before=5, limit=50)
    assert (part.acts, part.older) == ((), 2)
    part = list_acts(database, ActFilter(ruling="unsure"), before=2, limit=50)
    assert ([act.id for act in part.acts], part.older) == ([1], None)


def test_an_act_on_a_page_that_left_the_queue_leads_nowhere_even_if_its_number_is_given_again(database):
    rule(database, 2, 0, "news")
    drop_pages(database, [2])
    (act,) = list_acts(database, ActFilter(), limit=50).acts
    assert (act.page_id, act.address) == (None, "other.txt")


def test_a_database_without_decisions_lists_none(database):
    assert list_acts(database, ActFilter(since=NOW, until=NOW), limit=50) == activity.ActPart((), None)
    assert (people_who_decided(database), people_figures(database)) == ([], [])


def test_people_are_named_once_in_order(database):
    for person in ("cleo", "anna", "ben", "anna"):
        rule(database, 1, 0, "news", person)
    assert people_who_decided(database) == ["anna", "ben", "cleo"]


def test_a_person_is_counted_by_acts_texts_and_stretches_of_five_minutes(database):
    decide(database, Act("anna", NOW, "run", page_id=1), [Ruled(0, "news", SHOWN), Ruled(1, "news", SHOWN)])
    rule(database, 1, 2, "filler", minutes=0.5)
    rule(database, 1, 2, "news", minutes=30)
    undo(database, person="anna", now=NOW)
    (anna,) = people_figures(database)
    assert (anna.person, anna.acts, anna.decisions, anna.hours, anna.per_hour) == ("anna", 2, 3, 1 / 12, 36)


def test_agreement_is_of_the_newest_labels_of_texts_that_others_labelled_too(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 1, 0, "filler", "anna")  # changed her mind: this one counts
    rule(database, 2, 0, "filler", "ben")  # the same text elsewhere
    rule(database, 1, 1, "news", "anna")
    rule(database, 1, 1, "boilerplate", "ben")
    rule(database, 1, 1, "news", "cleo")
    rule(database, 1, 2, "filler", "anna")
    rule(database, 1, 2, "unsure", "ben")  # no label
    found = {one.person: one.agreement for one in people_figures(database)}
    assert found == {"anna": Proportion(2, 2), "ben": Proportion(1, 2), "cleo": Proportion(0, 1)}


def test_decisions_before_a_time_do_not_count(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 1, 0, "news", "ben", minutes=60)
    (ben,) = people_figures(database, since=NOW + timedelta(minutes=1))
    assert (ben.person, ben.agreement) == ("ben", Proportion(0, 0))
    assert people_figures(database, since=NOW + timedelta(days=1)) == []


@pytest.mark.parametrize(("same", "texts", "low", "high"), [(0, 1, 0.0, 0.7935), (9, 10, 0.5958, 0.9821), (0, 0, 0, 1)])
def test_the_interval_is_wilsons(same, texts, low, high):
    assert Proportion(same, texts).interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
