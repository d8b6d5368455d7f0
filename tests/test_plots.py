"""The plots of a version: vector graphics that say the same in words."""

import re
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from classifier.labelled import read_examples, shipped_data
from classifier.live import live_report
from classifier.live_plot import draw_live
from classifier.measuring import measure
from classifier.plot_style import SCHEMES
from classifier.plots import PLOTS, draw, told
from tests.test_live import MONDAY, WEEK, drawing

EVERY = list(product(PLOTS, SCHEMES))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def report(model):
    return measure(model, read_examples([shipped_data() / "holdout"], notify=print))


@pytest.mark.parametrize(("plot", "scheme"), EVERY)
def test_a_plot_is_svg_whose_letters_are_text_of_a_generic_family(report, plot, scheme):
    root = ET.fromstring(draw(report, plot, scheme=scheme))
    texts = list(root.iter(f"{SVG}text"))
    assert root.tag == f"{SVG}svg"
    assert len(texts) >= 6
    assert all("sans-serif" in text.get("style", "") for text in texts)
    assert not list(root.iter(f"{SVG}script")) + list(root.iter(f"{SVG}image"))


@pytest.mark.parametrize(("plot", "scheme"), EVERY)
def test_letters_are_ten_pixels_or_more_where_the_plot_is_330_wide(report, plot, scheme):
    root = ET.fromstring(draw(report, plot, scheme=scheme))
    width = float(root.get("viewBox").split()[2])
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", draw(report, plot, scheme=scheme).decode())]
    assert sizes
    assert min(sizes) * 330 / width >= 9.9


def test_the_same_report_gives_the_same_bytes_whoever_else_draws(report):
    once = [draw(report, plot, scheme=scheme) for plot, scheme in EVERY]
    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(lambda which: draw(report, which[0], scheme=which[1]), EVERY))
    assert once == again
    assert b"<dc:date>" not in b"".join(once)


@pytest.mark.parametrize("plot", PLOTS)
def test_light_and_dark_differ_in_colours_only(report, plot):
    drawn = [draw(report, plot, scheme=scheme) for scheme in SCHEMES]
    light, dark = (re.sub(rb"#[0-9a-f]{6}|m[0-9a-f]{10}", b"", data) for data in drawn)  # markers are named by colour
    assert light == dark


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were(report):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw(report, "scores", scheme="dark")
    assert dict(mpl.rcParams) == before


def test_a_dotted_line_stands_in_the_live_plot_where_another_version_was_drawn_from():
    def dotted(*models):
        weeks = [drawing(9, 10, 1, 10, day=MONDAY + n * WEEK, model=model) for n, model in enumerate(models)]
        samples = [one for week in weeks for one in week]
        return draw_live(live_report(samples, []).weeks, scheme="light").count(b"stroke-dasharray")

    assert dotted("v", "v", "w") == dotted("v", "v", "v") + 1


def test_the_text_alternatives_give_the_numbers(report):
    assert f"threshold {report.threshold:.3f}" in told(report, "precision-recall")
    assert f"{report.chosen.recall:.1%}" in told(report, "precision-recall")
    assert f"Of the {report.bins[0].blocks:,} blocks with the lowest scores" in told(report, "reliability")
    assert f"review band {report.review_low:.3f} to {report.review_high:.3f}" in told(report, "scores")
    lost = report.cell("filler", "news")
    assert f"{lost.blocks:,} news ({lost.needs_review:,} to review)" in told(report, "confusion")


@pytest.mark.parametrize("plot", PLOTS)
def test_a_text_alternative_is_whole_sentences(report, plot):
    words = told(report, plot)
    assert words.endswith(".")
    assert "  " not in words
    assert "nan" not in words
