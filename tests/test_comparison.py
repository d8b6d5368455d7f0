"""What flips between two versions, by kind, site and campaign, and how it is told."""

import json
import re

import pytest

from classifier.blocks import Example, Verdict
from classifier.cli.comparison_rows import as_json
from classifier.cli.comparison_text import as_text
from classifier.comparison import Comparison, Judged, compare_queue, compare_set
from classifier.comparison_page import as_html
from classifier.flips import Flip
from classifier.places import Placed

A, B = "20260101T000000Z-00000000", "20260102T000000Z-00000000"
EVIL = "<script>alert(1)</script> \u202e & \x1b[31m"


def judged(label, before, after, *, text="text", site="a.example", kind="", campaign=None):
    example = Example(text, label, page=f"queue/https://{site}/1", site=site, kind=kind, origin="act 7 by anna")
    score = {"news": 0.1, "filler": 0.9, "boilerplate": 0.5}
    said = [Verdict(given, score[given], False, "", (), version) for given, version in ((before, A), (after, B))]
    return Judged(Placed(example, (text,), 0, campaign), *said)


SET = [
    judged("news", "news", "filler", text=EVIL, kind="brief", campaign=4),
    judged("news", "filler", "news", text="Council votes", kind="brief"),
    judged("filler", "filler", "filler"),
    judged("filler", "news", "boilerplate", site="b.example"),
    judged("filler", "filler", "news", site="b.example", campaign=4),
]


@pytest.fixture
def found():
    flips = [Flip("https://a.example/<1>", "a.example", 3, EVIL, "news", "filler", 0.2, 0.9, 4)]
    queue = compare_queue(flips, pages=2, of_pages=9, blocks=40, stored=False)
    return Comparison(A, B, (compare_set("past decisions", SET),), queue)


def test_gained_is_what_only_the_second_is_right_about_and_lost_what_only_the_first_is(found):
    (one,) = found.sets
    assert [g.place.example.text for g in one.gained] == ["Council votes"]
    assert [(g.place.example.label, g.after.label) for g in one.lost] == [("news", "filler"), ("filler", "news")]
    assert (one.right_before, one.right_after) == (3, 2), "wrong in both is neither"


def test_flips_are_counted_by_kind_site_and_campaign(found):
    (one,) = found.sets
    assert [(t.name, t.gained, t.lost) for t in one.kinds] == [("news brief", 1, 1), ("filler", 0, 1)]
    assert [(t.name, t.gained, t.lost) for t in one.sites] == [("a.example", 1, 1), ("b.example", 0, 1)]
    assert [(t.name, t.gained, t.lost) for t in one.campaigns] == [("4", 0, 2)]


def test_every_lost_block_is_told_with_its_text_address_and_both_scores(found):
    text = as_text(found)
    assert "news: news 0.100 -> filler 0.900  <script>alert(1)</script>" in text
    assert "queue/https://a.example/1, act 7 by anna" in text
    assert "a sample of 2 of 9 pages, drawn by a fixed seed" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_json_has_every_flip(found):
    facts = json.loads(as_json(found))
    assert [len(facts["sets"][0][key]) for key in ("gained", "lost")] == [1, 2]
    assert facts["sets"][0]["lost"][0]["before"] == {"label": "news", "score": 0.1}
    assert facts["queue"]["flips"][0]["campaign"] == 4


def test_the_page_loads_nothing_runs_nothing_and_shows_markup_as_text(found):
    page = as_html(found)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"(?: src|href|url\()", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert page.count("<svg") == page.count("<figcaption>") == 2
    assert "\x1b" not in page


def test_a_page_is_told_where_nothing_flips_and_nothing_is_queued():
    same = Comparison(A, A, (compare_set("golden", [judged("news", "news", "news")]),), None)
    for told in (as_text(same), as_html(same)):
        assert "one and the same version" in told
    assert "Nothing to compare" in as_html(same)


def test_a_comparison_on_nothing_at_all_is_told():
    nothing = Comparison(A, B, (), None)
    assert as_html(nothing).startswith("<!doctype html>")
    assert A in as_text(nothing)
