"""The same text on several sites gets one verdict."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.bulk.folder import done_in, existing_folder, parts_in
from classifier.bulk.part import read_part
from classifier.bulk.repeats import judge_repeats
from classifier.card import Thresholds
from classifier.errors import OutputError
from tests.bulk.crawled import block, make_parts

LIMITS = Thresholds(0.8, "", 0.6, 0.9, 0.5, 0.0, 0.0, 0, "")
TITLE = "Nine tips for choosing the right patio heater - May 4, 2020"


def judged(folder, workers=1):
    done = judge_repeats(folder, LIMITS, workers=workers, progress=lambda *_: None)
    return [row for part in parts_in(folder) for table in read_part(part) for row in table.to_pylist()], done


def mean(*scores):
    odds = [math.log(score / (1 - score)) for score in scores]
    return 1 / (1 + math.exp(-sum(odds) / len(odds)))


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_text_on_two_sites_is_judged_by_the_one_that_sees_more_filler(tmp_path, form):
    one = [block("a.example/1", TITLE, 0.95), block("a.example/2", TITLE, 0.97), block("a.example/2", "Alone", 0.3)]
    two = [block("b.example/1", TITLE.upper().replace("2020", "2021"), 0.7)]
    rows, done = judged(make_parts(tmp_path / "out", one, two, form=form))
    expected = mean(0.95, 0.97)  # a site says the mean of its places
    assert [row["score"] for row in rows] == pytest.approx([expected, expected, 0.3, expected])
    assert [row["label"] for row in rows] == ["filler", "filler", "news", "filler"]
    assert [row["sites"] for row in rows] == [2, 2, 1, 2]
    assert [row["score_on_page"] for row in rows] == [0.95, 0.97, None, 0.7]
    assert done == (1, 1)


@pytest.mark.parametrize(("called_filler", "score"), [(1, 0.2), (2, 0.9)])
def test_of_five_sites_two_decide(tmp_path, called_filler, score):
    part = [block(f"{n}.example/1", TITLE, 0.9 if n < called_filler else 0.2) for n in range(5)]
    assert {round(row["score"], 9) for row in judged(make_parts(tmp_path / "out", part))[0]} == {score}


def test_doing_it_again_gives_the_same(tmp_path):
    folder = make_parts(tmp_path / "out", [block("a.example/1", TITLE, 0.99), block("b.example/1", TITLE, 0.2)])
    assert judged(folder) == judged(folder)


def test_receipts_tell_the_verdicts_after_it(tmp_path):
    folder = make_parts(tmp_path / "out", [block("a.example/1", TITLE, 0.99), block("b.example/1", TITLE, 0.2)])
    judged(folder)
    ((shard, receipt),) = done_in(existing_folder(folder)).items()
    assert (receipt.news, receipt.filler, receipt.boilerplate, receipt.review) == (0, 2, 0, 0)
    assert receipt.size == (folder / f"{shard.name}.parquet").stat().st_size


def test_two_pages_of_one_site_are_no_two_sites(tmp_path):
    rows, done = judged(
        make_parts(tmp_path / "out", [block("a.example/1", TITLE, 0.9), block("a.example/2", TITLE, 0.1)])
    )
    assert ([row["score"] for row in rows], done) == ([0.9, 0.1], (0, 0))


def test_where_the_site_is_unknown_the_page_stands_for_it(tmp_path):
    rows, _ = judged(
        make_parts(tmp_path / "out", [block(f"{n}", TITLE, score, site="") for n, score in ((1, 0.9), (2, 0.1))])
    )
    assert [row["score"] for row in rows] == pytest.approx([0.9, 0.9])


def test_boilerplate_is_neither_counted_nor_changed(tmp_path):
    part = [block("a.example/1", "Read more", 0.9, "boilerplate"), block("b.example/1", "Read more", 0.1)]
    rows, _ = judged(make_parts(tmp_path / "out", part))
    assert [(row["score"], row["label"], row["sites"]) for row in rows] == [
        (0.9, "boilerplate", None),
        (0.1, "news", 1),
    ]


def test_a_score_in_the_review_band_is_reviewed_and_other_doubts_stay(tmp_path):
    doubt = {"needs_review": True, "doubt": "too short to tell"}
    band = {"needs_review": True, "doubt": "the score is in the review band"}
    part = [
        block("a.example/1", TITLE, 0.85, **band),
        block("b.example/1", TITLE, 0.999),
        block("a.example/1", "Short", 0.99, **doubt),
        block("b.example/1", "Short", 0.4, **doubt),
    ]
    rows, _ = judged(make_parts(tmp_path / "out", part))
    assert [row["doubt"] for row in rows] == ["", "", "too short to tell", "too short to tell"]
    assert [row["needs_review"] for row in rows] == [False, False, True, True]


def test_what_is_called_filler_is_no_longer_doubted_for_the_filler_in_it(tmp_path):
    part = [
        block("a.example/1", TITLE, 0.3, needs_review=True, doubt="much of it reads as filler by itself"),
        block("b.example/1", TITLE, 0.99),
    ]
    rows, _ = judged(make_parts(tmp_path / "out", part))
    assert [(row["label"], row["doubt"]) for row in rows] == [("filler", "")] * 2


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.floats(0, 1)), max_size=30), st.integers(1, 3))
def test_however_the_parts_are_cut_the_verdicts_are_those_of_a_plain_count(tmp_path_factory, places, cuts):
    rows = [
        block(f"{site}.example/{n}", f"Text number {'abcd'[text]}", score)
        for n, (text, site, score) in enumerate(places)
    ]
    folder = make_parts(tmp_path_factory.mktemp("crawl") / "out", *(rows[n::cuts] for n in range(cuts)))
    for row in judged(folder)[0]:
        sites = {}
        for other in rows:
            if other["text"] == row["text"]:
                sites.setdefault(other["site"], []).append(other["score"])
        assert row["sites"] == len(sites)


def test_workers_change_nothing(tmp_path):
    parts = [[block(f"{n}.example/1", TITLE, 0.1 + n / 10)] for n in range(4)]
    one, two = (make_parts(tmp_path / name, *parts) for name in ("one", "two"))
    assert judged(one, workers=1) == judged(two, workers=2)


def test_a_folder_that_holds_no_crawl_is_named(tmp_path):
    with pytest.raises(OutputError, match="holds no crawl"):
        judged(tmp_path)
