"""The database is made, upgraded after a backup copy, and never made anew behind a person's back."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from classifier.blocks import Block, Page
from classifier.errors import BusyError, HomeError, InputError
from classifier.store.database import postgresql_database, sqlite_database
from classifier.store.opening import NEWEST, open_database
from classifier.store.queue import add_pages, count_pages, get_page
from classifier.store.schema import metadata
from classifier.store.upgrading import known_revisions, upgrade
from tests.store.conftest import NOW, PAGE, rule, rulings


def test_the_migrations_lead_to_the_schema_in_the_code(database):
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_revision_is_the_last_of_the_migrations():
    assert known_revisions()[0] == NEWEST


def test_opening_again_keeps_everything(database, place):
    rule(database, 1, 0, "news")
    again = open_database(place)
    assert rulings(again, 1) == {0: "news"}
    again.close()


def database_0001(path):
    """Make a database as the first release left it: a page, a decision taken back, another."""
    with closing(sqlite3.connect(path)) as connection:
        with sqlite_database(path).writing() as upgraded:
            upgrade(upgraded, "0001")
        connection.execute(
            "INSERT INTO pages VALUES (7, 'https://a.example/', 'a.example', 'c', '2026-01-02 03:04:05')"
        )
        block = "INSERT INTO blocks VALUES (?, 7, ?, ?, ?, NULL, 0, 0, 0, 0.0, '[]')"
        connection.executemany(block, [(1, 0, "One", "f1"), (2, 1, "Two", "f2"), (3, 2, "two", "f2")])
        decision = "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, '2026-01-02 03:04:05', 'v', 'news', 0.25)"
        rows = [(1, "f1", 1, "news", "anna"), (2, "f1", 1, "undo", "ben"), (3, "f2", 2, "filler", "ben")]
        connection.executemany(decision, rows)
        connection.commit()


def test_a_database_of_the_first_release_is_upgraded_with_nothing_lost(tmp_path):
    database_0001(tmp_path / "newsieve.db")
    database = open_database(tmp_path / "newsieve.db")
    assert rulings(database, 7) == {1: "filler", 2: "filler"}
    queued = get_page(database, 7)
    assert [block.text for block in queued.page.blocks] == ["One", "Two", "two"]
    assert (queued.rulings[1].person, queued.rulings[1].decided_at) == ("ben", NOW)
    assert queued.repeats == {0: (1, 1), 1: (1, 1), 2: (1, 1)}
    rule(database, 7, 0, "boilerplate")
    assert rulings(database, 7)[0] == "boilerplate"
    with database.writing() as connection:
        assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_before_an_upgrade_a_copy_is_kept(tmp_path):
    database_0001(tmp_path / "newsieve.db")
    open_database(tmp_path / "newsieve.db")
    with closing(sqlite3.connect(tmp_path / "newsieve.db.before-0003")) as copy:
        assert copy.execute("SELECT ruling FROM decisions").fetchall() == [("news",), ("undo",), ("filler",)]


def test_only_the_owner_may_read_a_new_database_and_the_copy_of_an_older_one(tmp_path):
    new = open_database(tmp_path / "new.db")
    with new.writing() as connection:
        connection.execute(sa.text("UPDATE pages SET id = id"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("new.db*")}
    assert modes == dict.fromkeys(("new.db", "new.db-wal", "new.db-shm"), 0o600)
    database_0001(tmp_path / "old.db")
    open_database(tmp_path / "old.db")
    (copy,) = tmp_path.glob("old.db.before-*")
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_database_that_went_away_is_an_error_never_a_new_one(tmp_path):
    database = open_database(tmp_path / "newsieve.db")
    for file in tmp_path.glob("newsieve.db*"):
        file.unlink()
    with pytest.raises(HomeError, match="cannot be used"):
        count_pages(database)
    assert not (tmp_path / "newsieve.db").exists()


@pytest.mark.parametrize("put_there", [Path.replace, shutil.copyfile])
def test_under_an_open_desk_that_rests_its_file_can_be_replaced(tmp_path, put_there):
    database, other = open_database(tmp_path / "newsieve.db"), open_database(tmp_path / "other.db")
    add_pages(database, [PAGE], added_at=NOW)
    add_pages(other, [Page(f"p{n}", (Block(f"text {n} " * 50, 0),)) for n in range(200)], added_at=NOW)
    other.close()
    put_there(tmp_path / "other.db", tmp_path / "newsieve.db")
    assert count_pages(database) == 200
    add_pages(database, [PAGE], added_at=NOW)
    assert [path.name for path in tmp_path.glob("newsieve.db*")] == ["newsieve.db"], "nothing is left beside it"
    with closing(sqlite3.connect(tmp_path / "newsieve.db")) as there:
        assert there.execute("SELECT count(*) FROM pages").fetchone() == (201,)


def test_no_message_of_the_database_holds_what_was_written(database):
    with pytest.raises(HomeError) as caught, database.writing() as connection:
        connection.execute(sa.insert(metadata.tables["people"]), [{"name": "anna's secret"}])
    assert "cannot be used" in str(caught.value)
    assert "anna" not in str(caught.value)
    assert "[parameters: " not in str(caught.value.__cause__), "what a traceback would show"


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://", "nonsense", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached_is_one_sentence_without_the_password(url):
    with pytest.raises(HomeError) as caught:
        count_pages(open_database(url))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["mysql", "mysql+pymysql", "sqlite", "postgresql+psycopg2"])
def test_an_address_of_another_kind_is_named_as_it_was_typed_without_the_password(kind):
    with pytest.raises(HomeError, match=re.escape(f"{kind}://anna:***@h/db: only postgresql:// addresses are known")):
        open_database(f"{kind}://anna:hunter2@h/db")


def test_a_password_is_never_told():
    with pytest.raises(HomeError) as caught:
        open_database("postgresql://anna:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://h/db?user=anna&password=hunter2", "mysql://h/db?password=hunter2"])
def test_a_password_in_the_query_of_an_address_is_not_told_either(url):
    try:
        told = postgresql_database(url).name
    except HomeError as error:
        told = str(error)
    assert "hunter2" not in told
    assert "://h/db" in told


def test_what_a_database_cannot_keep_is_bad_input_not_a_broken_database(database):
    if database.path:
        pytest.skip("SQLite keeps NUL")
    with pytest.raises(InputError, match="none that a database keeps"), database.reading() as connection:
        connection.execute(sa.text("SELECT :text"), {"text": "a\0b"})


def test_a_commit_is_on_disk_before_decide_returns(tmp_path):
    database = open_database(tmp_path / "newsieve.db")
    add_pages(database, [PAGE], added_at=NOW)
    rule(database, 1, 0, "news")
    with closing(sqlite3.connect(tmp_path / "newsieve.db")) as other:
        assert other.execute("SELECT count(*) FROM decisions").fetchone() == (1,)
    with database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_while_another_process_writes_a_decision_is_refused_not_lost(tmp_path, monkeypatch):
    database = open_database(tmp_path / "newsieve.db")
    add_pages(database, [PAGE], added_at=NOW)
    monkeypatch.setattr("classifier.store.database._PRAGMAS", ("busy_timeout=10",))
    with closing(sqlite3.connect(tmp_path / "newsieve.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="another process is writing"):
            rule(database, 1, 0, "news")
        other.execute("COMMIT")
    rule(database, 1, 0, "news")
    assert rulings(database, 1) == {0: "news"}


def test_tables_are_made_all_or_none(tmp_path):
    fresh = sqlite_database(tmp_path / "new.db", create=True)

    def half():
        with fresh.writing() as connection:
            metadata.create_all(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with fresh.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def test_a_database_of_a_newer_program_is_refused_and_nothing_written_over_an_older_copy(database, place, tmp_path):
    copy = tmp_path / f"newsieve.db.before-{NEWEST}"
    copy.write_text("of an older one")
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HomeError, match="made by a newer Newsieve"):
        open_database(place)
    assert copy.read_text() == "of an older one"


def test_an_upgrade_that_was_killed_half_way_is_done_at_the_next_start(tmp_path):
    database_0001(tmp_path / "newsieve.db")
    killed = """
import os, sys, pathlib
from alembic import op
from classifier.store.opening import open_database
def killed(*arguments, **options):
    os.kill(os.getpid(), 9)
op.rename_table = killed
open_database(pathlib.Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "newsieve.db")], check=False)
    assert done.returncode == -9
    with closing(sqlite3.connect(tmp_path / "newsieve.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    assert rulings(open_database(tmp_path / "newsieve.db"), 7) == {1: "filler", 2: "filler"}


def test_on_a_full_disk_a_decision_is_refused_not_lost(tmp_path, monkeypatch):
    database = open_database(tmp_path / "newsieve.db")
    add_pages(database, [PAGE], added_at=NOW)
    with closing(sqlite3.connect(tmp_path / "newsieve.db")) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with monkeypatch.context() as full:
        full.setattr("classifier.store.database._PRAGMAS", (f"max_page_count={pages}", "foreign_keys=ON"))
        with pytest.raises(HomeError, match="full"):
            add_pages(database, [Page("big", (Block("word " * 100_000, 0),))], added_at=NOW)
    rule(database, 1, 0, "news")
    assert rulings(database, 1) == {0: "news"}
