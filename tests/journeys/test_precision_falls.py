"""A model that was right and is so no more: the alarm of newsieve report rings, from days of drawing and answering."""

from datetime import UTC, datetime, timedelta
from random import Random

from classifier.live import week_of
from classifier.registry import Registry
from classifier.store.blind_check import answer_blind, blind_block, next_blind
from classifier.store.blind_drawing import SampleSizes, draw_daily
from classifier.store.decisions import Act
from classifier.store.opening import open_database
from tests.store.conftest import add_judged

TODAY = datetime.now(UTC).replace(tzinfo=None)
LAST_MONDAY = TODAY - timedelta(days=TODAY.weekday() + 7)  # of last week, all days of which are over


def a_week(database, version, monday, rulings):
    """Draw the samples of each day of a week, and let a person answer all of them blind."""
    for day in range(7):
        now = monday + timedelta(days=day)
        assert draw_daily(database, version, SampleSizes(removed=6, passed=3), now=now, random=Random(day))
        while sample := next_blind(database, person="ann", now=now):
            act = Act("ann", now, page_id=blind_block(database, sample).page_id, blind=True)
            answer_blind(database, act, sample, rulings(blind_block(database, sample)))


def as_judged(block):
    return "filler" if "Offer" in block.page.blocks[block.position].text else "news"


def mostly_news(block):
    return "filler" if block.position % 3 == 0 else "news"


def test_precision_that_falls_from_one_week_to_the_next_is_told_and_is_the_exit_code(newsieve, home):
    version = Registry(home / "models").pointer().current
    database = open_database(home / "newsieve.db")
    add_judged(database, removed=700, passed=400, version=version)
    a_week(database, version, LAST_MONDAY - timedelta(weeks=1), as_judged)
    before = newsieve("report", "--alarm")
    assert (before.returncode, "ALARM" in before.stdout) == (0, False)
    assert f"  {week_of(LAST_MONDAY - timedelta(weeks=1))}  precision 100.0% (42 of 42)" in before.stdout

    a_week(database, version, LAST_MONDAY, mostly_news)
    database.close()
    done = newsieve("report", "--alarm")
    (alarm,) = [line for line in done.stdout.splitlines() if line.startswith("ALARM") and "precision" in line]
    assert done.returncode == 1
    assert alarm.startswith(f"ALARM {week_of(LAST_MONDAY)}: the precision of {version} has fallen: ")
    assert "of 42)" in alarm
    assert newsieve("report").returncode == 0, "without --alarm it only tells"
