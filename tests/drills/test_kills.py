"""Killed at any moment, nothing that was acknowledged is lost, nothing is half there; and a loss would be noticed."""

import json
from pathlib import Path
from random import Random

import pytest

from classifier.drills.checks import pointed, sound
from classifier.drills.commands import Command
from classifier.drills.grounds import make_grounds
from classifier.drills.moments import Usual, strike
from classifier.drills.sweeping import Sweeping
from classifier.store.opening import open_database


def contents(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_nothing_is_lost_by_a_kill_and_the_home_itself_is_left_alone(newsieve, home):
    before = contents(home)
    done = newsieve("selftest", "--kill", 5, "--seed", 3)
    assert done.returncode == 0, done.stderr
    kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert {kill["kind"] for kill in kills} == {"serve", "import", "upgrade", "crawl", "promote"}
    assert sum(kill["seconds"] is not None for kill in kills) == 5
    assert done.stderr.splitlines()[-1] == "5 kills with seed 3, 0 losses"
    assert contents(home) == before


def test_fewer_kills_than_asked_for_are_a_failure(newsieve):
    done = newsieve("selftest", "--kill", 9, "--seconds", 1, "--format", "table")
    assert done.returncode == 1
    assert "kills with seed 0, 0 losses" in done.stderr.splitlines()[-1]


def test_no_kills_are_no_test(newsieve):
    assert newsieve("selftest", "--kill", 0).returncode == 2


@pytest.fixture(scope="module")
def grounds(trained_home, tmp_path_factory):
    return make_grounds(trained_home, tmp_path_factory.mktemp("drill"))


def test_a_pointer_that_is_half_written_or_leads_elsewhere_is_a_loss(grounds):
    path = grounds.home / "models" / "current.json"
    whole = path.read_bytes()
    assert pointed(grounds, grounds.versions) == []
    assert pointed(grounds, ["20200101T000000Z-00000000"]) != []
    path.write_bytes(whole[:40])
    assert "damaged" in pointed(grounds, grounds.versions)[0]
    path.write_bytes(whole)


def test_a_database_that_is_half_written_is_a_loss(grounds, tmp_path):
    database = open_database(tmp_path / "newsieve.db")
    assert sound(database) == []
    (tmp_path / "newsieve.db").write_bytes(b"x" * 5_000)
    assert sound(database) != []
    database.close()


def test_half_a_part_of_a_crawl_is_a_loss(grounds):
    work = Sweeping(grounds)
    kill = work.strike(Random(4))
    assert kill.losses == ()
    (grounds.home.parent / "labelled").mkdir(exist_ok=True)
    torn = grounds.home.parent / "labelled" / next(iter(work._meant))
    torn.write_bytes(work._meant[torn.name][:-7])
    assert work._torn() == [f"{torn.name}: half a part"]


def test_a_command_that_has_ended_is_not_killed(grounds):
    command = Command(grounds.home, "models")
    assert command.finish() == 0
    usual = Usual(0.0)
    assert strike(command, Random(1), usual) is None
    assert usual.seconds > 0
