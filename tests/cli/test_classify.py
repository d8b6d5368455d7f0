"""newsieve classify and clean, as typed."""

import csv
import io
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier.cli import main
from tests.conftest import NEWSIEVE, refused

KEYS = ["page", "position", "text", "label", "score", "needs_review", "reasons", "model"]
SEED = Path(__file__).parents[3] / "shared" / "seed_page.txt"
PAGE = """-
9 Tips for Choosing the Perfect Wedding Photographer - May 4, 2019
Council closes swimming pool after leak
Advertisement
The council said on Tuesday that the pool would stay shut until March, officials told residents.
Best online casino: claim your no deposit bonus and 100 free spins today!
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def rows(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_piped_output_is_one_json_object_a_block(newsieve, page):
    found = rows(newsieve("classify", page))
    assert [list(row) for row in found] == [KEYS] * 5
    assert [row["label"] for row in found] == ["filler", "news", "boilerplate", "news", "filler"]
    assert [row["position"] for row in found] == [0, 1, 2, 3, 4]
    assert all(0 <= row["score"] <= 1 and len(row["reasons"]) <= 5 for row in found)


def test_every_reason_is_printed_when_asked_and_they_sum_to_the_log_odds(newsieve, page):
    for row in rows(newsieve("classify", "--explain", page)):
        total = sum(reason["weight"] for reason in row["reasons"])
        assert row["score"] == pytest.approx(1 / (1 + pow(2.718281828459045, -total)), abs=1e-6)
        for reason in row["reasons"]:
            if "start" in reason:
                assert row["text"][reason["start"] : reason["end"]] == reason["reason"]


def test_a_table_tells_every_reason_below_its_block_when_asked(trained_home, page):
    command = ["--home", str(trained_home), "classify", str(page), "--format", "table"]
    plain, asked = (CliRunner().invoke(main, [*command, *more]).stdout for more in ([], ["--explain"]))
    reason = re.compile(r"^ +[+-]\d\.\d\d  casino:$", re.MULTILINE)
    assert (bool(reason.search(plain)), bool(reason.search(asked))) == (False, True)


def test_csv_holds_the_same_rows(newsieve, page):
    table = list(csv.DictReader(io.StringIO(newsieve("classify", "--format", "csv", page).stdout)))
    assert [list(row) for row in table] == [KEYS] * 5
    for row, expected in zip(table, rows(newsieve("classify", page)), strict=True):
        assert (row["text"], float(row["score"])) == (expected["text"], expected["score"])
        assert json.loads(row["reasons"]) == expected["reasons"]


def test_the_table_names_page_label_score_and_doubt(newsieve, page):
    shown = newsieve("classify", "--format", "table", page).stdout
    assert str(page.name) in shown.replace("\n", "")
    assert "boilerplate" in shown
    assert "Council closes swimming pool" in shown


def test_standard_input_is_read(newsieve):
    (row,) = rows(newsieve("classify", "-", stdin="<p>Council closes pool</p>"))
    assert (row["page"], row["text"]) == ("<stdin>", "Council closes pool")


def test_clean_prints_only_the_news_in_its_order_and_keeps_what_it_took_out(newsieve, page, tmp_path):
    done = newsieve("clean", page, "--removed", tmp_path / "removed.jsonl")
    assert done.stdout.splitlines() == [PAGE.splitlines()[2], PAGE.splitlines()[4]]
    removed = [json.loads(line) for line in (tmp_path / "removed.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["position"] for row in removed] == [0, 2, 4]
    assert all(row["reasons"] and list(row) == KEYS for row in removed)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(newsieve, page, tmp_path):
    done = newsieve("classify", tmp_path / "missing.txt", page)
    assert "missing.txt: No such file" in refused(done)
    assert len(done.stdout.splitlines()) == 5


def test_text_cannot_steer_the_terminal(newsieve, tmp_path):
    (tmp_path / "p.txt").write_text("Council \x1b[31mred\x1b[0m \x07 \u202e plan")
    for form in ("table", "jsonl", "csv"):
        shown = newsieve("classify", "--format", form, tmp_path / "p.txt").stdout
        assert "\x1b[31m" not in shown or form != "table"
    assert "\x1b" not in newsieve("classify", "--format", "table", tmp_path / "p.txt").stdout


def test_a_reader_that_goes_away_ends_the_command_quietly(home, tmp_path):
    (tmp_path / "long.txt").write_text("Council votes on plan\n" * 20_000)
    with subprocess.Popen(
        [NEWSIEVE, "classify", tmp_path / "long.txt"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_output_that_cannot_be_written_is_an_error(home, page):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [NEWSIEVE, "classify", page],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NEWSIEVE_HOME": str(home)},
            check=False,
        )
    assert "No space left" in refused(done)


def test_removed_blocks_can_go_through_a_link_or_to_a_device(newsieve, page, tmp_path):
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "target.jsonl")
    assert newsieve("clean", page, "--removed", tmp_path / "link.jsonl").returncode == 0
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "target.jsonl").read_text().count("\n") == 3
    assert newsieve("clean", page, "--removed", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()


def test_the_removed_blocks_never_replace_the_page_itself(newsieve, page):
    assert newsieve("clean", page, "--removed", page).returncode == 2
    assert page.read_text() == PAGE


def test_hidden_text_is_named_and_never_cleaned_into_the_news(newsieve, tmp_path):
    text = "The council said on Tuesday that the pool would stay shut until March."
    (tmp_path / "p.html").write_text(
        f"<p>Police arrested two men, they said.</p><div style='display:none'>{text}</div>"
    )
    assert newsieve("clean", tmp_path / "p.html").stdout == "Police arrested two men, they said.\n"
    _, hidden = rows(newsieve("classify", tmp_path / "p.html"))
    assert hidden["needs_review"]
    assert hidden["reasons"][0] == {"reason": "hidden from readers", "weight": 0.0}


def test_removed_blocks_that_cannot_be_saved_are_an_error(newsieve, page, tmp_path):
    assert "No such file" in refused(newsieve("clean", page, "--removed", tmp_path / "no" / "removed.jsonl"))


@pytest.mark.skipif(not SEED.exists(), reason="the user's own page stands beside the checkout, not in it")
def test_the_users_own_page_comes_out_right(newsieve):
    labels = [row["label"] for row in rows(newsieve("classify", "--format", "jsonl", SEED))]
    assert labels[:10] == ["filler"] * 10
    assert labels.count("boilerplate") == 2
    assert labels.count("news") == 17
    assert len(labels) == 29
