"""The day's blind sample: how many, of what, how often, and that each block is as likely as any other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest

from classifier.store import blind_drawing
from classifier.store.blind_check import count_waiting, read_samples
from classifier.store.blind_drawing import DailyDrawing, SampleSizes, draw_daily
from classifier.store.checking import verify
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.hidden import MOST_WAITING
from classifier.store.learning_schema import blind_samples
from classifier.store.queue import get_page
from tests.store.conftest import NOW, add_judged, all_rows

SIZES = SampleSizes(3, 5)
DAY = timedelta(days=1)


def drawn(database, *, now=NOW, seed=0, version="v", sizes=SIZES):
    return draw_daily(database, version, sizes, now=now, random=Random(seed))


def test_so_many_of_each_outcome_are_drawn_with_the_number_they_were_drawn_of(database):
    number = add_judged(database, removed=400, passed=900)
    assert drawn(database) == 8
    rows = all_rows(database, blind_samples)
    assert Counter((row.outcome, row.drawn, row.of) for row in rows) == {("removed", 3, 400): 3, ("passed", 5, 900): 5}
    assert {(row.page_id, row.label, row.score, row.model) for row in rows if row.outcome == "removed"} == {
        (number, "filler", 0.9, "v")
    }
    assert len({row.fingerprint for row in rows}) == 8
    assert count_waiting(database) == 8


def test_the_order_of_the_samples_does_not_tell_their_outcome(database):
    add_judged(database, removed=5_000, passed=5_000)
    drawn(database, sizes=SampleSizes(20, 20))
    first_half = [row.outcome for row in all_rows(database, blind_samples)][:20]
    assert 3 <= first_half.count("removed") <= 17


def test_a_small_queue_gives_one_in_a_hundred_at_most(database):
    add_judged(database, removed=99, passed=250)
    assert drawn(database) == 2
    assert {row.outcome for row in all_rows(database, blind_samples)} == {"passed"}


def test_an_empty_queue_or_one_that_another_version_judged_gives_nothing(database):
    assert drawn(database) == 0
    add_judged(database, removed=400, passed=900, version="other")
    assert drawn(database) == 0


def test_a_text_that_somebody_ruled_on_or_that_was_drawn_before_is_not_drawn(database):
    number = add_judged(database, removed=100, passed=100)
    every = [Ruled(position, "filler", Shown("v", "filler", 0.9)) for position in range(99)]
    decide(database, Act("anna", NOW, "run", page_id=number), every)
    assert drawn(database, sizes=SampleSizes(1, 1)) == 1  # 1 removed block is left: too few to draw from
    for day in range(1, 6):
        drawn(database, now=NOW + day * DAY, sizes=SampleSizes(0, 1))
    assert [row.of for row in all_rows(database, blind_samples)] == [100]  # of 99 none is drawn


def test_a_text_that_stands_on_many_blocks_is_drawn_once(database):
    number = add_judged(database, removed=0, passed=300)
    with database.writing() as connection:
        connection.exec_driver_sql(
            f"UPDATE blocks SET fingerprint = '{'a' * 32}' WHERE page_id = {number} AND position < 299"
        )
    assert drawn(database, sizes=SampleSizes(0, 3)) == 2
    assert [row.drawn for row in all_rows(database, blind_samples)] == [2, 2]


def test_a_day_is_drawn_once_and_the_next_one_anew(database):
    add_judged(database, removed=1_000, passed=1_000)
    assert [drawn(database, now=NOW + timedelta(hours=h), seed=h) for h in (0, 1, 20, 21, 44, 45)] == [8, 0, 0, 8, 0, 8]


def test_two_that_draw_at_once_draw_once_together(database):
    add_judged(database, removed=1_000, passed=1_000)
    with ThreadPoolExecutor(4) as several:
        counts = list(several.map(lambda seed: drawn(database, seed=seed), range(4)))
    assert sorted(counts) == [0, 0, 0, 8]
    assert len(all_rows(database, blind_samples)) == 8


def test_clocks_less_than_a_day_apart_draw_once_a_day_together_and_wilder_ones_once_a_day_each(database):
    add_judged(database, removed=2_000, passed=2_000)
    for ahead, most in ((timedelta(hours=3), 8), (timedelta(hours=23), 8), (timedelta(days=400), 16)):
        begun = len(all_rows(database, blind_samples))
        for hour in range(0, 4 * 24, 6):
            true = NOW + ahead * 3 + timedelta(hours=hour)
            drawn(database, now=true, seed=hour)
            drawn(database, now=true + ahead, seed=hour)
        assert 3 * most <= len(all_rows(database, blind_samples)) - begun <= 5 * most, ahead


@pytest.mark.parametrize("few", [10_000, 10], ids=["by listing", "by trying"])
def test_each_block_is_as_likely_as_any_other(database, monkeypatch, few):
    monkeypatch.setattr(blind_drawing, "_FEW", few)
    add_judged(database, removed=0, passed=400)
    add_judged(database, removed=0, passed=200)
    fifths = Counter()
    for day in range(60):
        drawn(database, now=NOW + day * DAY, seed=day, sizes=SampleSizes(0, 3))
        if day % 10 == 9:
            with database.writing() as connection:
                fifths.update(
                    row.position * 5 // 400 for row in connection.execute(blind_samples.select()) if row.page_id == 3
                )
                connection.execute(blind_samples.delete())
    assert sum(fifths.values()) > 80
    assert max(fifths.values()) - min(fifths.values()) < 0.25 * sum(fifths.values())


def test_what_is_drawn_is_not_to_check_while_it_waits_and_the_counts_stay_right(database):
    number = add_judged(database, removed=300, passed=300)
    drawn(database)
    assert len(get_page(database, number).hidden) == 6
    assert verify(database) == []


def test_what_nobody_answers_is_not_hidden_for_ever(database):
    number = add_judged(database, removed=0, passed=12_000)
    for day in range(6):
        drawn(database, now=NOW + day * DAY, seed=day, sizes=SampleSizes(0, 100))
    assert len(get_page(database, number).hidden) == MOST_WAITING == count_waiting(database)
    states = Counter(sample.state for sample in read_samples(database))
    assert states["waiting"] == MOST_WAITING
    assert states["closed"] == len(all_rows(database, blind_samples)) - MOST_WAITING
    assert verify(database) == []


def test_a_sample_whose_text_stands_nowhere_any_more_is_closed(database):
    number = add_judged(database, removed=300, passed=300)
    drawn(database)
    drop_pages(database, [number])
    assert {sample.state for sample in read_samples(database)} == {"closed"}
    assert count_waiting(database) == 0


def test_the_desk_draws_once_a_day_of_its_clock(database):
    add_judged(database, removed=1_000, passed=1_000)
    times = iter([NOW, NOW + timedelta(minutes=1), NOW + DAY])
    drawing = DailyDrawing(SIZES, clock=lambda: next(times), random=Random(0))
    counts = []
    for _ in range(3):
        drawing(database, "v")
        counts.append(len(all_rows(database, blind_samples)))
    assert counts == [8, 8, 16]
