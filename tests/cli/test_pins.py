"""newsieve pins and newsieve explain: tests of the desk and receipts of verdicts, for people and for programs."""

import json
import shutil

import pytest
from click.testing import CliRunner

from classifier.cli import main
from classifier.registry import Registry
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, get_page
from tests.conftest import add_version, refused
from tests.store.conftest import NOW, rule, spammed
from tests.store.test_pins import REASON, pin_block


@pytest.fixture
def database(home, model):
    opened = open_database(home / "newsieve.db")
    add_pages(opened, [spammed(1)], added_at=NOW)
    judge_stale(opened, model)
    yield opened
    opened.close()


def rows(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def explained(home, verdict_id):
    """Return the receipt as a table."""
    return CliRunner().invoke(main, ["--home", str(home), "explain", str(verdict_id), "--format", "table"]).stdout


def test_pins_are_listed_judged_by_a_version_and_exit_with_1_when_one_is_wrong(newsieve, database, home, model):
    assert (newsieve("pins").stdout, newsieve("pins", "--check").returncode) == ("", 0)
    pin_block(database, 1)
    (row,) = rows(newsieve("pins"))
    assert (row["label"], row["reason"], row["person"], row["position"]) == ("filler", REASON, "ann", 1)
    assert row["pinned_at"] == "2026-01-02T03:04:05Z"
    done = newsieve("pins", "--check")
    assert (done.returncode, rows(done)[0]["right"], rows(done)[0]["model"]) == (0, True, model.card.version)
    pin_block(database, 0)
    registry = Registry(home / "models")
    other = add_version(registry, model.card.version, "20300101T000000Z-00000000")
    done = newsieve("pins", "--check", other, "--format", "table")
    assert (done.returncode, "WRONG, says news" in done.stdout, f"1 wrong by {other}" in done.stderr) == (1, True, True)
    assert "no such model version" in refused(newsieve("pins", "--check", "nonsense"))


def test_explain_gives_the_stored_score_as_json_or_a_table_whichever_version_is_current(newsieve, database, home):
    page = get_page(database, 1)
    registry = Registry(home / "models")
    assert "today    the same version is current\n" in explained(home, page.verdict_id(1))
    other = add_version(registry, page.model, "20300101T000000Z-00000000")
    registry.promote(other, by="ann", at=NOW)
    rule(database, 1, 1, "news")
    done = newsieve("explain", page.verdict_id(1))
    (told,) = rows(done)
    assert (done.returncode, told["verdict"]["score"], told["verdict"]["model"]) == (
        0,
        page.stored[1].score,
        page.model,
    )
    assert (told["today"]["model"], told["differs"], told["missing"]) == (other, False, "")
    assert sum(reason["weight"] for reason in told["verdict"]["reasons"]) == pytest.approx(told["verdict"]["log_odds"])
    assert [said["ruling"] for said in told["decisions"]] == ["news"]
    table = newsieve("explain", page.verdict_id(1), "--format", "table").stdout
    assert f"says     filler, score {page.stored[1].score}" in table
    assert "in all: the log-odds of the score" in table
    assert f"{other} says filler" in table
    (home / "models" / "current.json").unlink()
    assert "today    no version is current\n" in explained(home, page.verdict_id(1))


def test_what_has_gone_is_one_sentence_and_exit_code_1_with_what_is_still_known(newsieve, database, home):
    page = get_page(database, 1)
    assert "it is VERSION.PAGE.POSITION" in refused(newsieve("explain", "nonsense"))
    assert "its page has 7 blocks" in refused(newsieve("explain", f"{page.verdict_id(1)}0"))
    shutil.move(home / "models" / page.model, home / "away")
    done = newsieve("explain", page.verdict_id(1))
    assert "is not on this disk any more" in refused(done)
    assert rows(done)[0]["text"] == page.page.blocks[1].text
    rule(database, 1, 1, "news", "ben")
    drop_pages(database, [1])
    done = newsieve("explain", page.verdict_id(1), "--format", "table")
    assert "was dropped, or never here" in refused(done)


def test_settling_a_conflict_tells_which_tests_that_ends(newsieve, database):
    rule(database, 1, 1, "news", "ben")
    pin_block(database, 1)
    ((conflict,), (pinned,)) = (rows(newsieve(verb)) for verb in ("conflicts", "pins"))
    done = newsieve("conflicts", "--settle", conflict["fingerprint"], "news")
    assert done.returncode == 0
    assert f"this ends test {pinned['id']}, pinned as filler by ann: '{REASON}'" in " ".join(done.stderr.split())
    assert newsieve("pins").stdout == ""


def test_settling_a_conflict_as_a_test_says_ends_nothing(newsieve, database):
    rule(database, 1, 1, "news", "ben")
    pin_block(database, 1)
    (conflict,) = rows(newsieve("conflicts"))
    done = newsieve("conflicts", "--settle", conflict["fingerprint"], "filler")
    assert (done.returncode, done.stderr.strip()) == (0, "Settled: filler")
    assert len(rows(newsieve("pins"))) == 1
