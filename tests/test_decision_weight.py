"""The weight of a decision: chosen on groups of decisions not seen, 1 where there is nothing to choose by."""

import numpy as np
import pytest

from classifier.blocks import Example
from classifier.card import TriedWeight
from classifier.decision_weight import ENOUGH, WEIGHTS, chosen_weight, mean_log_loss, weights_to_try


def decided(groups, labels=("news", "filler")):
    return [
        Example(f"text {n}", labels[n % len(labels)], f"p{n}", f"s{n}", voice=f"g{n}", people=("ann",))
        for n in range(groups)
    ]


def test_the_weight_with_the_lowest_log_loss_is_chosen():
    assert chosen_weight([TriedWeight(0.5, 0.4), TriedWeight(1.0, 0.3), TriedWeight(4.0, 0.2)]) == 4.0


def test_of_equal_weights_the_one_nearest_to_1_is_chosen_and_1_where_none_was_tried():
    assert chosen_weight([TriedWeight(weight, 0.2) for weight in WEIGHTS]) == 1.0
    assert chosen_weight([]) == 1.0


def test_too_few_groups_or_a_single_label_leave_nothing_to_choose():
    assert weights_to_try(decided(ENOUGH)) == WEIGHTS
    assert weights_to_try(decided(ENOUGH - 1)) == ()
    assert weights_to_try(decided(ENOUGH, labels=("filler",))) == ()
    assert weights_to_try([Example(f"t{n}", "news", "p", f"s{n}") for n in range(2 * ENOUGH)]) == ()


def test_each_group_has_one_vote_however_many_its_texts():
    examples = [*decided(1) * 9, *decided(2)[1:]]
    odds = np.zeros((10, 3))
    odds[:9, 2] = 50.0  # the first group's news, surely right; the other group is a guess among three
    assert mean_log_loss(examples, odds) == pytest.approx(np.log(3) / 2, abs=1e-4)
