"""Thresholds: chosen by counting, and what they promise can be counted again."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from classifier.thresholds import Judged, choose_thresholds, flagging_threshold, most_flagged, told, upper_bound

scores = st.lists(st.integers(0, 20).map(lambda i: i / 20), min_size=1, max_size=60)


@given(scores, st.integers(0, 30))
def test_no_more_news_is_flagged_than_allowed_and_no_lower_score_would_do(news, allowed):
    threshold = flagging_threshold(np.array(news), allowed)
    assert sum(score >= threshold for score in news) <= allowed
    assert threshold == 0 or sum(score >= np.nextafter(threshold, -1) for score in news) > allowed


def judged(blocks):
    scores, labels = zip(*blocks, strict=True)
    count = len(blocks)
    return Judged(np.array(labels), np.array(scores) / 20, np.zeros(count), np.full(count, 0.9))


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["news", "filler", "boilerplate"])), max_size=60))
def test_outside_the_review_band_99_verdicts_in_100_are_right(blocks):
    blocks = judged([*blocks, (1, "news"), (19, "filler")])
    limits = choose_thresholds(blocks, Fraction(1, 100), words=2)
    known = blocks.labels != "boilerplate"
    low = blocks.labels[known & (blocks.scores < limits.review_low)]
    high = blocks.labels[known & (blocks.scores > limits.review_high)]
    assert limits.review_low <= limits.filler <= limits.review_high
    assert (low == "filler").sum() <= 0.01 * len(low)
    assert (high == "news").sum() <= 0.01 * len(high)


@given(st.integers(0, 50), st.integers(1, 5000))
def test_the_bound_is_that_of_clopper_and_pearson(flagged, of):
    expected = beta.ppf(0.95, flagged + 1, of - flagged) if flagged < of else 1.0
    assert upper_bound(min(flagged, of), of) == pytest.approx(expected)


@given(st.integers(1, 4000), st.integers(10, 1000).map(lambda n: Fraction(1, n)))
def test_as_many_may_be_flagged_as_the_promise_allows_and_no_more(genuine, promise):
    allowed = most_flagged(genuine, promise)
    assert allowed < 0 or upper_bound(allowed, genuine) <= promise
    assert upper_bound(allowed + 1, genuine) > promise


def test_a_promise_is_told_in_counts():
    assert told(4000, 11, Fraction(1, 200)) == (
        "of 4,000 genuine blocks from voices not trained on, 11 are flagged: at most 1/200, one-sided 95% bound"
    )


def test_what_cannot_be_promised_says_how_many_more_blocks_it_takes():
    """With no error among n blocks the bound is 1 - 0.05 ** (1 / n): 598 blocks for 1 in 200."""
    assert told(500, 0, Fraction(1, 200)) == "cannot promise 1/200; needs 98 more genuine blocks"
    assert upper_bound(0, 598) <= 1 / 200 < upper_bound(0, 597)


def test_without_enough_blocks_for_the_promise_no_news_seen_is_flagged():
    blocks = judged([(i, "news") for i in range(10)] + [(20, "filler"), (5, "filler")])
    limits = choose_thresholds(blocks, Fraction(1, 200), words=2)
    assert (blocks.scores[:10] < limits.filler).all()
    assert limits.promise.startswith("cannot promise 1/200; needs 588 more")
