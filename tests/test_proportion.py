"""Intervals and tests of shares, held to SciPy's and to hand-made cases."""

import pytest
from scipy.stats import binomtest, fisher_exact

from classifier.proportion import Bounded, Proportion, chance_of_fewer, difference

COUNTS = [(0, 10), (5, 10), (10, 10), (37, 41), (199, 200), (1, 1)]


def test_intervals_are_wilsons():
    low, high = Proportion(0, 10).interval
    assert (low, high) == (0.0, pytest.approx(0.2775, abs=1e-4))
    assert Proportion(0, 0).interval == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "of"), COUNTS)
def test_intervals_are_scipys(hits, of):
    bounds = binomtest(hits, of).proportion_ci(method="wilson")
    assert Proportion(hits, of).interval == pytest.approx((bounds.low, bounds.high))


@pytest.mark.parametrize("now", COUNTS)
@pytest.mark.parametrize("before", COUNTS)
def test_the_exact_test_is_scipys(now, before):
    table = [[now[0], now[1] - now[0]], [before[0], before[1] - before[0]]]
    expected = fisher_exact(table, alternative="less").pvalue
    assert chance_of_fewer(Proportion(*now), Proportion(*before)) == pytest.approx(expected)


def test_the_interval_of_a_difference_is_newcombes():
    one, other = (Bounded(p.value, *p.interval) for p in (Proportion(56, 70), Proportion(48, 80)))
    found = difference(one, other)  # Newcombe 1998, table II (a): 0.2, 0.0524 to 0.3339
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
