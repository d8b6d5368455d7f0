"""Evaluation: counts that can be checked by hand."""

import json

import pytest

from classifier.blocks import Example
from classifier.cli.evaluation_text import as_json
from classifier.evaluation import evaluate
from classifier.proportion import Proportion

EXAMPLES = [
    Example("The council voted on Tuesday to close the pool, the mayor said.", "news", "p1", "s1", origin="f:1"),
    Example("Police said two men were arrested after the robbery.", "news", "p2", "s2", origin="f:2"),
    Example("Best online casino bonus with free spins and no deposit", "filler", "p1", "s1", origin="f:3"),
    Example("Best online casino bonus with free spins, no deposit needed", "news", "p2", "s2", origin="f:4"),
    Example("Advertisement", "boilerplate", "p1", "s1", origin="f:5"),
]


@pytest.fixture(scope="module")
def report(model):
    return evaluate(model, EXAMPLES)


def test_the_confusion_table_counts_every_block_once(report):
    assert sum(report.confusion.values()) == len(EXAMPLES)
    assert report.confusion["news", "filler"] == 1


def test_news_lost_and_filler_missed_are_shares_of_their_label(report):
    assert report.news_lost == Proportion(1, 3)
    assert report.filler_missed == Proportion(0, 1)
    assert report.recall["boilerplate"] == Proportion(1, 1)
    assert report.precision["filler"] == Proportion(1, 2)


def test_mistakes_name_their_row(report):
    assert [(m.example.origin, m.verdict.label) for m in report.mistakes] == [("f:4", "filler")]


def test_without_filler_there_is_no_auc(model):
    report = evaluate(model, EXAMPLES[:2])
    assert report.auc is None
    assert report.found_at_1_percent is None
    assert json.loads(as_json(report, 0))["auc"] is None


def test_the_interval_of_the_auc_holds_its_value(report):
    low, high = report.auc.interval
    assert 0 <= low <= report.auc.value <= high <= 1
