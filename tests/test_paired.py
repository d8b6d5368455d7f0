"""Two versions measured on the same blocks."""

import numpy as np
import pytest

from classifier.blocks import Example, Verdict
from classifier.evaluation import Area
from classifier.paired import AUC, FOUND, NEWS_LOST, differences, share_interval


def example(label, page="p"):
    return Example("text", label, page=page, site=page)


def verdict(label, score, doubt=False):
    return Verdict(label, score, doubt, "", (), "v")


def shares(both, first, second, neither):
    """Return before and after, of so many blocks hit by both, only before, only after, and by neither."""
    before = [True] * (both + first) + [False] * (second + neither)
    after = [True] * both + [False] * first + [True] * second + [False] * neither
    return np.array(before), np.array(after)


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [((36, 2, 12, 0), 0.0569, 0.3404), ((36, 0, 14, 0), 0.1528, 0.4167)],
)
def test_intervals_of_paired_shares_are_newcombes(cells, low, high):
    """Two rows of the table of examples in his paper, method 10."""
    assert share_interval(*shares(*cells)) == pytest.approx((low, high), abs=0.00005)


def test_the_mirror_image_of_a_difference_has_the_mirror_image_of_its_interval():
    low, high = share_interval(*shares(40, 3, 9, 48))
    assert share_interval(*shares(40, 9, 3, 48)) == pytest.approx((-high, -low))


def test_versions_that_never_err_are_not_known_to_be_equal():
    low, high = share_interval(np.zeros(740, dtype=bool), np.zeros(740, dtype=bool))
    assert -0.01 < low < 0 < high < 0.01


def test_five_news_blocks_more_lost_of_740_are_beyond_chance_and_four_are_not():
    examples = [example("news", page=str(n)) for n in range(740)]
    kept = [verdict("news", 0.1)] * 740

    def lost(count):
        after = [verdict("filler", 0.9)] * count + kept[count:]
        return next(f for f in differences(examples, kept, after) if f.name == NEWS_LOST).surely_worse

    assert (lost(4), lost(5)) == (False, True)


def test_the_area_counts_pairs_and_ties_by_half():
    area = Area(np.array([True, True, False, False]), np.array([0.9, 0.5, 0.5, 0.1]))
    assert area.of(np.ones(4)) == pytest.approx(3.5 / 4)
    assert area.of(np.array([1.0, 0.0, 2.0, 1.0])) == 1.0
    assert np.isnan(area.of(np.array([0.0, 0.0, 1.0, 1.0])))


def test_the_same_verdicts_differ_in_nothing_and_their_auc_surely_so():
    examples = [example(label, page=str(n)) for n in range(30) for label in ("news", "filler")]
    said = [
        verdict("news", n / 100) if e.label == "news" else verdict("filler", 0.2 + n / 70)
        for n, e in enumerate(examples)
    ]
    figures = {f.name: f for f in differences(examples, said, said)}
    assert all(f.change == 0 and f.low <= 0 <= f.high for f in figures.values())
    assert (figures[AUC].low, figures[AUC].high) == (0, 0)
    assert FOUND in figures


def test_nothing_is_said_of_labels_that_are_not_there():
    names = {f.name for f in differences([example("boilerplate")], [verdict("news", 0.1)], [verdict("news", 0.1)])}
    assert names == {"needs review", "boilerplate recall"}
