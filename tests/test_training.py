"""Training: the same data give the same bytes, and data that cannot be measured are refused."""

import dataclasses
import io
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pytest

from classifier.blocks import Example
from classifier.card import Card
from classifier.cross_fitting import splits_by_voice
from classifier.digests import data_digest
from classifier.errors import ModelError, TrainingDataError
from classifier.evaluation import judge
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.sealed import seal
from classifier.training import join, train, without
from classifier.weights import Weights

QUIET = {"progress": lambda *_: None}
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def few():
    """Enough labelled blocks to train on in a second."""
    examples = read_examples([shipped_data()], notify=print)
    return [e for e in examples if e.page.startswith(("v01/", "v02/"))]


def fit(examples, **options):
    return train(examples, **{"created_at": NOW, "seed": 0, "promise": Fraction(1, 100), **QUIET, **options})


@pytest.fixture(scope="module")
def trained(few):
    return fit(few)


def test_the_same_examples_in_any_order_give_the_same_bytes(few, trained):
    again = fit(few[::-1])
    assert again.weights.to_bytes() == trained.weights.to_bytes()
    assert again.card == trained.card


def test_any_number_of_cores_gives_the_same_bytes(few, monkeypatch):
    monkeypatch.setattr("classifier.training._WORTH_A_PROCESS", 0)
    decided = [
        replace(e, text=f"{e.text} {n % 7}", voice=f"group {n // 3}", position=None, people=("ann",))
        for n, e in enumerate(few[:120])
    ]
    one, two = fit(few + decided, cores=1), fit((few + decided)[::-1], cores=2)
    assert one.weights.to_bytes() == two.weights.to_bytes()
    assert one.card == two.card
    assert one.card.decided == 120
    assert [tried.weight for tried in one.card.decision_weights_tried] == [0.25, 0.5, 1, 2, 4, 8]
    assert one.card.decision_weight in {0.25, 0.5, 1, 2, 4, 8}
    assert Card.from_bytes(one.card.to_bytes(), name="c") == one.card


def test_a_card_of_before_decisions_were_weighed_still_loads(trained):
    facts = {k: v for k, v in dataclasses.asdict(trained.card).items() if not k.startswith("decision_weight")}
    old = Card.from_bytes(seal(facts), name="c")
    assert (old.decision_weight, old.decision_weights_tried) == (1.0, ())


def test_weights_and_people_go_into_the_digest(few):
    digests = {data_digest(few[:2])}
    digests |= {data_digest([replace(few[0], **change), few[1]]) for change in ({"weight": 0.5}, {"people": ("ann",)})}
    assert len(digests) == 3


def test_another_example_gives_other_bytes_and_another_digest(few, trained):
    other = fit(few[1:])
    assert other.card.data_digest != trained.card.data_digest
    assert other.weights.to_bytes() != trained.weights.to_bytes()


def test_the_card_says_what_went_in_and_how_the_thresholds_were_chosen(few, trained):
    card = trained.card
    assert card.version == f"20260102T030405Z-{card.data_digest[:8]}"
    assert sum(card.examples.values()) == len(few)
    assert card.sites == len({e.site for e in few})
    assert card.cross_validation.grouped_by == "voice"
    assert set(card.libraries) >= {"scikit-learn", "numpy"}
    limits = card.thresholds
    assert 0 <= limits.review_low <= limits.filler <= limits.review_high <= 1.000001
    assert "cross-validation by voice" in limits.chosen


def test_the_threshold_flags_at_most_1_percent_of_news_in_cross_validation(trained):
    assert trained.card.cross_validation.news_lost <= 0.01
    assert trained.card.cross_validation.auc > 0.8


def test_weights_survive_being_written_and_read(trained):
    data = trained.weights.to_bytes()
    assert Weights.from_bytes(data, name="w").to_bytes() == data


def test_weights_for_other_labels_are_refused(trained):
    with np.load(io.BytesIO(trained.weights.to_bytes())) as found:
        arrays = {**found, "labels": np.array(["news", "spam", "trash"])}
    np.savez(changed := io.BytesIO(), **arrays)
    with pytest.raises(ModelError, match="w: made for other labels or facts"):
        Weights.from_bytes(changed.getvalue(), name="w")


def test_progress_is_told_step_by_step(few):
    steps = []
    fit(few, progress=lambda what, step, steps_in_all: steps.append((step, steps_in_all)))
    assert steps == [(i, steps[-1][1]) for i in range(steps[-1][1] + 1)]


@pytest.mark.parametrize(
    ("examples", "fault"),
    [
        (
            [Example("a", "news", "p", "s"), Example("b", "news", "q", "t")],
            "boilerplate stands on 0, filler stands on 0",
        ),
        (
            [Example(f"{label} {site}", label, site, site) for label in ("news", "filler") for site in "ab"],
            "boilerplate stands on 0 site",
        ),
        ([Example(label, label, "p", "s") for label in ("news", "filler", "boilerplate")], "stands on 1"),
    ],
)
def test_too_little_data_is_refused_with_the_counts(examples, fault):
    with pytest.raises(TrainingDataError, match=f"too little to train on: .*{fault}"):
        fit(examples)


def test_a_decision_replaces_every_other_label_of_the_same_text():
    shipped = [Example("Same text - 4 May 2019", "news", "p", "s"), Example("Other", "news", "p", "s")]
    decided = [Example("SAME text - May 6, 2021", "filler", "q", "t")]
    assert join(shipped, decided) == [shipped[1], decided[0]]


def test_what_versions_are_measured_on_is_never_learnt_from_a_decision():
    decided = [Example("Held OUT text - 4 May 2019", "news", "q", "t"), Example("Other", "filler", "q", "t")]
    assert without(decided, [Example("Held out text - May 9, 2020", "news", "p", "s")]) == [decided[1]]


def test_every_golden_block_is_right(model):
    golden = read_examples([shipped_data() / "golden.jsonl"], notify=print)
    assert [v.label for v in judge(model, golden, alone=True)] == [e.label for e in golden]


def test_the_holdout_stays_above_its_floor(model):
    """Floors a little below what was measured (AUC 0.988, 89 % found); lowering one is a decision, not a repair."""
    from classifier.evaluation import evaluate

    report = evaluate(model, read_examples([shipped_data() / "holdout"], notify=print))
    assert report.auc.value > 0.98
    assert report.found_at_1_percent.value > 0.80
    assert report.news_lost.hits <= 3


def test_no_voice_stands_on_both_sides_of_a_split(few):
    more = [*few, *(Example(f"{e.text} again", e.label, e.page, f"other-{e.site}", voice="v99") for e in few)]
    for rows, others in splits_by_voice(more, 0):
        assert not {more[i].voice for i in rows} & {more[i].voice for i in others}


def test_the_sites_of_a_single_voice_are_split_instead(few):
    one = [e for e in few if e.voice == "v01"]
    splits = splits_by_voice(one, 0)
    assert len(splits) > 1
    for rows, others in splits:
        assert not {one[i].site for i in rows} & {one[i].site for i in others}


def test_lone_blocks_alone_train_a_model_whose_page_stage_leaves_them_as_they_are(few):
    lone = [replace(e, position=None) for e in few]
    trained = fit(lone)
    model = Model(trained.weights, trained.card)
    page = [e for e in few if e.page == few[0].page]
    assert [v.score for v in judge(model, page)] == pytest.approx([v.score for v in judge(model, page, alone=True)])


def test_a_stricter_promise_flags_no_more_news_and_the_card_says_so(few, trained):
    strict = fit(few, promise=Fraction(1, 200))
    assert strict.card.page_thresholds.filler >= trained.card.page_thresholds.filler
    genuine = sum(e.label == "news" for e in few)
    assert strict.card.page_thresholds.promise == f"cannot promise 1/200; needs {598 - genuine} more genuine blocks"
    assert "at most 1/100, one-sided 95% bound" in fit(few * 3, promise=Fraction(1, 100)).card.page_thresholds.promise
