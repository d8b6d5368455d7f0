"""Runs of acts that say one label against the verdicts are found, with their times and sites."""

from datetime import datetime, timedelta

from classifier.bursts import PAUSE, ShownAct, bursts

NOW = datetime(2026, 1, 2)
AGAINST = timedelta(seconds=10)


def acts(person, count, *, overturned_to=None, site="a.example", since=NOW):
    return [ShownAct(person, since + number * AGAINST, site, overturned_to) for number in range(count)]


OTHERS = [*acts("anna", 200), *acts("anna", 4, overturned_to="filler", since=NOW + timedelta(days=1))]


def test_many_acts_of_one_label_against_the_verdicts_are_a_burst():
    (found,) = bursts([*OTHERS, *acts("ben", 5), *acts("ben", 20, overturned_to="filler", since=NOW + PAUSE)])
    assert (found.person, found.label, found.against, found.of, found.site) == ("ben", "filler", 20, 25, "a.example")
    assert (found.began_at, found.ended_at) == (NOW, NOW + PAUSE + 19 * AGAINST)
    assert found.p < 1e-9


def test_the_same_acts_with_long_pauses_between_them_are_none():
    scattered = [
        one for day in range(20) for one in acts("ben", 1, overturned_to="filler", since=NOW + day * PAUSE * 9)
    ]
    assert bursts([*OTHERS, *scattered]) == []


def test_acts_that_overturn_verdicts_both_ways_are_none():
    mixed = [*acts("ben", 10, overturned_to="filler"), *acts("ben", 10, overturned_to="news")]
    assert bursts([*OTHERS, *mixed]) == []


def test_a_burst_against_one_site_is_found_among_acts_on_others():
    both_ways = [one for label in ("news", "filler") for one in acts("ben", 10, site="b.example", overturned_to=label)]
    elsewhere = [*both_ways, *acts("ben", 60, site="b.example")]
    (found,) = bursts([*OTHERS, *elsewhere, *acts("ben", 15, overturned_to="filler")])
    assert (found.site, found.against, found.of) == ("a.example", 15, 15)


def test_nobody_has_a_burst_when_others_do_the_same():
    assert bursts([one for person in ("anna", "ben") for one in acts(person, 20, overturned_to="filler")]) == []


def test_one_person_alone_has_no_burst():
    assert bursts(acts("ben", 20, overturned_to="filler")) == []
    assert bursts([]) == []
