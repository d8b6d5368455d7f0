"""Labels that models confidently deny are found, and ranked by how sure they are."""

import numpy as np
import pytest

from classifier.blocks import LABELS, Example
from classifier.doubtful import confident_labels, doubtful

BOILERPLATE, FILLER, NEWS = range(len(LABELS))
LABELLED = (NEWS, NEWS, FILLER, FILLER, FILLER, BOILERPLATE)
PROBABILITIES = np.array(
    [
        [0.05, 0.05, 0.90],
        [0.05, 0.90, 0.05],
        [0.05, 0.90, 0.05],
        [0.01, 0.01, 0.98],
        [0.30, 0.35, 0.35],
        [0.90, 0.05, 0.05],
    ]
)


def test_a_model_is_confident_of_a_label_that_is_as_probable_as_on_blocks_that_carry_it():
    found = confident_labels(np.array(LABELLED), PROBABILITIES)
    # the thresholds are 0.9, 0.42 and 0.475: of the fifth block the model is confident of nothing
    assert found.tolist() == [NEWS, FILLER, FILLER, NEWS, -1, BOILERPLATE]


def test_a_label_that_no_block_carries_is_never_likely():
    probabilities = np.array([[0.8, 0.1, 0.1], [0.0, 0.1, 0.9]])
    assert confident_labels(np.array([NEWS, NEWS]), probabilities).tolist() == [-1, NEWS]


def test_what_the_model_is_most_sure_of_comes_first():
    examples = [
        Example(str(number), LABELS[label], "page", "site", origin=f"act {number}")
        for number, label in enumerate(LABELLED)
    ]
    found = doubtful(examples, PROBABILITIES)
    assert [(one.example.text, one.likely) for one in found] == [("3", "news"), ("1", "filler")]
    assert (found[0].sure, found[0].given, found[0].margin) == pytest.approx((0.98, 0.01, 0.97))
