"""Who errs far more often than others is told from who is merely unlucky."""

import pytest

from classifier.suspicion import ALARM, Case, chance, compare, compared, holm


def cases(person, against, of, *, sites=6, weight=1.0):
    return [Case(person, f"site{number % sites}", number < against, weight) for number in range(of)]


def test_who_errs_many_times_as_often_as_others_is_improbable_to_be_unlucky():
    found = compared([*cases("anna", 3, 100), *cases("ben", 2, 100), *cases("hostile", 30, 100)])
    assert found["hostile"].p < 1e-9
    assert min(found["anna"].p, found["ben"].p) > ALARM


def test_who_errs_twice_as_often_as_others_is_not_suspected_however_much_they_decided():
    found = compare(cases("careless", 200, 10_000), cases("anna", 100, 10_000))
    assert found.p > ALARM


def test_nobody_is_suspected_when_nobody_else_decided():
    assert compared(cases("anna", 50, 50))["anna"].p == 1.0


def test_errors_that_come_in_heaps_count_less():
    scattered = compare(cases("x", 12, 60), cases("others", 12, 240, sites=40))
    heaped = [Case("others", "odd site", True)] * 12 + cases("others", 0, 228, sites=39)
    assert compare(cases("x", 12, 60), heaped).spread > 5
    assert compare(cases("x", 12, 60), heaped).p > scattered.p


def test_the_texts_of_a_campaign_count_together_as_one_case():
    campaign = cases("x", 1000, 1000, weight=1 / 1000)
    assert compare(campaign, cases("others", 2, 100)).p > ALARM


def test_parts_of_a_case_count_against_nobody():
    assert chance(0.9, 1, 0.5) == 1.0
    assert chance(1.0, 1, 0.5) == 0.5


def test_p_values_are_corrected_for_their_number():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
