"""Attacks on the classifier: filler that was written to get past it is found or marked for review all the same."""

import pytest

from classifier.labelled import held_out_data, read_examples
from tests.bench.attacks import ATTACKS
from tests.bench.evasion import outcomes

FOLDED = ("letters that look alike", "zero-width characters", "combining marks", "full-width letters")
STUFFED = ("as many news words added", "wrapped in a news quote", "cut into blocks of five words")
_MOST_LOST = 0.10  # of the filler that is found or marked when it is written plainly
_MOST_NEWS = 0.03  # of the news that is written the same way


@pytest.fixture(scope="module")
def found(model):
    """What the hardest attacks do to the holdout; python -m tests.bench.evasion makes them all."""
    attacks = [attack for attack in ATTACKS if attack.name in FOLDED + STUFFED]
    assert len(attacks) == 7
    return list(outcomes(model, read_examples(held_out_data()[:1], notify=print), attacks))


def test_an_attack_that_can_be_read_loses_less_than_a_tenth_of_the_filler(found):
    assert {o.attack: o.drop for o in found if o.drop >= _MOST_LOST} == {}


def test_news_written_the_same_way_is_hardly_ever_called_filler(found):
    assert {o.attack: o.news.found.mean() for o in found if o.news.found.mean() > _MOST_NEWS} == {}


def test_what_is_folded_is_found_as_often_as_the_plain_text(found):
    shares = [(o.before.found.mean(), o.after.found.mean()) for o in found if o.attack in FOLDED]
    assert max(before - after for before, after in shares) < 0.03
