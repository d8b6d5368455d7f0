"""The report kept with a version: counts that can be checked by hand, read back as written, without scikit-learn."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from classifier.blocks import Example, Verdict
from classifier.errors import ModelError
from classifier.evaluation import evaluate
from classifier.labelled import read_examples, shipped_data
from classifier.measuring import bars, bins, cells, curve, measure
from classifier.report import Cell, CurvePoint, HoldoutReport

FILLER = np.array([True, True, False, True, False])
SCORES = np.array([0.95, 0.9, 0.9, 0.3, 0.05])


def example(label):
    return Example("text", label, "p", "s")


def verdict(label, score, *, needs_review=False):
    return Verdict(label, score, needs_review, "", (), "v")


JUDGED = [
    (example("news"), verdict("news", 0.0)),
    (example("news"), verdict("filler", 1.0, needs_review=True)),
    (example("filler"), verdict("filler", 0.95)),
    (example("boilerplate"), verdict("boilerplate", 0.5)),
]


@pytest.fixture(scope="module")
def holdout():
    return read_examples([shipped_data() / "holdout"], notify=print)


@pytest.fixture(scope="module")
def report(model, holdout):
    return measure(model, holdout)


def test_a_holdout_without_filler_is_refused(model):
    with pytest.raises(ValueError, match=r"the holdout has \['news'\]; it needs news and filler"):
        measure(model, [example("news")])


def test_blocks_of_equal_scores_are_flagged_together():
    assert curve(FILLER, SCORES) == (
        CurvePoint(0.95, 1.0, pytest.approx(1 / 3)),
        CurvePoint(0.9, pytest.approx(2 / 3), pytest.approx(2 / 3)),
        CurvePoint(0.3, 0.75, 1.0),
        CurvePoint(0.05, 0.6, 1.0),
    )


def test_a_long_curve_is_thinned_and_keeps_both_ends():
    scores = np.linspace(0, 1, 5_000)
    points = curve(scores > 0.5, scores)
    assert len(points) <= 120
    assert (points[0].score, points[-1].score) == (1.0, 0.0)


def test_a_bin_counts_filler_among_blocks_of_about_the_same_score():
    found = bins(FILLER, np.array([0.95, 1.0, 0.91, 0.35, 0.05]))
    assert [(b.filler, b.blocks) for b in found] == [(0, 1), (1, 1), (2, 3)]
    assert found[-1].mean_score == pytest.approx(2.86 / 3)
    assert found[-1].low < found[-1].share < found[-1].high


def test_every_block_is_in_one_bar_and_one_cell():
    found = bars(*zip(*JUDGED, strict=True))
    assert sum(bar.news + bar.filler + bar.boilerplate for bar in found) == 4
    assert (found[0].news, found[-1].news, found[-1].filler, found[10].boilerplate) == (1, 1, 1, 1)
    counted = cells(*zip(*JUDGED, strict=True))
    assert sum(cell.blocks for cell in counted) == 4
    assert Cell("news", "filler", 1, 1) in counted


def test_the_figures_are_those_that_evaluate_prints(report, model, holdout):
    printed = evaluate(model, holdout)
    kept = {figure.name: figure for figure in report.figures}
    assert (kept["news lost"].hits, kept["news lost"].of) == (printed.news_lost.hits, printed.news_lost.of)
    assert (kept["news lost"].low, kept["news lost"].high) == printed.news_lost.interval
    assert kept["AUC, news against filler"].value == printed.auc.value
    assert report.cell("filler", "news").blocks == printed.confusion["filler", "news"]
    assert report.blocks == len(holdout)


def test_a_report_survives_being_written_and_read(report):
    data = report.to_bytes()
    assert HoldoutReport.from_bytes(data, name="report.json") == report
    assert data == dataclasses.replace(report).to_bytes()
    assert len(data) < 100_000


def test_a_report_changed_by_hand_is_refused(report):
    changed = report.to_bytes().replace(b'"blocks": 1', b'"blocks": 2', 1)
    with pytest.raises(ModelError, match=r"report.json: changed since it was written"):
        HoldoutReport.from_bytes(changed, name="report.json")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"digest": "x"}', b"\xff", b"[" * 100_000])
def test_what_is_no_report_is_refused(data):
    with pytest.raises(ModelError, match=r"report.json: "):
        HoldoutReport.from_bytes(data, name="report.json")


def test_reading_and_drawing_a_report_needs_no_scikit_learn(report, tmp_path):
    (tmp_path / "report.json").write_bytes(report.to_bytes())
    code = """
import sys
from pathlib import Path
from classifier.plots import draw, told
from classifier.report import HoldoutReport
report = HoldoutReport.from_bytes(Path(sys.argv[1]).read_bytes(), name="report")
before = "matplotlib" in sys.modules
told(report, "scores"), draw(report, "scores", scheme="light")
print(before, [name for name in ("sklearn", "pandas", "matplotlib.pyplot") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "report.json"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False []\n"


def test_the_report_as_json_names_what_it_holds(report):
    facts = json.loads(report.to_bytes())
    assert {"figures", "curve", "bins", "bars", "cells", "threshold", "version", "data_digest"} <= facts.keys()
