"""The page stage: blocks judged in the light of each other, with reasons that add up."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.blocks import Block
from classifier.evaluation import judge
from classifier.labelled import read_examples, shipped_data
from classifier.model import filler_score

TITLES = ["Choosing a sofa for a small flat", "How to look after a saddle", "Winter tyres: what drivers should know"]
REPORT = [
    "The council voted 7-4 on Tuesday to close the swimming pool, the mayor said.",
    "Residents told the meeting that the nearest other pool was 22 miles away, in Kelbrook.",
    "The mayor said the pool lost 214,000 pounds last year and that the roof needed replacing.",
]
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def verdicts(model, texts):
    return model.classify([Block(text, place) for place, text in enumerate(texts)])


def odds(verdict):
    return sum(reason.weight for reason in verdict.reasons)


@many
@given(st.lists(st.text(max_size=60) | st.sampled_from(TITLES + REPORT), max_size=8))
def test_reasons_sum_to_the_log_odds_of_the_score_on_any_page(model, texts):
    for verdict in verdicts(model, texts):
        expected = 1 / (1 + np.exp(-odds(verdict)))
        assert verdict.score == pytest.approx(expected, abs=1e-9)


def test_a_lone_block_is_judged_by_its_own_words(model):
    for text in TITLES + REPORT:
        (verdict,) = verdicts(model, [text])
        _, filler, news = model.log_odds([text])[0]
        assert odds(verdict) == pytest.approx(filler - news, abs=1e-9)
        assert verdict.score == pytest.approx(float(filler_score(model.log_odds([text])[0])))


def test_a_doubtful_title_is_likelier_filler_among_filler_and_likelier_news_in_a_report(model):
    spam = ["Best online casino bonus codes for 2021", "Cheap essay writing service for students", "Buy followers now"]
    among_spam = verdicts(model, [*spam, TITLES[2], *spam[::-1]])[3]
    in_a_report = verdicts(model, [*REPORT, TITLES[2], *REPORT[::-1]])[3]
    assert odds(among_spam) > odds(in_a_report)


def test_page_reasons_count_the_blocks_that_speak(model):
    spam = ["Best online casino bonus codes for 2021", "Cheap essay writing service for students", "Buy followers now"]
    names = {reason.name for reason in verdicts(model, spam * 2)[0].reasons}
    assert {"4 of 4 blocks around it read as filler", "5 of 5 other lines of its run read as filler"} <= names


def test_the_page_stage_flags_no_more_news_on_clean_pages_than_the_block_stage(model):
    examples = read_examples([shipped_data() / "holdout"], notify=print)
    dirty = {e.page for e in examples if e.label == "filler"}
    clean = [e for e in examples if e.page not in dirty]
    flagged = [
        sum(
            v.label == "filler" and e.label == "news"
            for e, v in zip(clean, judge(model, clean, alone=alone), strict=True)
        )
        for alone in (False, True)
    ]
    assert flagged[0] <= flagged[1]
    assert len(clean) > 200


def test_thousands_of_blocks_are_judged_together(model):
    assert len(verdicts(model, (TITLES + REPORT) * 1_000)) == 6_000
