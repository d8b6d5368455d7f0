"""A verdict is recomputed from the version that gave it, bit for bit, and its reasons sum to its score."""

import dataclasses
import math

import pytest

from classifier.errors import ModelError, NotFoundError
from classifier.model import Model
from classifier.registry import Registry
from classifier.store.copies import backup, restore
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, get_page
from classifier.store.receipts import receipt_of
from classifier.verdict_ids import VerdictId
from classifier.weights import Weights
from tests.store.conftest import NOW, rule, spammed

OTHER_VERSION = "20300101T000000Z-00000000"


@pytest.fixture
def judged(database, model):
    """A database whose third page was judged."""
    add_pages(database, [spammed(1)], added_at=NOW)
    judge_stale(database, model)
    return database


@pytest.fixture
def other(model, trained_home):
    """A version that really weighs otherwise: without the contribution of words."""
    data = (trained_home / "models" / model.card.version / "weights.npz").read_bytes()
    weights = Weights.from_bytes(data, name="weights.npz")
    words = dataclasses.replace(weights.block.words, coefficients=weights.block.words.coefficients * -1)
    changed = dataclasses.replace(weights, block=dataclasses.replace(weights.block, words=words))
    return Model(changed, dataclasses.replace(model.card, version=OTHER_VERSION))


def receipts(database, trained_home, current):
    """Return the receipts of every verdict stored of the third page, each with its stored score."""
    page = get_page(database, 3)
    load = Registry(trained_home / "models").load
    return [
        (
            receipt_of(database, VerdictId.of(page.verdict_id(position)), load=load, current=current),
            stored.score,
        )
        for position, stored in page.stored.items()
    ]


def test_the_very_same_score_comes_back_when_another_version_is_current(judged, trained_home, other):
    found = receipts(judged, trained_home, other)
    assert len(found) == 7
    for receipt, score in found:
        assert receipt.then.verdict.score == score
        assert receipt.today.verdict.model == OTHER_VERSION
        assert receipt.today.verdict.score != score
    assert any(receipt.differs for receipt, _score in found)


def test_the_contributions_sum_to_the_log_odds_of_the_score(judged, trained_home, model):
    for receipt, score in receipts(judged, trained_home, model):
        assert math.isclose(receipt.then.log_odds, math.log(score / (1 - score)), rel_tol=1e-9, abs_tol=1e-9)
        assert {*receipt.then.words, *receipt.then.facts} == set(receipt.then.verdict.reasons)


def test_the_id_survives_a_restore(judged, trained_home, model, tmp_path):
    wanted = get_page(judged, 3).verdict_id(1)
    backup(judged, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", tmp_path / "home" / "newsieve.db", now=NOW)
    restored = open_database(tmp_path / "home" / "newsieve.db")
    receipt = receipt_of(restored, VerdictId.of(wanted), load=Registry(trained_home).load, current=model)
    assert receipt.then.verdict.score == get_page(judged, 3).stored[1].score
    restored.close()


def test_without_the_version_the_page_and_its_decisions_are_still_known(judged):
    def gone(version):
        raise ModelError(version)

    rule(judged, 3, 1, "news")
    receipt = receipt_of(judged, VerdictId.of(get_page(judged, 3).verdict_id(1)), load=gone, current=None)
    assert (receipt.then, receipt.today, receipt.differs) == (None, None, None)
    assert [one.ruling for one in receipt.said] == ["news"]
    assert "is not on this disk any more" in receipt.missing


@pytest.mark.parametrize(
    "wrong", ["", "a.b.c", "20300101T000000Z-00000000.0123456789abcdef.01", "v.0123456789abcdef.1"]
)
def test_what_is_no_id_is_refused(wrong):
    with pytest.raises(NotFoundError, match=r"it is VERSION\.PAGE\.POSITION, such as"):
        VerdictId.of(wrong)
    with pytest.raises(NotFoundError):
        VerdictId.of(f"{OTHER_VERSION}.0123456789abcdef.1\n")
    assert str(VerdictId.of(f"{OTHER_VERSION}.0123456789abcdef.1")) == f"{OTHER_VERSION}.0123456789abcdef.1"
