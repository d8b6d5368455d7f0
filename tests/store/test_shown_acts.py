"""What people did beside the verdicts is told act by act, without what was taken back or is left out."""

from classifier.left_out import Rule
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.history import undo
from classifier.store.shown_acts import shown_acts
from tests.store.conftest import NOW, rule

NEWS = Shown("v", "news", 0.2)


def told(database, *rules):
    return [(one.person, one.site, one.overturned_to) for one in shown_acts(database, without=rules)]


def test_an_act_tells_the_label_that_it_gave_against_the_verdict(database):
    rule(database, 1, 0, "filler")
    rule(database, 1, 1, "news", "ben")
    rule(database, 1, 2, "unsure")
    assert told(database) == [("anna", "paper.example", "filler"), ("ben", "paper.example", None)]


def test_a_run_is_one_act(database):
    decide(database, Act("anna", NOW, "run", page_id=1), [Ruled(0, "filler", NEWS), Ruled(1, "filler", NEWS)])
    assert told(database) == [("anna", "paper.example", "filler")]


def test_an_act_that_overturns_both_ways_tells_no_label(database):
    both = [Ruled(0, "filler", NEWS), Ruled(1, "boilerplate", NEWS)]
    decide(database, Act("anna", NOW, "page", page_id=1), both)
    assert told(database) == [("anna", "paper.example", None)]


def test_what_was_taken_back_or_is_left_out_is_not_told(database):
    rule(database, 1, 0, "filler")
    undo(database, person="anna", now=NOW)
    rule(database, 1, 1, "filler", "ben")
    assert told(database) == [("ben", "paper.example", "filler")]
    assert told(database, Rule("person", "ben")) == []
