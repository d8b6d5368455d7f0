"""A backup is the whole database in one file; it comes back into either kind; what is derived can be checked."""

import sqlite3
import stat
from contextlib import closing
from threading import Thread

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.errors import HomeError, InputError
from classifier.store.checking import verify
from classifier.store.copies import backup, restore
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.history import undo
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.pins import active_pins, pin
from classifier.store.queue import add_pages, count_pages
from classifier.store.repairing import repair
from classifier.store.schema import metadata
from tests.store.conftest import NOW, rule, rulings
from tests.store.test_opening import database_0001
from tests.store.test_queue import SPAM


@pytest.fixture
def full(database, model):
    """A database with pages, verdicts, campaigns, decisions and an undo."""
    add_pages(database, [Page(f"spam {n}", SPAM, f"spam{n}.example") for n in range(3)], added_at=NOW)
    judge_stale(database, model)
    rule(database, 1, 0, "filler")
    rule(database, 1, 1, "news", "ben", form="f1")
    undo(database, person="ben", now=NOW)
    shown = Shown("v", "filler", 1 / 3)
    decide(database, Act("anna", NOW, "run", page_id=3), [Ruled(n, "filler", shown) for n in range(3)])
    pin(database, Act("anna", NOW, page_id=4), Ruled(0, "filler", shown), reason="An example")
    drop_pages(database, [4])
    return database


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def empty_place(request, tmp_path):
    """A place for another database, of either kind, where there is none yet."""
    if request.param == "SQLite":
        yield tmp_path / "new home" / "newsieve.db"
        return
    import psycopg

    url = request.getfixturevalue("postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA restored")
        yield f"{url}?options=-csearch_path=restored"
        connection.execute("DROP SCHEMA restored CASCADE")


def contents(database):
    with database.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def damaged(database, statement):
    with database.writing() as connection:
        connection.execute(sa.text(statement))
    return verify(database)


def test_a_backup_of_either_kind_comes_back_into_either_kind_with_every_row(full, empty_place, tmp_path):
    before = contents(full)
    assert before["runs"]
    assert before["campaigns"]
    backup(full, tmp_path / "backup.db")
    done = restore(tmp_path / "backup.db", empty_place, now=NOW)
    restored = open_database(empty_place)
    assert contents(restored) == before
    assert (done.rows, done.kept) == (sum(map(len, before.values())), None)
    assert verify(restored) == []
    assert active_pins(restored) == active_pins(full) != []
    rule(restored, 1, 1, "filler")
    assert add_pages(restored, [Page("new", (Block("New", 0),))], added_at=NOW) == [6]
    assert rulings(restored, 1)[1] == "filler"
    restored.close()


def test_a_backup_is_one_sqlite_file_that_only_its_owner_reads(full, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(full, folder / "backup.db")
    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    assert stat.S_IMODE((folder / "backup.db").stat().st_mode) == 0o600
    with closing(sqlite3.connect(f"file:{folder}/backup.db?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT count(*) FROM acts").fetchone() == (5,)


def test_a_backup_never_replaces_a_file_and_leaves_nothing_half_written(full, tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(HomeError, match=r"page\.html: is there already"):
        backup(full, tmp_path / "page.html")
    with pytest.raises(HomeError, match="choose a folder that can be written to"):
        backup(full, tmp_path / "nowhere" / "backup.db")
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("classifier.store.copies.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(HomeError, match="disk full"):
        backup(full, tmp_path / "backup.db")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "page.html").read_text() == "mine"


def test_a_backup_made_while_people_decide_holds_whole_acts_only(full, tmp_path):
    shown = Shown("v", "filler", 0.5)

    def work():
        for _ in range(30):
            decide(full, Act("cleo", NOW, "run", page_id=3), [Ruled(n, "filler", shown) for n in range(4)])

    worker = Thread(target=work)
    worker.start()
    for number in range(3):
        backup(full, tmp_path / f"{number}.db")
    worker.join()
    for number in range(3):
        copy = open_database(tmp_path / f"{number}.db")
        assert verify(copy) == []
        acts = [row[0] for row in contents(copy)["acts"] if row[1] == "cleo"]
        said = [row[1] for row in contents(copy)["decisions"]]
        assert all(said.count(act) == 4 for act in acts)
        copy.close()


def test_what_holds_data_is_replaced_only_on_demand_and_kept(full, place, tmp_path):
    backup(full, tmp_path / "backup.db")
    rule(full, 2, 0, "news", "zoe")
    later = contents(full)
    with pytest.raises(HomeError, match="holds data; with --replace"):
        restore(tmp_path / "backup.db", place, now=NOW)
    assert contents(full) == later
    done = restore(tmp_path / "backup.db", place, now=NOW, replace=True)
    assert rulings(full, 2) == {0: "filler"}
    assert done.kept.name.endswith(".db.replaced-20260102T030405Z")
    restore(done.kept, place, now=NOW.replace(year=2027), replace=True)
    assert contents(full) == later


def test_a_backup_of_the_first_release_is_upgraded_on_its_way_and_left_as_it_is(place, tmp_path):
    (tmp_path / "old").mkdir()
    database_0001(tmp_path / "old" / "backup.db")
    with closing(sqlite3.connect(tmp_path / "old" / "backup.db")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = (tmp_path / "old" / "backup.db").read_bytes()
    restore(tmp_path / "old" / "backup.db", place, now=NOW)
    restored = open_database(place)
    assert rulings(restored, 7) == {1: "filler", 2: "filler"}
    assert verify(restored) == []
    restored.close()
    assert (tmp_path / "old" / "backup.db").read_bytes() == before


def no_backups(folder):
    (folder / "text").write_text("no database\n" * 1000)
    (folder / "empty").touch()
    with closing(sqlite3.connect(folder / "other")) as connection:
        connection.execute("CREATE TABLE pages (id)")
    newer = open_database(folder / "newer")
    with newer.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    orphan = open_database(folder / "orphan")
    with closing(sqlite3.connect(orphan.path)) as connection:
        connection.execute("INSERT INTO runs VALUES (1, 99, 0, 1, 99, '2026-01-01 00:00:00')")
        connection.commit()
    big = open_database(folder / "torn")
    add_pages(big, [Page(f"p{n}", (Block(f"text {n} " * 50, 0),)) for n in range(500)], added_at=NOW)
    big.close()
    with closing(sqlite3.connect(big.path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    data = bytearray((folder / "torn").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40_000] = b"\xff" * 40_000
    (folder / "torn").write_bytes(data)


def test_what_is_no_sound_backup_is_refused_by_its_name_and_makes_no_database(tmp_path):
    no_backups(tmp_path)
    sentences = {
        "missing": "no such file",
        "text": "no backup of a moderation database",
        "empty": "no backup of a moderation database",
        "other": "no backup of a moderation database",
        "newer": "made by a newer Newsieve",
        "orphan": "damaged \\(a row of runs without its",
        "torn": "damaged|no backup of a moderation database",
    }
    for name, sentence in sentences.items():
        with pytest.raises(InputError, match=f"{name}: ({sentence})"):
            restore(tmp_path / name, tmp_path / "home" / "newsieve.db", now=NOW)
    assert not (tmp_path / "home").exists()


def test_a_sound_database_has_no_faults_whatever_was_done_in_it(full):
    assert verify(full) == []
    drop_pages(full, [1, 2, 3, 5])
    assert verify(full) == []
    assert count_pages(full) == 0


SPOILT = [
    ("UPDATE texts SET ruling = 'news' WHERE ruling = 'filler'", "text "),
    ("UPDATE texts SET pages = pages + 1", "text "),
    ("UPDATE text_sites SET pages = 7 WHERE site = 'paper.example'", "text of site "),
    ("DELETE FROM text_sites", "text of site "),
    ("UPDATE pages SET to_check = 99 WHERE id = 3", "page 3: says "),
    ("UPDATE pages SET blocks = 1 WHERE id = 1", "blocks of page 1: says 1, and should say 3"),
    ("UPDATE campaigns SET pages = 50", "campaign 1: says 50, "),
    ("UPDATE campaigns SET undecided = 50", "campaign 1: says 2, 2, 50, "),
    ("DELETE FROM campaign_sites", "site of campaign 1, spam0.example: says nothing, and should say 1"),
    ("DELETE FROM campaign_texts", "text of campaign 1, "),
    (
        "INSERT INTO campaign_hosts VALUES (1, 'x.example', 1)",
        "link host of campaign 1, x.example: says 1, and should say nothing",
    ),
]


def test_what_is_derived_wrongly_is_named_and_derived_anew(full):
    repair(full)  # rows that count no page any more are gone
    before = contents(full)
    for statement, fault in SPOILT:
        faults = damaged(full, statement)
        assert any(line.startswith(fault) for line in faults), (statement, faults)
        repair(full)
        assert verify(full) == []
        assert contents(full) == before


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE pins SET label = 'news'", "pin 1: says news, "),
        ("UPDATE pins SET position = 1", "text of pin 1: says "),
        ("UPDATE pins SET texts = '[]'", "text of pin 1: says nothing, and should say "),
    ],
)
def test_a_pin_that_differs_from_its_decision_is_named(full, statement, fault):
    faults = damaged(full, statement)
    assert any(line.startswith(fault) for line in faults), faults


def test_rows_that_belong_to_nothing_are_named(tmp_path):
    open_database(tmp_path / "newsieve.db")
    with closing(sqlite3.connect(tmp_path / "newsieve.db")) as connection:
        connection.execute("INSERT INTO runs VALUES (1, 99, 0, 1, 99, '2026-01-01 00:00:00')")
        connection.commit()
    faults = verify(open_database(tmp_path / "newsieve.db"))
    assert "runs, row 1: belongs to pages that are not there" in faults


def test_nobody_stays_logged_in_over_a_restore(database, empty_place, tmp_path):
    with database.writing() as connection:
        person = {"name": "anna", "password_hash": "x", "role": "moderator", "added_at": NOW}
        connection.execute(sa.insert(metadata.tables["people"]), person)
        session = {"key_hash": "k", "person": "anna", "started_at": NOW}
        connection.execute(sa.insert(metadata.tables["sessions"]), session)
    backup(database, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", empty_place, now=NOW)
    restored = open_database(empty_place)
    assert len(contents(restored)["people"]) == 1
    assert contents(restored)["sessions"] == []
    restored.close()
