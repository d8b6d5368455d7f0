"""Fitting: what is analysed once gives what fitting anew would, and the regression is scikit-learn's."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from classifier import analysis
from classifier.analysis import PARTS, analyse, shapes
from classifier.features import UnitTfidf
from classifier.fitting import BlockFit, analysed, block_weights, fit_all, fit_block_stage
from classifier.labelled import read_examples, shipped_data
from classifier.regression import balanced
from classifier.shape import shape
from classifier.text import character_grams, tokens, word_grams, words

anything = st.text(st.characters(exclude_categories=()), max_size=40)
wordy = st.lists(st.sampled_from(["casino", "the", "slots-online", "–", "Café", "12%", "x", "the"])).map(" ".join)


@pytest.fixture(scope="module")
def few():
    examples = read_examples([shipped_data()], notify=print)
    return [e for e in examples if e.page.startswith(("v01/", "v02/"))]


def units(part, text):
    """The distinct units of a text, as the definition says: tokens, and for words neighbours' last and first word."""
    found = [token.text for token in tokens(text)]
    ends = [(words(a), words(b)) for a, b in pairwise(found)] if part == "words" else []
    return [*dict.fromkeys(found), *dict.fromkeys(f"{a[-1]} {b[0]}" for a, b in ends if a and b)]


@settings(max_examples=50)
@given(st.lists(anything | wordy, max_size=6))
def test_the_analysis_counts_each_distinct_unit_of_a_block_once(texts):
    found = analyse(texts)
    for part, grams_of in zip(PARTS, (word_grams, character_grams), strict=True):
        incidence = getattr(found, part)
        expected = [[gram for unit in units(part, text) for gram in grams_of(unit)] for text in texts]
        counts = (incidence.blocks @ incidence.grams).toarray()
        assert incidence.names == tuple(sorted({gram for row in expected for gram in row}))
        assert counts.tolist() == [[row.count(name) for name in incidence.names] for row in expected]


@pytest.mark.parametrize("compiled", [True, False])
@settings(max_examples=50)
@given(texts=st.lists(anything | wordy, max_size=6))
def test_shapes_are_those_of_each_text_to_the_bit_compiled_or_not(compiled, texts):
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(analysis, "fast_lookup", lambda *_: None)
        assert shapes(texts).tolist() == [list(shape(text)) for text in texts]


def same_matrix(ours, theirs):
    ours.sort_indices()
    theirs.sort_indices()
    return all((getattr(ours, a) == getattr(theirs, a)).all() for a in ("indptr", "indices", "data"))


@pytest.mark.parametrize("part", PARTS)
def test_rows_of_one_analysis_give_the_matrix_that_fitting_their_texts_gives(few, part):
    texts = [e.text for e in few]
    rows = np.flatnonzero(np.arange(len(texts)) % 5)
    found = getattr(analyse(texts, 2), part).rows(rows)
    sliced = UnitTfidf(part, 2, 0.1).learn(found)
    anew = UnitTfidf(part, 2, 0.1).fit([texts[row] for row in rows])
    assert list(sliced.vocabulary_) == list(anew.vocabulary_)
    assert (sliced.idf_ == anew.idf_).all()
    assert sliced.unknown_ == anew.unknown_
    blocks, grams = sliced.factors(found)
    assert same_matrix(blocks @ grams, anew.transform([texts[row] for row in rows]))


def test_the_regression_is_that_of_scikit_learn_with_weights_and_balanced_by_their_sums(few):
    weighted = [replace(e, weight=(0.01, 1.0, 4.0)[n % 3]) for n, e in enumerate(few)]
    pipeline = fit_block_stage(weighted)
    matrix = pipeline[0].transform([e.text for e in few])
    labels, weights = np.array([e.label for e in few]), np.array([e.weight for e in weighted])
    sums = {label: weights[labels == label].sum() for label in set(labels)}
    by_sum = {label: weights.sum() / 3 / total for label, total in sums.items()}
    for theirs in (
        LogisticRegression(C=2.0, class_weight="balanced", max_iter=2000).fit(matrix, labels, sample_weight=weights),
        LogisticRegression(C=2.0, class_weight=by_sum, max_iter=2000).fit(matrix, labels, sample_weight=weights),
    ):
        assert np.abs(theirs.decision_function(matrix) - pipeline[-1].decision_function(matrix)).max() < 0.01


def test_balanced_weights_have_equal_sums_by_label_and_the_same_sum_in_all():
    labels, weights = np.array([0, 0, 1, 2, 2]), np.array([1.0, 2.0, 0.5, 4.0, 1.0])
    scaled = balanced(labels, weights)
    assert np.bincount(labels, scaled) == pytest.approx([8.5 / 3] * 3)


def test_decisions_weigh_what_they_are_told_to(few):
    decided = [replace(e, people=("ann",)) if n % 2 else e for n, e in enumerate(few)]
    by_hand = [replace(e, weight=4.0 if e.people else 1.0) for e in decided]
    ours, theirs = (block_weights(fit_all(analysed(one), w)) for one, w in ((decided, 4.0), (by_hand, 1.0)))
    assert (ours.words.coefficients == theirs.words.coefficients).all()


def test_where_a_search_begins_changes_nothing_but_its_length(few):
    data = analysed(few)
    fit = BlockFit(data)
    cold = fit.solution(data.weights)
    warm = fit.solution(data.weights, fit.solution(2 * data.weights))
    assert warm.steps < cold.steps
    assert np.abs(fit.log_odds(warm, data.found) - fit.log_odds(cold, data.found)).max() < 0.05
