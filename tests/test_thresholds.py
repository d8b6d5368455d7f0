"""Thresholds: chosen by counting, and what they promise can be counted again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.thresholds import choose_thresholds, flagging_threshold

scores = st.lists(st.integers(0, 20).map(lambda i: i / 20), min_size=1, max_size=60)


@given(scores, st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_no_more_news_is_flagged_than_allowed_and_no_lower_score_would_do(news, share):
    threshold = flagging_threshold(np.array(news), share, of=len(news))
    allowed = int(share * len(news))
    assert sum(score >= threshold for score in news) <= allowed
    assert threshold == 0 or sum(score >= np.nextafter(threshold, -1) for score in news) > allowed


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["news", "filler", "boilerplate"])), max_size=60))
def test_outside_the_review_band_99_verdicts_in_100_are_right(blocks):
    blocks = [*blocks, (1, "news"), (19, "filler")]
    scores = np.array([score / 20 for score, _ in blocks])
    labels = np.array([label for _, label in blocks])
    limits = choose_thresholds(scores, np.zeros(len(blocks)), labels)
    known = labels != "boilerplate"
    low = labels[known & (scores < limits.review_low)]
    high = labels[known & (scores > limits.review_high)]
    assert limits.review_low <= limits.filler <= limits.review_high
    assert (low == "filler").sum() <= 0.01 * len(low)
    assert (high == "news").sum() <= 0.01 * len(high)
