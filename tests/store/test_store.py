"""The moderation database: pages once, decisions only ever added, one ruling a text."""

import sqlite3
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from classifier.blocks import Block, Page, Span
from classifier.errors import BusyError, HomeError, NotFoundError
from classifier.store.database import Database, open_database
from classifier.store.decisions import Shown, decide, decided_examples
from classifier.store.queue import add_pages, count_pages, get_page, list_pages
from classifier.store.schema import metadata

NOW = datetime(2026, 1, 2, 3, 4, 5)
PAGE = Page(
    "https://www.paper.example/1",
    (
        Block("Tips for new landlords - May 4, 2019", 0, Span(2, 40), list_item=True),
        Block("Council votes", 1, "html/body/h1[1]", heading=True),
        Block("casino", 2, None, hidden=True, link_share=0.5, link_hosts=("spam.example", "b.example")),
    ),
    "paper.example",
)
OTHER = Page("other.txt", (Block("TIPS for new landlords - June 6, 2021", 0),))


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "newsieve.db")
    add_pages(opened, [PAGE, OTHER], added_at=NOW)
    return opened


def rule(database, page_id, position, ruling, person="anna"):
    decide(database, page_id, position, ruling, person=person, decided_at=NOW, shown=Shown("v", "news", 0.25))


def test_a_page_comes_out_as_it_went_in(database):
    queued = get_page(database, 1)
    assert queued.page == PAGE
    assert queued.added_at == NOW
    assert queued.rulings == {}


def test_a_page_is_queued_once_and_a_page_without_blocks_not_at_all(database):
    assert add_pages(database, [PAGE, Page("empty", ())], added_at=NOW) == 0
    assert count_pages(database) == 2


def test_of_several_pages_all_are_queued_or_none(database):
    def pages():
        yield Page("new", (Block("New", 0),))
        raise RuntimeError("the file broke off here")

    with pytest.raises(RuntimeError):
        add_pages(database, pages(), added_at=NOW)
    assert count_pages(database) == 2


def test_a_ruling_holds_for_the_same_text_on_every_page(database):
    rule(database, 1, 0, "filler")
    assert get_page(database, 1).rulings == {0: "filler"}
    assert get_page(database, 2).rulings == {0: "filler"}


def test_a_ruling_holds_for_pages_that_arrive_later(database):
    rule(database, 1, 1, "news")
    add_pages(database, [Page("late", (Block("council VOTES", 0),))], added_at=NOW)
    assert get_page(database, 3).rulings == {0: "news"}


def test_the_newest_ruling_stands_and_undo_takes_it_back(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 2, 0, "filler", "ben")
    assert [(e.label, e.origin) for e in decided_examples(database)] == [("filler", "decision 2 by ben")]
    rule(database, 1, 0, "undo")
    assert get_page(database, 2).rulings == {}
    assert decided_examples(database) == []


def test_unsure_is_shown_but_never_trained_on(database):
    rule(database, 1, 0, "unsure")
    assert get_page(database, 1).rulings == {0: "unsure"}
    assert decided_examples(database) == []


def test_decisions_are_only_ever_added(database, tmp_path):
    for ruling in ("news", "filler", "undo"):
        rule(database, 1, 0, ruling)
    with sqlite3.connect(tmp_path / "newsieve.db") as connection:
        rows = connection.execute(
            "SELECT ruling, person, shown_model, shown_label, shown_score FROM decisions"
        ).fetchall()
    assert rows == [(ruling, "anna", "v", "news", 0.25) for ruling in ("news", "filler", "undo")]


def test_an_example_is_grouped_by_site_or_by_its_page_where_that_is_unknown(database):
    rule(database, 1, 1, "news")
    rule(database, 2, 0, "filler")
    sites = {e.text: e.site for e in decided_examples(database)}
    assert sites == {"Council votes": "paper.example", OTHER.blocks[0].text: "queue/other.txt"}


def test_pages_are_listed_part_by_part(database):
    assert [q.id for q in list_pages(database, limit=1)] == [1]
    assert [q.id for q in list_pages(database, limit=5, offset=1)] == [2]


def test_what_is_not_there_is_not_found(database):
    with pytest.raises(NotFoundError):
        get_page(database, 99)
    with pytest.raises(NotFoundError):
        rule(database, 1, 99, "news")


def test_a_ruling_that_is_none_never_gets_in(database):
    with pytest.raises(HomeError, match="known_ruling"):
        rule(database, 1, 0, "maybe")


def test_a_commit_is_on_disk_before_decide_returns(database, tmp_path):
    rule(database, 1, 0, "news")
    with sqlite3.connect(tmp_path / "newsieve.db") as other:
        assert other.execute("SELECT count(*) FROM decisions").fetchone() == (1,)
    with database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_the_migrations_lead_to_the_schema_in_the_code(database):
    with database.writing() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_keeps_everything(database, tmp_path):
    rule(database, 1, 0, "news")
    again = open_database(tmp_path / "newsieve.db")
    assert get_page(again, 1).rulings == {0: "news"}


def test_a_database_that_went_away_is_an_error_never_a_new_one(database, tmp_path):
    for file in tmp_path.glob("newsieve.db*"):
        file.unlink()
    with pytest.raises(HomeError, match="cannot be used"):
        rule(database, 1, 0, "news")
    assert not (tmp_path / "newsieve.db").exists()


def test_while_another_process_writes_a_decision_is_refused_not_lost(database, tmp_path, monkeypatch):
    monkeypatch.setattr("classifier.store.database._PRAGMAS", ("busy_timeout=10",))
    with sqlite3.connect(tmp_path / "newsieve.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="another process is writing"):
            rule(database, 1, 0, "news")
        other.execute("COMMIT")
    rule(database, 1, 0, "news")
    assert get_page(database, 1).rulings == {0: "news"}


def test_tables_are_made_all_or_none(tmp_path):
    fresh = Database(tmp_path / "new.db", create=True)

    def half():
        with fresh.writing() as connection:
            metadata.create_all(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with fresh.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def test_a_database_of_a_newer_program_is_refused(database, tmp_path):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HomeError, match="made by a newer Newsieve"):
        open_database(tmp_path / "newsieve.db")
