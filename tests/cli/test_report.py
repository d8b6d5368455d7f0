"""newsieve report: live figures from blind samples, for people, for programs and for a cron job."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.live import week_of
from classifier.registry import Registry
from classifier.store.learning_schema import blind_samples
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.schema import acts, decisions
from tests.conftest import refused
from tests.store.conftest import NOW, add_judged

TODAY = datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture
def database(home):
    opened = open_database(home / "newsieve.db")
    yield opened
    opened.close()


def answered(database, outcome, filler, of, *, day=TODAY, model="gone"):
    """Add answered samples of a version that is not on disk any more, so many of them filler."""
    label = "filler" if outcome == "removed" else "news"
    with database.writing() as connection:
        begun = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(acts.c.id), 0))) + 1
        for number in range(begun, begun + of):
            text = {"fingerprint": f"{number:032x}", "text": "A text", "address": "a", "site": "s", "position": 0}
            act = {"id": number, "person": "ann", "acted_at": day, "kind": "block", "source": "", "blind": True}
            connection.execute(sa.insert(acts), act)
            said = {"ruling": "filler" if number - begun < filler else "news", "act_id": number}
            shown = {"shown_model": model, "shown_label": label, "shown_score": 0.5}
            connection.execute(sa.insert(decisions), {**text, **said, **shown})
            row = {"drawn_at": day, "model": model, "outcome": outcome, "drawn": of, "of": 1_000, "page_id": 1}
            connection.execute(
                sa.insert(blind_samples), {**text, **row, "label": label, "score": 0.5, "act_id": number}
            )


def test_figures_are_printed_with_counts_and_intervals_even_of_a_version_gone_from_disk(newsieve, database):
    answered(database, "removed", 38, 40)
    answered(database, "passed", 1, 80)
    done = newsieve("report")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Version gone, drawn from about 1,000 removed and 1,000 passed blocks" in done.stdout
    assert "precision       95.0% (38 of 40) [83.5%, 98.6%] of the removed are filler" in done.stdout
    assert "recall          98.7% [" in done.stdout
    assert "120 answered blind, 0 unsure, 0 waiting" in done.stdout
    assert f"  {week_of(TODAY)}  precision 95.0% (38 of 40)" in done.stdout
    assert "  all      shown - (none), hidden 97.5% (117 of 120)" in done.stdout


def test_the_same_is_printed_as_json(newsieve, database):
    answered(database, "removed", 38, 40)
    report = json.loads(newsieve("report", "--format", "json").stdout)
    assert report["versions"][0]["precision"]["hits"] == 38
    assert report["versions"][0]["recall"] is None
    assert (report["answered"], report["alarms"], report["weeks"][0]["week"]) == (40, [], week_of(TODAY))
    assert [one["outcome"] for one in report["following"]] == ["removed", "passed", "all"]


def test_too_few_answers_are_said_plainly(newsieve, database):
    answered(database, "removed", 12, 12)
    assert newsieve("report").stdout.startswith("12 answered; below 30 no interval is worth reading.\n")


def test_samples_of_before_a_day_are_left_out(newsieve, database):
    answered(database, "removed", 30, 30, day=NOW)
    assert "No blind samples" in newsieve("report", "--since", "2026-01-03").stdout
    assert "30 answered blind" in newsieve("report", "--since", "2026-01-02").stdout


def test_without_samples_the_report_says_how_they_come(newsieve, database):
    done = newsieve("report", "--alarm")
    assert done.returncode == 0
    assert done.stdout.startswith("No blind samples: newsieve serve draws some every day")
    assert json.loads(newsieve("report", "--format", "json").stdout)["versions"] == []


def test_an_alarm_is_printed_and_with_the_option_it_is_the_exit_code(newsieve, database):
    answered(database, "removed", 95, 100, day=TODAY - timedelta(weeks=2))
    answered(database, "removed", 15, 30)
    done = newsieve("report", "--alarm")
    assert done.returncode == 1
    assert f"ALARM {week_of(TODAY)}: the precision of gone has fallen: 50.0% (15 of 30)" in done.stdout
    assert newsieve("report").returncode == 0


def test_an_alarm_of_long_ago_is_printed_and_rings_no_more(newsieve, database):
    answered(database, "removed", 95, 100, day=TODAY - timedelta(weeks=9))
    answered(database, "removed", 15, 30, day=TODAY - timedelta(weeks=8))
    done = newsieve("report", "--alarm")
    assert (done.returncode, "ALARM" in done.stdout) == (0, True)


def test_a_cron_job_draws_once_a_day(newsieve, home, database):
    version = Registry(home / "models").pointer().current
    add_judged(database, removed=300, passed=300, version=version)
    add_pages(database, [Page("fresh", (Block("New", 0),))], added_at=NOW)
    for _ in range(2):
        done = newsieve("report", "--draw", "--blind-sample", "2,1")
        assert "3 blocks wait in the blind check" in done.stderr
        assert f"1 pages are not judged by {version} yet" in done.stderr
    assert "3 waiting" in done.stdout
    assert "0 answered; below 30" in done.stdout


@pytest.mark.parametrize("sizes", ["1", "1,2,3", "x,1", "-1,2", "400,400", "", "1,"])
def test_odd_sizes_of_the_sample_are_refused(newsieve, database, sizes):
    for verb in ("report", "serve"):
        done = newsieve(verb, "--blind-sample", sizes)
        assert (done.returncode, "give two numbers such as 10,20" in " ".join(done.stderr.split())) == (2, True)


def test_a_home_without_a_database_or_a_date_that_is_none_is_refused(newsieve):
    assert "no moderation database yet" in refused(newsieve("report"))
    assert newsieve("report", "--since", "yesterday").returncode == 2
