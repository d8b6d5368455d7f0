"""newsieve doctor: it finds what is wrong with a home, says what to do, and touches nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from hashlib import sha256

import pytest
from click.testing import CliRunner
from filelock import FileLock

from classifier.blocks import Block, Page
from classifier.card import Card
from classifier.cli import main
from classifier.doctor.folder import look_at_folder
from classifier.doctor.moderation_database import MOST_WAL_BYTES, look_at_database
from classifier.pointer import Pointer, Shadow
from classifier.report import HoldoutReport
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.conftest import NEWSIEVE, add_version, fresh_schema, run_newsieve
from tests.store.conftest import NOW
from tests.store.test_opening import database_0001

SOUND = {"current model", "other versions", "shadow", "database", "schema", "write-ahead log", "permissions", "disk"}
OF_OTHERS = "of other blocks than those shipped here; 0 were decided"


@pytest.fixture
def sound(home):
    """A home with a model, a database and a secret key."""
    database = open_database(home / "newsieve.db")
    add_pages(database, [Page("p", (Block("Council votes", 0),))], added_at=NOW)
    (home / "secret_key").write_bytes(os.urandom(32))
    (home / "secret_key").chmod(0o600)
    return home


def found(home, *options):
    """Return what the doctor finds, by part, and its exit code; in this process, where digests are taken once."""
    options = [str(option) for option in ("--home", home, "--format", "jsonl", *options)]
    done = CliRunner().invoke(main, ["doctor", *options])
    assert isinstance(done.exception, SystemExit | None), done.exception
    return {row["part"]: row for row in map(json.loads, done.stdout.splitlines())}, done.exit_code


def everything(home):
    """Return every file's content, mode and time of change: what may not be touched."""
    return {
        path.relative_to(home): (path.stat().st_mode, path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in [home, *home.rglob("*")]
    }


def test_a_sound_home_has_nothing_to_do_and_is_not_touched(sound):
    before = everything(sound)
    parts, code = found(sound)
    assert code == 0
    assert {part for part, row in parts.items() if row["state"] == "well"} >= SOUND
    assert all((row["state"] == "well") == (row["advice"] == "") for row in parts.values())
    assert everything(sound) == before


def test_a_home_that_is_not_there_stays_so(tmp_path):
    parts, code = found(tmp_path / "none")
    assert (code, parts["home"]["state"]) == (1, "to do")
    assert not (tmp_path / "none").exists()


def test_a_home_without_anything_in_it_is_well_and_stays_empty(tmp_path):
    (tmp_path / "home").mkdir(mode=0o755)
    parts, code = found(tmp_path / "home")
    assert code == 0
    assert parts["current model"]["found"] == "no version yet"
    assert not list((tmp_path / "home").iterdir())


def test_the_table_has_a_line_a_part_with_what_to_do(sound):
    (sound / "secret_key").chmod(0o644)
    done = run_newsieve("doctor", "--format", "table", home=sound)
    assert f"to do  permissions      others may read secret_key; chmod 600 {sound / 'secret_key'}\n" in done.stdout
    assert done.stderr.startswith("1 of ")


def short_key(home):
    (home / "secret_key").write_bytes(b"short")


def open_database_file(home):
    (home / "newsieve.db").chmod(0o644)


def writable_by_all(home):
    (home / "models").chmod(0o777)


def damaged_pointer(home):
    (home / "models" / "current.json").write_text("{")


def no_pointer(home):
    (home / "models" / "current.json").unlink()


def changed_weights(home):
    (weights,) = home.glob("models/*/weights.npz")
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")


def pointed_at_nothing(home):
    (version,) = (path.parent for path in home.glob("models/*/card.json"))
    shutil.rmtree(version)


def damaged_other(home):
    (version,) = (path.parent for path in home.glob("models/*/card.json"))
    shutil.copytree(version, version.with_name("20260101T000000Z-0123abcd"))


def lost_shadow(home):
    facts = {"version": "20260101T000000Z-0123abcd", "at": "2026-01-01T00:00:00", "by": "anna"}
    (home / "models" / "shadow.json").write_text(json.dumps(facts))


def stale_draft(home):
    (home / "models" / ".draft-abc").mkdir()
    os.utime(home / "models" / ".draft-abc", (1, 1))


def half_written(home):
    (home / "models" / ".current.json-x1").write_text("{")
    os.utime(home / "models" / ".current.json-x1", (1, 1))


def broken_database(home):
    data = bytearray((home / "newsieve.db").read_bytes())
    data[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    (home / "newsieve.db").write_bytes(data)


def no_database_at_all(home):
    (home / "newsieve.db").write_text("something else, of more than the hundred bytes that a header of SQLite has" * 9)


def emptied_database(home):
    (home / "newsieve.db").write_bytes(b"")


def database_without_tables(home):
    (home / "newsieve.db").unlink()
    with closing(sqlite3.connect(home / "newsieve.db")) as connection:
        connection.execute("PRAGMA user_version=1")
    (home / "newsieve.db").chmod(0o600)


def folder_for_database(home):
    (home / "newsieve.db").unlink()
    (home / "newsieve.db").mkdir()


def newer_schema(home):
    with closing(sqlite3.connect(home / "newsieve.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def dangling_reference(home):
    with closing(sqlite3.connect(home / "newsieve.db")) as connection:
        connection.execute("UPDATE blocks SET page_id = 99")
        connection.commit()


def damaged_shadow(home):
    (home / "models" / "shadow.json").write_text("{")


def damaged_report(home):
    (report,) = home.glob("models/*/report.json")
    report.write_text("{")


def folder_for_lock(home):
    (home / ".secret_key.lock").mkdir()


def log_without_index(home):
    (home / "newsieve.db-wal").write_bytes(b"x")
    (home / "newsieve.db-wal").chmod(0o600)


FAULTS = [
    (short_key, "secret key", "the next start makes a new one"),
    (open_database_file, "permissions", "chmod 600"),
    (writable_by_all, "permissions", "chmod -R go-w"),
    (damaged_pointer, "current model", "newsieve promote VERSION"),
    (no_pointer, "current model", "newsieve promote VERSION"),
    (changed_weights, "current model", "roll back or train"),
    (pointed_at_nothing, "current model", "newsieve models"),
    (damaged_other, "other versions", "remove it"),
    (lost_shadow, "shadow", "newsieve shadow --off"),
    (stale_draft, "leftovers", "rm -r"),
    (half_written, "leftovers", "rm -r"),
    (broken_database, "database", "restore"),
    (no_database_at_all, "database", "restore"),
    (emptied_database, "schema", "newsieve restore"),
    (database_without_tables, "schema", "newsieve restore"),
    (folder_for_database, "database", "restore"),
    (newer_schema, "schema", "upgrade this one"),
    (log_without_index, "database", "newsieve verify"),
    (dangling_reference, "database", "newsieve restore --replace"),
    (damaged_shadow, "shadow", "newsieve shadow"),
    (damaged_report, "holdout", "train"),
    (folder_for_lock, "locks", "newsieve serve"),
]


@pytest.mark.parametrize(("spoil", "part", "advice"), FAULTS, ids=[spoil.__name__ for spoil, _, _ in FAULTS])
def test_each_fault_is_found_with_what_to_do_and_left_as_it_is(sound, spoil, part, advice):
    spoil(sound)
    before = everything(sound)
    parts, code = found(sound)
    assert (parts[part]["state"], code) == ("to do", 1), parts
    assert advice in parts[part]["advice"]
    assert everything(sound) == before


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv to give up the rights of root")
def test_a_folder_that_is_shut_is_something_to_do_and_hides_nothing_of_the_other_parts(sound):
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    (sound / "models").chmod(0o000)
    try:
        doctor = [*command, NEWSIEVE, "--home", sound, "doctor", "--format", "jsonl"]
        done = subprocess.run(doctor, capture_output=True, text=True, check=False)
    finally:
        (sound / "models").chmod(0o755)
    parts = {row["part"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, parts["folder"]["advice"]) == (1, f"chmod u+rwx {sound / 'models'}, as its owner")
    assert parts["versions"]["found"] == f"{sound / 'models' / 'current.json'}: Permission denied"
    assert (parts["locks"]["state"], parts["database"]["state"]) == ("to do", "well")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_a_file_of_somebody_else_is_something_to_do(tmp_path):
    (tmp_path / "secret_key").write_bytes(b"k" * 32)
    os.chown(tmp_path / "secret_key", 12_345, -1)
    (owner,) = (found for found in look_at_folder(tmp_path) if found.part == "owner")
    assert (owner.state, str(tmp_path / "secret_key") in owner.found) == ("to do", True)
    assert f"chown -R --reference={tmp_path}" in owner.advice


def test_a_disk_without_room_for_a_copy_of_the_database_is_something_to_do(tmp_path):
    (tmp_path / "newsieve.db").touch()
    os.truncate(tmp_path / "newsieve.db", shutil.disk_usage(tmp_path).free)  # a hole: it takes no room itself
    (disk,) = (found for found in look_at_folder(tmp_path) if found.part == "disk")
    assert (disk.state, "make room" in disk.advice) == ("to do", True)


def test_a_write_ahead_log_that_nobody_takes_in_is_something_to_do(tmp_path):
    (tmp_path / "newsieve.db").touch()
    (tmp_path / "newsieve.db-wal").touch()
    os.truncate(tmp_path / "newsieve.db-wal", MOST_WAL_BYTES + 1)
    parts = {found.part: found for found in look_at_database(tmp_path, database_url="", now=NOW)}
    assert (parts["write-ahead log"].state, "stop the desk" in parts["write-ahead log"].advice) == ("to do", True)


def test_what_is_worth_knowing_is_noted_and_nothing_is_to_be_done(sound, registry, version):
    card, (gone, other) = registry.card(version), ("20250101T000000Z-00000000", "20250101T000000Z-11111111")
    older = replace(card, sha256={file: card.sha256[file] for file in ("weights.npz", "model.joblib")}, intake=None)
    (registry.folder / version / "card.json").write_bytes(older.to_bytes())
    (registry.folder / "current.json").write_bytes(Pointer(version, (gone,)).to_bytes())
    registry.put_in_shadow(Shadow(version, NOW, "anna"))
    for name in ("before-0003", "replaced-20250101"):
        shutil.copy(sound / "newsieve.db", sound / f"newsieve.db.{name}")
    os.utime(sound / "newsieve.db.before-0003", (1, 1))
    parts, code = found(sound)
    noted = {part: row["found"] for part, row in parts.items() if row["state"] == "note"}
    assert (code, parts["training pages"]["found"]) == (0, f"digest {card.data_digest[:12]}, {OF_OTHERS}")
    assert noted["holdout"] == "nothing was measured when this version was trained"
    assert noted["other versions"] == f"{gone}: current once, and no longer on disk"
    assert noted["shadow"] == f"{version}: has become current"
    assert noted["kept copies"].startswith("2 of before upgrades and restores, ")
    registry.put_in_shadow(Shadow(add_version(registry, version, other), NOW, "anna"))
    shadow = found(sound)[0]["shadow"]
    assert (shadow["state"], shadow["found"]) == ("well", f"{other}: loads")


def test_an_older_database_is_noted_and_not_upgraded(sound):
    (sound / "newsieve.db").unlink()
    (sound / "newsieve.db").touch(0o600)
    database_0001(sound / "newsieve.db")
    before = everything(sound)
    parts, code = found(sound)
    assert (code, parts["schema"]["state"]) == (0, "note"), parts
    assert "the next start upgrades it" in parts["schema"]["advice"]
    assert everything(sound) == before


def test_a_desk_that_is_at_work_is_looked_over_without_harm(sound):
    database = open_database(sound / "newsieve.db")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE pages SET model = NULL")
        assert (sound / "newsieve.db-wal").exists()
        parts, code = found(sound)
        assert (code, parts["database"]["state"]) == (0, "well"), parts
    assert (sound / "newsieve.db").exists()


def test_who_is_at_work_is_noted(sound):
    with FileLock(sound / "models" / ".train.lock"):
        parts, code = found(sound)
    assert (code, parts["locks"]["found"]) == (0, "newsieve train at work")


def test_the_age_of_the_newest_backup_is_told(sound, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    assert found(sound, "--backups", folder)[0]["backups"]["state"] == "to do"
    run_newsieve("backup", folder / "one.db", home=sound)
    assert found(sound, "--backups", folder)[0]["backups"]["state"] == "well"
    os.utime(folder / "one.db", (1, 1))
    parts, code = found(sound, "--backups", folder)
    assert (code, parts["backups"]["state"]) == (1, "to do")


def cut_in_half(backup):
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def only_begun(backup):
    backup.write_bytes(b"SQLite format 3\0")


def of_something_else(backup):
    backup.unlink()
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("CREATE TABLE songs (id INTEGER)")


def of_the_future(backup):
    os.utime(backup, (4_000_000_000, 4_000_000_000))


@pytest.mark.parametrize("spoil", [cut_in_half, only_begun, of_something_else, of_the_future])
def test_a_newest_backup_that_would_bring_nothing_back_is_something_to_do(sound, tmp_path, spoil):
    run_newsieve("backup", tmp_path / "backups.db", home=sound)
    (tmp_path / "backups").mkdir()
    shutil.move(tmp_path / "backups.db", tmp_path / "backups" / "one.db")
    assert found(sound, "--backups", tmp_path / "backups")[0]["backups"]["state"] == "well"
    spoil(tmp_path / "backups" / "one.db")
    before = everything(tmp_path / "backups")
    parts, code = found(sound, "--backups", tmp_path / "backups")
    assert (code, parts["backups"]["state"]) == (1, "to do"), parts
    assert everything(tmp_path / "backups") == before


@pytest.mark.parametrize("spoil", [emptied_database, database_without_tables])
def test_what_was_lost_is_neither_verified_nor_backed_up(sound, tmp_path, spoil):
    spoil(sound)
    for command in (["verify"], ["backup", tmp_path / "new.db"]):
        done = run_newsieve(*command, home=sound)
        assert (done.returncode, "nothing is in it; bring a backup back" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "new.db").exists()


def test_a_version_made_by_another_numpy_or_measured_on_another_holdout_is_noted(sound):
    parts, _ = found(sound)
    assert parts["training pages"]["found"].startswith("those shipped here")
    (card,) = sound.glob("models/*/card.json")
    read, report = Card.from_bytes(card.read_bytes(), name="card"), card.with_name("report.json")
    other = replace(HoldoutReport.from_bytes(report.read_bytes(), name="report"), data_digest="1" * 64).to_bytes()
    report.write_bytes(other)
    measured = {**read.sha256, "report.json": sha256(other).hexdigest()}
    made = replace(read, libraries={**read.libraries, "numpy": "1.0"}, data_digest="0" * 64, sha256=measured)
    card.write_bytes(made.to_bytes())
    parts, code = found(sound)
    assert (code, parts["libraries"]["state"], parts["training pages"]["state"]) == (0, "note", "note")
    assert parts["holdout"]["found"] == "measured on another holdout, of digest 111111111111"
    assert parts["libraries"]["found"].startswith("made by numpy 1.0, here ")


def test_a_database_in_postgresql_is_looked_over_and_nothing_is_made_in_it(home, postgresql):
    with fresh_schema(postgresql) as place:
        look_over(home, place)


def look_over(home, place):
    parts, code = found(home, "--database", place)
    assert (code, parts["schema"]["found"]) == (0, "no tables yet"), parts
    open_database(place).close()
    parts, code = found(home, "--database", place)
    assert (code, parts["schema"]["state"]) == (0, "well"), parts
    assert "@" not in parts["database"]["found"] or ":***@" not in parts["database"]["found"]


def test_a_server_that_does_not_answer_is_something_to_do(home):
    parts, code = found(home, "--database", "postgresql://anna:hush@127.0.0.1:1/none")
    assert (code, parts["database"]["state"]) == (1, "to do")
    assert "start the server" in parts["database"]["advice"]
    assert "hush" not in str(parts)


def test_without_the_compiled_modules_the_doctor_says_what_does_their_work(home):
    without = "sys.modules['classifier._lookup'] = sys.modules['classifier._markup'] = None"
    code = f"import sys; {without}; from classifier.cli import main; main()"
    python = NEWSIEVE.with_name("python")
    command = [python, "-c", code, "--home", home, "doctor", "--format", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row["part"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert (rows["scoring"]["state"], "NumPy" in rows["scoring"]["found"]) == ("note", True)
    assert (rows["reading HTML"]["state"], "Python" in rows["reading HTML"]["found"]) == ("note", True)
