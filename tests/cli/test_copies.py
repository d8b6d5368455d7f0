"""The verbs backup, restore and verify."""

import sqlite3
from contextlib import closing

import pytest

from classifier.blocks import Block, Page
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.conftest import refused, run_newsieve
from tests.store.conftest import NOW, rule, rulings


@pytest.fixture
def decided(tmp_path):
    """A home without a model, with one page that was decided on."""
    database = open_database(tmp_path / "home" / "newsieve.db")
    add_pages(database, [Page("p", (Block("Council votes", 0),))], added_at=NOW)
    rule(database, 1, 0, "news")
    return tmp_path / "home"


def test_a_backup_is_restored_into_a_new_home(decided, tmp_path):
    done = run_newsieve("backup", tmp_path / "copy.db", home=decided)
    assert done.returncode == 0, done.stderr
    done = run_newsieve("restore", tmp_path / "copy.db", "--home", tmp_path / "new", home=decided)
    assert (done.returncode, done.stderr.startswith("Restored ")) == (0, True), done.stderr
    assert rulings(open_database(tmp_path / "new" / "newsieve.db"), 1) == {0: "news"}


def test_a_backup_is_restored_into_postgresql(decided, tmp_path, postgresql):
    run_newsieve("backup", tmp_path / "copy.db", home=decided)
    done = run_newsieve("restore", tmp_path / "copy.db", "--database", postgresql, home=tmp_path / "new")
    assert done.returncode == 0, done.stderr
    done = run_newsieve("verify", "--database", postgresql, home=tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "0 faults\n")
    assert "holds data" in refused(
        run_newsieve("restore", tmp_path / "copy.db", "--database", postgresql, home=tmp_path / "new")
    )


def test_what_is_there_is_replaced_on_demand_only_and_kept(decided, tmp_path):
    run_newsieve("backup", tmp_path / "copy.db", home=decided)
    rule(open_database(decided / "newsieve.db"), 1, 0, "filler")
    assert "with --replace" in refused(run_newsieve("restore", tmp_path / "copy.db", home=decided))
    done = run_newsieve("restore", "--replace", tmp_path / "copy.db", home=decided)
    assert rulings(open_database(decided / "newsieve.db"), 1) == {0: "news"}
    kept = decided / done.stderr.split(":")[0].rsplit("/")[-1]
    assert rulings(open_database(kept), 1) == {0: "filler"}


def test_bad_input_is_one_line_and_changes_nothing(decided, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert "mine.txt: is there already" in refused(run_newsieve("backup", tmp_path / "mine.txt", home=decided))
    assert "no backup of a moderation database" in refused(run_newsieve("restore", tmp_path / "mine.txt", home=decided))
    assert "no such file" in refused(run_newsieve("restore", tmp_path / "none", home=tmp_path / "new"))
    for verb in (["backup", tmp_path / "x"], ["verify"]):
        assert "no moderation database yet" in refused(run_newsieve(*verb, home=tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_verify_prints_a_line_a_fault_and_repairs_on_demand(decided):
    with closing(sqlite3.connect(decided / "newsieve.db")) as connection:
        connection.execute("UPDATE texts SET ruling = 'filler'")
        connection.commit()
    done = run_newsieve("verify", home=decided)
    assert (done.returncode, done.stderr) == (1, "1 faults\n")
    assert done.stdout.endswith(": says 1, 1, 1, filler, and should say 1, 1, 1, news\n")
    repaired = run_newsieve("verify", "--repair", home=decided)
    assert (repaired.returncode, repaired.stdout, repaired.stderr) == (0, done.stdout, "0 faults left\n")
    assert run_newsieve("verify", home=decided).returncode == 0
