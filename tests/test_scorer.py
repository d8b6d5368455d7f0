"""The scorer, compiled and in NumPy: the same log-odds as scikit-learn's pipeline, and reasons that add up to them."""

import importlib.util
import shutil
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import scorer as scorer_module
from classifier.blocks import Span
from classifier.english import signs
from classifier.fast_lookup import FastLookup, fast_lookup
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.registry import Registry
from classifier.scorer import Scorer, Scores
from classifier.shape import SHAPE_NAMES, shape
from classifier.text import tokens
from classifier.weights import BlockWeights, PartWeights

anything = st.text(st.characters(exclude_categories=()), max_size=200)
SPACES = " \t\n\x1c\x85\xa0\u1680\u2003\u2028\u202f\u205f\u3000\u200b"
SHAPED = [
    *("you", "Your", "yourself", "SAID", '"x', "”", "according", "to", "toward", "|", "/", "•", "·", "»", "›"),
    *("don't", "rock'n'roll", "’s", "12", "٣", "May", "4,", "2019", ".", ")", "…", "_you_", "y’all", "x_said"),
    *("уоu", "sаid", "y\u200bo\u200bu", "Ｙｏｕ", "\u0301", "İ", "\u200b"),
]
WORDS = ["casino", "the", "said", "best", "slots-online", "5", "–", "12%", "you", "Café", "—", "council", "Council,"]
wordy = st.lists(st.sampled_from(WORDS)).map(" ".join)
many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


shaped = st.lists(st.sampled_from(SHAPED) | st.sampled_from(SPACES) | st.just("  ")).map("".join) | st.lists(
    st.sampled_from([*SHAPED, ""])
).map(" ".join)


@pytest.fixture(scope="module", params=["compiled", "NumPy"])
def model(request, trained_home):
    """The first model, its scorer compiled or not."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "NumPy":
            patch.setattr(scorer_module, "fast_lookup", lambda *_: None)
        elif not is_compiled():
            pytest.skip("classifier._lookup is not compiled here")
        yield Registry(trained_home / "models").current()


def is_compiled():
    return importlib.util.find_spec("classifier._lookup") is not None


@pytest.fixture(scope="module")
def pipeline(model, trained_home):
    return joblib.load(trained_home / "models" / model.card.version / "model.joblib")


@pytest.fixture(scope="module")
def holdout():
    return [e.text for e in read_examples([shipped_data() / "holdout"], notify=print)]


def test_the_scorer_equals_the_fitted_pipeline_on_the_holdout(model, pipeline, holdout):
    assert np.abs(model.log_odds(holdout) - pipeline.decision_function(holdout)).max() < 1e-9


@many
@given(st.lists(anything | wordy | shaped, max_size=5))
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
    words = [reason for reason in model.reasons(text) if reason.span]
    assert [(word.name, word.span) for word in words] == [
        (text[token.start : token.end], Span(token.start, token.end)) for token in tokens(text)
    ]


def test_reasons_sum_to_the_log_odds_of_real_texts(model, holdout):
    for text, (_, filler, news) in zip(holdout[:300], model.log_odds(holdout[:300]), strict=True):
        assert sum(reason.weight for reason in model.reasons(text)) == pytest.approx(filler - news, abs=1e-9)


def test_what_a_pair_says_is_given_to_its_two_words_in_halves():
    nothing, zeros = PartWeights(("zz",), np.ones(1), np.zeros((1, 3)), 0.0), np.zeros(3)
    pairs = PartWeights(("bonus now", "casino bonus"), np.ones(2), np.array([[0, 0, 3.0], [0, 0, 1]]), 0.0)
    scorer = Scorer(BlockWeights(zeros, pairs, nothing, np.zeros((len(SHAPE_NAMES), 3))))
    shares = [share[2] for _, share in scorer.explain("best casino bonus now casino bonus")[0]]
    assert np.array(shares) * 2 * 2**0.5 == pytest.approx([0, 0.5, 0.5 + 3, 3, 0.5, 0.5])


def test_scores_do_not_depend_on_the_company_a_text_is_scored_in(model, holdout):
    alone = np.vstack([model.log_odds([text]) for text in holdout[:50]])
    assert np.abs(alone - model.log_odds(holdout)[:50]).max() < 1e-12


def test_forgetting_the_remembered_tokens_changes_nothing(model: Model, holdout, monkeypatch):
    scorer: Scorer = model._scorer
    before = scorer.score(holdout).log_odds
    monkeypatch.setattr("classifier.scorer._MOST_TOKENS", 10)
    monkeypatch.setattr("classifier.fast_lookup._MOST_BYTES", 10)
    monkeypatch.setattr("classifier.fast_lookup._TEXTS_AT_ONCE", 7)
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


@many
@given(st.lists(anything | wordy | shaped, max_size=4))
def test_the_compiled_shape_is_that_of_the_text(fast, texts):
    found = fast.look_up(texts)
    assert found.shapes.tolist() == [list(shape(text)) for text in texts]
    assert found.signs.tolist() == [list(signs(text)) for text in texts]


@many
@given(st.lists(anything | wordy | shaped, min_size=2, max_size=6))
def test_the_words_of_a_page_are_the_same_compiled_and_in_numpy(fast, slow, texts):
    _, found = fast.look_up_page(texts)
    other = slow.score_page(texts)[1]
    for block in range(len(texts)):
        ours, theirs = found.rarity[found.block == block], other.rarity[other.block == block]
        assert sorted(ours) == pytest.approx(sorted(theirs))
    assert len(set(found.word.tolist())) == len(set(other.word.tolist()))


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "é" * 501 + " casino",
        "A" * 500 + " " + "a" * 501 + " " + "a" * 502,
        "ﷺ" * 100,
        "\x1c\x85 casino \u3000",
        "according\u00a0to him, according  to him",
        "| casino |",
        " | ",
        "\x00\x7f a",
        "",
    ],
)
def test_odd_texts_score_the_same_compiled_and_in_numpy(fast, slow, text):
    assert_same(slow._scores(fast.look_up([text])), slow.score([text]))


@many
@given(st.lists(anything | wordy | shaped, max_size=4))
def test_what_is_known_and_familiar_is_the_same_compiled_and_in_numpy(fast, slow, texts):
    assert_same(slow._scores(fast.look_up(texts)), slow.score(texts))


def test_the_share_of_words_and_letters_that_were_seen_in_training_is_told(model):
    scores = model._scorer.score(["the council said", "zqxjvk qqzzxx", "the zqxjvk", "", "-", "council"])
    assert scores.known.tolist() == [1, 0, 0.5, 0, 0, 1]
    assert scores.familiar[0] > 0.9
    assert scores.familiar[1] < 0.5
    assert scores.familiar[3] == 0


def test_a_page_is_scored_as_its_texts_are(model, holdout):
    assert_same(model._scorer.score_page(holdout[:60])[0], model._scorer.score(holdout[:60]))


def assert_same(one: Scores, other: Scores):
    for fact in ("log_odds", "known", "familiar", "signs"):
        assert getattr(one, fact) == pytest.approx(getattr(other, fact), abs=1e-9), fact


def test_what_is_no_text_is_refused_and_the_lookup_goes_on(fast):
    before = fast.look_up(["casino bonus"]).sums
    with pytest.raises(TypeError, match="a text is a str"):
        fast.look_up(["casino", None])
    assert (fast.look_up(["casino bonus"]).sums == before).all()


def test_an_error_on_the_way_leaves_the_lookup_as_it_was(slow):
    def fails(*_):
        raise MemoryError("no room")

    broken = fast_lookup(slow._words, slow._characters, fails)
    assert broken
    with pytest.raises(MemoryError):
        broken.look_up(["casino жаба"])
    assert broken.look_up(["casino"]).sums.any()


def test_long_tokens_are_forgotten_like_others(fast, monkeypatch):
    monkeypatch.setattr("classifier.fast_lookup._MOST_BYTES", 3_000_000)
    for part in range(8):
        fast.look_up(["".join((str(part), str(number), "x" * 600)) for number in range(1_000)])
        assert fast._lookup.bytes < 6_000_000


def test_a_lookup_without_weights_scores_nothing(fast):
    empty = type(fast._lookup).__new__(type(fast._lookup))
    empty.forget()
    with pytest.raises(TypeError, match="made without its weights"):
        empty.score(["casino"], False)


def test_where_there_is_a_compiler_the_lookup_is_compiled():
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not (shutil.which("cc") and header.exists()):
        pytest.skip("no C compiler here")
    assert is_compiled(), "make .venv/runtime compiles it"


@pytest.fixture(scope="module")
def slow(trained_home):
    """A scorer in NumPy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorer_module, "fast_lookup", lambda *_: None)
        return Registry(trained_home / "models").current()._scorer


@pytest.fixture(scope="module")
def fast(slow) -> FastLookup:
    """A compiled look-up with the same weights."""
    found = fast_lookup(slow._words, slow._characters, slow._sums_of)
    if not found:
        pytest.skip("classifier._lookup is not compiled here")
    return found
