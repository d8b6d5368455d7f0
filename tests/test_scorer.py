"""The scorer: the same log-odds as scikit-learn's pipeline, and reasons that add up to them."""

from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.scorer import Scorer

anything = st.text(st.characters(exclude_categories=()), max_size=200)
WORDS = ["casino", "the", "said", "best", "slots-online", "5", "–", "12%", "you", "Café", "—", "council", "Council,"]
wordy = st.lists(st.sampled_from(WORDS)).map(" ".join)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture(scope="module")
def pipeline(model, trained_home):
    return joblib.load(trained_home / "models" / model.card.version / "model.joblib")


@pytest.fixture(scope="module")
def holdout():
    return [e.text for e in read_examples([shipped_data() / "holdout"], notify=print)]


def test_the_scorer_equals_the_fitted_pipeline_on_the_holdout(model, pipeline, holdout):
    assert np.abs(model.log_odds(holdout) - pipeline.decision_function(holdout)).max() < 1e-9


@many
@given(st.lists(anything | wordy, max_size=5))
def test_the_scorer_equals_the_fitted_pipeline_on_any_text(model, pipeline, texts):
    texts = [*texts, "", " \n", "\ud800 \0 e\u0301", "casino " * 500]
    assert np.abs(model.log_odds(texts) - pipeline.decision_function(texts)).max() < 1e-9


@many
@given(anything | wordy)
def test_reasons_sum_to_the_log_odds_of_filler_against_news(model, text):
    _, filler, news = model.log_odds([text])[0]
    assert sum(reason.weight for reason in model.reasons(text)) == pytest.approx(filler - news, abs=1e-9)


@many
@given(anything)
def test_a_word_among_the_reasons_stands_where_it_says(model, text):
    for reason in model.reasons(text):
        if reason.span:
            assert text[reason.span.start : reason.span.end] == reason.name


def test_scores_do_not_depend_on_the_company_a_text_is_scored_in(model, holdout):
    alone = np.vstack([model.log_odds([text]) for text in holdout[:50]])
    assert np.abs(alone - model.log_odds(holdout)[:50]).max() < 1e-12


def test_forgetting_the_remembered_tokens_changes_nothing(model: Model, holdout, monkeypatch):
    scorer: Scorer = model._scorer
    before = scorer.score(holdout).log_odds
    monkeypatch.setattr("classifier.scorer._MOST_TOKENS", 10)
    assert np.abs(scorer.score(holdout).log_odds - before).max() < 1e-12


def test_threads_that_share_a_scorer_get_what_one_alone_gets(model, holdout):
    shared = Model(_weights(model), model.card)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: (shared.log_odds([text])[0], shared.reasons(text)), holdout))
    for text, (odds, reasons) in zip(holdout, found, strict=True):
        assert np.abs(odds - model.log_odds([text])[0]).max() < 1e-12
        assert sum(r.weight for r in reasons) == pytest.approx(odds[1] - odds[2], abs=1e-9)


def test_a_repeated_word_counts_once(model):
    once, twice = model.log_odds(["casino bonus", "casino bonus casino bonus"])
    words = [r.weight for r in model.reasons("casino bonus casino bonus") if r.span]
    assert words[0] == pytest.approx(words[2], rel=0.5)
    assert abs((twice - once)[1]) < 2


def test_a_text_can_be_explained_before_it_was_ever_scored(model):
    assert Model(_weights(model), model.card).reasons("Zebras unheard of")


def _weights(model):
    from classifier.weights import BlockWeights, PartWeights, Weights

    words, characters = model._scorer._words, model._scorer._characters
    parts = [
        PartWeights(tuple(part.columns), part.idf, part.coefficients, part.unknown) for part in (words, characters)
    ]
    return Weights(BlockWeights(model._scorer._intercept, *parts, model._scorer._shape), model._page)
