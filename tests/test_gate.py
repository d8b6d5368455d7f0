"""What keeps a version from becoming current."""

from dataclasses import replace

import pytest

from classifier.blocks import Example, Verdict
from classifier.comparison import DECISIONS, HOLDOUT, Comparison, Judged, compare_set
from classifier.digests import holdout_digest
from classifier.evaluation import count
from classifier.floors import FLOORS
from classifier.floors import HOLDOUT as SET_ON
from classifier.gate import Measured, is_better, reasons_against
from classifier.labelled import read_examples, shipped_data
from classifier.places import Placed

SCORES = {"news": 0.1, "filler": 0.9}


def place(label, number=0):
    return Placed(Example(f"{label} {number}", label, page=str(number), site="a.example"), (f"{label} {number}",), 0)


def verdict(label, score=None):
    return Verdict(label, SCORES[label] if score is None else score, False, "", (), "v")


def pairs(*, lost=0, gained=0, same=100):
    """Return news that was lost or gained by the second version, and filler that both know."""
    news = [("news", "filler")] * lost + [("filler", "news")] * gained + [("news", "news")] * same
    both = [Judged(place("news", n), verdict(a), verdict(b)) for n, (a, b) in enumerate(news)]
    return both + [Judged(place("filler", n), verdict("filler"), verdict("filler")) for n in range(same)]


def measured(*, golden="news", pin="news", lost=0, missed=0):
    labels = ["news"] * 200 + ["filler"] * 200
    said = ["filler"] * lost + ["news"] * (200 - lost + missed) + ["filler"] * (200 - missed)
    places = [place(label, n) for n, label in enumerate(labels)]
    report = count("v", [p.example for p in places], [verdict(label) for label in said])
    return Measured(((place("news"), verdict(golden)),), ((place("news"), verdict(pin)),), report, "d")


def names(facts, comparison=None, digest="d"):
    return [reason.name for reason in reasons_against(facts, comparison, digest=digest)]


def compared(past=(), holdout=()):
    sets = ((DECISIONS, past), (HOLDOUT, holdout))
    return Comparison("a", "b", tuple(compare_set(name, judged) for name, judged in sets if judged), None)


def test_nothing_is_against_a_version_that_is_right_the_first_time():
    assert names(measured()) == []


@pytest.mark.parametrize(("wrong", "name"), [({"golden": "filler"}, "golden"), ({"pin": "filler"}, "pins")])
def test_a_golden_block_or_a_pin_that_is_wrong_is_named_and_cannot_be_passed(wrong, name):
    (reason,) = reasons_against(measured(**wrong), None, digest="d")
    assert (reason.name, reason.passable) == (name, False)
    assert "news called filler (0.900): 'news 0'" in reason.told


def test_each_floor_that_breaks_is_named_with_its_numbers():
    reasons = reasons_against(measured(lost=30, missed=60), None, digest="d")
    assert [reason.name for reason in reasons] == ["floor"] * len(FLOORS)
    assert not any(reason.passable for reason in reasons)
    assert "news lost is 0.1500, 30 of 200 on the holdout, must be at most 0.0100" in reasons[-1].told


def test_a_floor_of_a_figure_that_cannot_be_told_is_broken():
    news = [place("news", n) for n in range(200)]
    report = count("v", [one.example for one in news], [verdict("news")] * 200)
    reasons = reasons_against(replace(measured(), holdout=report), None, digest="d")
    assert "AUC, news against filler cannot be told: the holdout lacks news or filler" in reasons[0].told
    assert not any(reason.passable for reason in reasons)


def test_another_holdout_than_the_floors_were_set_on_is_refused():
    (reason,) = reasons_against(measured(), None, digest="other")
    assert "set them anew" in reason.told


def test_the_floors_were_set_on_the_shipped_holdout():
    assert holdout_digest(read_examples([shipped_data() / "holdout"], notify=print)) == SET_ON


def test_more_past_decisions_lost_than_gained_is_refused_and_as_many_are_not():
    assert names(measured(), compared(past=pairs(lost=2, gained=1))) == ["past decisions"]
    assert names(measured(), compared(past=pairs(lost=2, gained=2))) == []


def test_news_lost_beyond_its_interval_is_refused_and_a_person_may_pass_it():
    (reason,) = reasons_against(measured(), compared(holdout=pairs(lost=9)), digest="d")
    assert (reason.name, reason.passable) == ("news lost", True)
    assert names(measured(), compared(holdout=pairs(lost=1))) == []


def test_better_is_more_decisions_gained_or_else_a_better_figure_and_none_worse():
    assert is_better(compared(past=pairs(gained=2, lost=1), holdout=pairs(lost=1)))
    assert not is_better(compared(past=pairs(gained=1, lost=2), holdout=pairs(gained=1)))
    assert is_better(compared(past=pairs(gained=1, lost=1), holdout=pairs(gained=1)))
    assert not is_better(compared(holdout=pairs(lost=1)))
    assert not is_better(compared(past=pairs(), holdout=pairs())), "no worse is not better"
    assert not is_better(compared())
