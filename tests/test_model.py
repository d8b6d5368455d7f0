"""The model at work: which label, how sure, and when a person should look."""

import math

import pytest

from classifier.blocks import LABELS, Block
from classifier.model import filler_score


def judge(model, text, **facts):
    (verdict,) = model.classify([Block(text, 0, **facts)])
    return verdict


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The council voted 7-4 on Tuesday to close the swimming pool, the mayor said.", "news"),
        ("Best online casino bonus: claim 200 free spins with no deposit today!", "filler"),
        ("8 Tips for Choosing the Right Mattress for Your Bedroom", "filler"),
        ("Advertisement", "boilerplate"),
        ("Sign up for our newsletter", "boilerplate"),
    ],
)
def test_plain_cases_get_their_label(model, text, label):
    assert judge(model, text).label == label


def test_what_readers_cannot_see_needs_review_even_when_it_reads_as_news(model):
    text = "The council voted 7-4 on Tuesday to close the swimming pool, the mayor said."
    assert judge(model, text, hidden=True).doubt == "hidden from readers"
    assert not judge(model, text).needs_review


def test_a_verdict_names_its_model_and_its_score_follows_from_its_reasons(model):
    verdict = judge(model, "Win big at our casino tonight")
    assert verdict.model == model.card.version
    assert verdict.score == pytest.approx(1 / (1 + math.exp(-sum(r.weight for r in verdict.reasons))))


def test_verdicts_without_reasons_are_otherwise_the_same(model):
    blocks = [Block("Win big at our casino tonight", 0), Block("Advertisement", 1)]
    for full, bare in zip(model.classify(blocks), model.classify(blocks, explain=False), strict=True):
        assert bare.reasons == ()
        assert (full.label, full.score, full.needs_review) == (bare.label, bare.score, bare.needs_review)


def test_a_page_without_blocks_has_no_verdicts(model):
    assert model.classify([]) == ()


def test_a_score_stays_between_0_and_1_however_large_the_odds():
    odds = dict.fromkeys(LABELS, 0.0)
    assert filler_score([*({**odds, "filler": 1e6}).values()]) == 1.0
    assert filler_score([*({**odds, "news": 1e6}).values()]) == pytest.approx(0.0)
