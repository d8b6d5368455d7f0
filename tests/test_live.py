"""Live figures and the drift alarm: counts that can be checked by hand, and coverage by simulation."""

from datetime import datetime, timedelta
from random import Random

import pytest

from classifier.cli.live_text import as_text
from classifier.drift import drift_alarms
from classifier.live import Agreed, Sampled, live_figures, live_report, too_few, week_of
from classifier.proportion import Proportion

MONDAY = datetime(2026, 1, 5, 3)
WEEK = timedelta(weeks=1)


def sampled(outcome, *rulings, day=MONDAY, of=1_000, model="v", state="answered"):
    verdict = "filler" if outcome == "removed" else "news"
    drawn = len(rulings)
    return [Sampled(day, model, outcome, drawn, of, verdict, state, ruling) for ruling in rulings]


def drawing(filler_removed, removed, filler_passed, passed, *, day=MONDAY, model="v", of=(1_000, 9_000)):
    """Return one drawing in which so many of the removed and of the passed are filler, the others news."""
    return [
        *sampled("removed", *_rulings(filler_removed, removed), day=day, of=of[0], model=model),
        *sampled("passed", *_rulings(filler_passed, passed), day=day, of=of[1], model=model),
    ]


def _rulings(filler, of):
    return ["filler"] * filler + ["news"] * (of - filler)


def test_precision_is_a_count_and_recall_weighs_each_outcome_with_what_it_was_drawn_from():
    found = live_figures(drawing(19, 20, 1, 60), "v")
    assert found.precision == Proportion(19, 20)
    assert found.missed == Proportion(1, 60)
    assert (found.removed, found.passed) == (1_000, 9_000)
    assert found.recall.value == pytest.approx(950 / (950 + 150))
    assert found.news_lost.value == pytest.approx(50 / (50 + 8_850))
    assert found.recall.low < found.recall.value < found.recall.high


def test_an_answer_stands_for_as_many_blocks_as_were_not_drawn():
    samples = [*drawing(10, 10, 0, 10), *drawing(10, 10, 10, 10, day=MONDAY + timedelta(days=1), of=(1_000, 1_000))]
    found = live_figures(samples, "v")
    assert found.passed == 5_000
    assert found.recall.value == pytest.approx(1_000 / (1_000 + 5_000 * 100 / 1_000))


def test_what_is_unsure_shown_waiting_or_closed_is_counted_apart():
    samples = [
        *sampled("removed", "filler", "unsure", "boilerplate"),
        *sampled("removed", None, state="shown"),
        *sampled("passed", None, None, state="waiting"),
        *sampled("passed", None, state="closed"),
    ]
    found = live_figures(samples, "v")
    assert found.precision == Proportion(1, 2)
    assert (found.answered, found.unsure, found.shown, found.waiting, found.closed) == (2, 1, 1, 2, 1)
    assert (found.recall, found.news_lost) == (None, None)


@pytest.mark.parametrize("counts", [(0, 5, 0, 5), (5, 5, 0, 5), (0, 5, 5, 5), (5, 5, 5, 5), (1, 1, 0, 1)])
def test_figures_of_few_answers_stay_within_bounds(counts):
    found = live_figures(drawing(*counts), "v")
    for figure in (found.recall, found.news_lost):
        assert figure is None or 0 <= figure.low <= figure.value <= figure.high <= 1


def test_too_few_answers_are_said_to_be_so():
    assert too_few(12) == "12 answered; below 30 no interval is worth reading"
    assert not live_figures(drawing(10, 10, 0, 19), "v").enough
    assert live_figures(drawing(10, 10, 0, 20), "v").enough


def test_the_interval_of_recall_holds_the_truth_nineteen_times_in_twenty():
    dice = Random(1)
    for precise, missed in ((0.95, 0.02), (0.8, 0.1), (0.99, 0.005)):
        truth = 1_000 * precise / (1_000 * precise + 9_000 * missed)
        held = 0
        for _ in range(400):
            hits = [sum(dice.random() < share for _ in range(of)) for share, of in ((precise, 70), (missed, 140))]
            recall = live_figures(drawing(hits[0], 70, hits[1], 140), "v").recall
            held += recall.low <= truth <= recall.high
        assert held >= 0.93 * 400, (precise, missed, held)


def test_weeks_are_iso_weeks_and_a_week_of_two_versions_is_there_twice():
    assert week_of(datetime(2027, 1, 3, 23)) == "2026-W53"
    samples = [*drawing(1, 1, 0, 1), *drawing(1, 1, 0, 1, model="w"), *drawing(1, 1, 0, 1, day=MONDAY + WEEK)]
    report = live_report(samples, [])
    assert [(row.week, row.model) for row in report.weeks] == [("2026-W02", "v"), ("2026-W02", "w"), ("2026-W03", "v")]
    assert [(row.week, row.model, row.answered) for row in report.versions] == [("", "v", 4), ("", "w", 2)]


def test_without_samples_the_report_is_empty():
    report = live_report([], [])
    assert (report.weeks, report.versions, report.following, report.answered) == ((), (), (), 0)
    assert drift_alarms([]) == []


def test_following_sets_agreement_with_shown_verdicts_beside_that_with_hidden_ones():
    samples = drawing(14, 20, 2, 20)
    removed, passed, both = live_report(samples, [Agreed("removed", 95, 100), Agreed("passed", 9, 10)]).following
    assert (removed.shown, removed.hidden) == (Proportion(95, 100), Proportion(14, 20))
    assert removed.more.value == pytest.approx(0.25)
    assert removed.more.low > 0
    assert passed.more.low < 0 < passed.more.high
    assert (both.outcome, both.shown, both.hidden) == ("all", Proportion(104, 110), Proportion(32, 40))


def test_how_far_people_follow_is_told_with_its_interval():
    report = live_report(drawing(14, 20, 2, 20), [Agreed("removed", 95, 100)])
    more = report.following[0].more
    told = f"; {100 * more.value:+.1f} points [{100 * more.low:+.1f}, {100 * more.high:+.1f}]\n"
    assert "+25.0 points [+" in told
    assert told in as_text(report, [])


def test_without_decisions_on_shown_verdicts_there_is_no_difference():
    assert {following.more for following in live_report(drawing(5, 5, 0, 5), []).following} == {None}


def test_a_fall_of_precision_rings_and_tells_its_numbers():
    samples = [*drawing(95, 100, 1, 100), *drawing(21, 30, 0, 30, day=MONDAY + WEEK)]
    (alarm,) = drift_alarms(samples)
    assert (alarm.week, alarm.model, alarm.figure) == ("2026-W03", "v", "precision")
    assert "70.0% (21 of 30) [52.1%, 83.3%] in 2026-W03, 95.0% (95 of 100)" in alarm.sentence
    assert "(p = 0.00" in alarm.sentence


def test_a_fall_of_recall_rings_and_tells_its_numbers():
    samples = [*drawing(95, 100, 1, 200), *drawing(20, 20, 15, 60, day=MONDAY + WEEK)]
    (alarm,) = drift_alarms(samples)
    assert alarm.figure == "recall"
    assert "of the passed 15 of 60 were filler, 1 of 200 before (p < 0.01)" in alarm.sentence


def test_another_version_or_too_few_answers_before_ring_nothing():
    fallen = drawing(5, 30, 20, 30, day=MONDAY + WEEK)
    assert drift_alarms([*drawing(95, 100, 1, 100, model="older"), *fallen]) == []
    assert drift_alarms([*drawing(14, 14, 0, 15), *fallen]) == []


def test_where_nothing_changes_an_alarm_is_rarer_than_one_week_in_fifty():
    dice = Random(2)
    alarms = weeks = 0
    for _ in range(40):
        samples = []
        for week in range(12):
            hits = [sum(dice.random() < share for _ in range(of)) for share, of in ((0.93, 60), (0.03, 120))]
            samples += drawing(hits[0], 60, hits[1], 120, day=MONDAY + week * WEEK)
        alarms, weeks = alarms + len(drift_alarms(samples)), weeks + 11
    assert alarms <= 0.02 * weeks, (alarms, weeks)
