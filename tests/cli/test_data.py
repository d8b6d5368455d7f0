"""The verbs about data and promises: data check, train --promise, evaluate --alone, compare-tools."""

import json
import os
import subprocess

import pytest

from tests.conftest import NEWSIEVE, refused

TITLE = "9 Tips for Choosing the Perfect Wedding Photographer - May 4, 2019"
REPORT = "The council said on Tuesday that the pool would stay shut until March, officials told residents."


@pytest.fixture
def pages(tmp_path):
    file = tmp_path / "pages.jsonl"
    blocks = [
        {"text": TITLE, "label": "filler", "kind": "post_title"},
        {"text": REPORT, "label": "news", "kind": "lede"},
    ]
    rows = [{"page": f"p{n}", "site": f"s{n}.example", "blocks": blocks} for n in range(2)]
    rows.append({"page": "clean", "blocks": [blocks[1], {"text": "Advertisement", "label": "boilerplate"}]})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_data_check_prints_a_line_a_fault_and_exits_with_1(newsieve, tmp_path):
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "Vote", "label": "fillr"}\n{"text": "Vote on the harbour plan", "label": "news"}\n')
    done = newsieve("data", "check", file)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{file}:1: label is 'fillr'; use 'news', 'filler' or 'boilerplate', or say what")
    assert done.stderr.endswith("1 blocks, 1 faults\n")


def test_data_check_of_sound_data_is_silent_and_exits_with_0(newsieve, tmp_path):
    file = tmp_path / "good.jsonl"
    file.write_text('{"text": "Vote on the harbour plan", "label": "news"}\n')
    done = newsieve("data", "check", file)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("share", ["0", "2", "1/0", "-1/200", "1/5", "nan", "1e-400", "1e-99999999", "x", "9" * 5000])
def test_a_promise_that_is_no_share_is_wrong_usage(newsieve, share):
    done = newsieve("train", f"--promise={share}")
    assert done.returncode == 2
    assert "is not a share from 1/100000 to 1/10; write it like 1/200" in " ".join(done.stderr.split())


def test_evaluate_judges_labelled_pages_in_place_and_with_alone_block_by_block(newsieve, pages):
    both = [json.loads(newsieve("evaluate", pages, "--format", "json", *more).stdout) for more in ([], ["--alone"])]
    for report in both:
        assert report["pages"] == 3
        assert report["clean_pages_flagged"] == {
            "hits": 0,
            "of": 1,
            "value": 0.0,
            "low": 0.0,
            "high": pytest.approx(0.79, abs=0.01),
        }
        assert [row["kind"] for row in report["wrong_by_kind"]] == ["post_title", "lede"]
    assert "by kind" in newsieve("evaluate", pages).stdout


@pytest.fixture
def article(tmp_path):
    pytest.importorskip("trafilatura", reason="the extra 'compare' is not installed")
    file = tmp_path / "page.html"
    file.write_text(
        f"<html><body><nav><p>Sport</p></nav><p>{TITLE}</p><p>{REPORT} It lost money on transport.</p></body></html>"
    )
    return file


def test_compare_tools_prints_a_table_a_page(newsieve, article, tmp_path):
    empty = tmp_path / "empty.html"
    empty.write_text(" ")
    done = newsieve("compare-tools", empty, article)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "| block | Newsieve | trafilatura | jusText | readability-lxml | resiliparse |" in lines
    (sport,) = (line for line in lines if line.startswith("| Sport |"))
    assert sport.endswith("| drops |")
    assert lines[-2].startswith("| **kept** | ")


def test_compare_tools_without_the_other_tools_says_what_to_install(home, article, tmp_path):
    (tmp_path / "justext.py").write_text("raise ImportError('no such tool', name='justext')")
    env = {**os.environ, "NEWSIEVE_HOME": str(home), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([NEWSIEVE, "compare-tools", article], check=False, env=env, capture_output=True, text=True)
    assert "justext is not installed; install the other tools with: pip install 'newsieve[compare]'" in refused(done)
