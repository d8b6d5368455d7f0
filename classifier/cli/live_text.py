"""A live report as text for people and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from classifier.drift import Alarm
from classifier.live import Following, LiveFigures, LiveReport, too_few
from classifier.proportion import Bounded, Proportion
from classifier.text import without_controls


def as_text(report: LiveReport, alarms: Sequence[Alarm]) -> str:
    """Return the report as lines of text."""
    return without_controls("\n".join(_lines(report, alarms)))


def as_json(report: LiveReport, alarms: Sequence[Alarm]) -> str:
    """Return the report as one JSON object; shares are objects with hits, of, value, low and high."""
    facts = {
        "answered": report.answered,
        "versions": [_facts(figures) for figures in report.versions],
        "weeks": [_facts(figures) for figures in report.weeks],
        "alarms": [asdict(alarm) for alarm in alarms],
        "following": [_followed(following) for following in report.following],
    }
    return json.dumps(facts, indent=2)


def _lines(report: LiveReport, alarms: Sequence[Alarm]) -> Iterator[str]:
    if not report.versions:
        yield "No blind samples: newsieve serve draws some every day, newsieve report --draw does so once."
        return
    if not report.enough:
        yield f"{too_few(report.answered)}."
    for alarm in alarms:
        yield f"ALARM {alarm.week}: {alarm.sentence}."
    for figures in report.versions:
        yield from ("", *_version(figures))
        yield from (_week(week) for week in report.weeks if week.model == figures.model)
    yield from ("", "How far people follow the machine: decisions that agree with its verdict", *_follow(report))
    yield "The queue shows doubtful blocks first, samples are drawn evenly: compare within removed, and within passed."


def _version(figures: LiveFigures) -> Iterator[str]:
    drawn = f"about {figures.removed:,.0f} removed and {figures.passed:,.0f} passed blocks that nobody had ruled on"
    yield f"Version {figures.model}, drawn from {drawn}"
    yield f"  precision       {_share(figures.precision)} of the removed are filler"
    yield f"  filler passed   {_share(figures.missed)} of the passed are filler"
    yield f"  recall          {_bounded(figures.recall)} of the filler is removed"
    yield f"  news lost       {_bounded(figures.news_lost)} of the news is removed"
    yield f"  {_counts(figures)}"


def _week(figures: LiveFigures) -> str:
    few = "" if figures.enough else f"; {too_few(figures.answered)}"
    return f"  {figures.week}  precision {_share(figures.precision)}, recall {_bounded(figures.recall)}{few}"


def _counts(figures: LiveFigures) -> str:
    return (
        f"{figures.answered:,} answered blind, {figures.unsure:,} unsure, {figures.waiting:,} waiting; left out: "
        f"{figures.shown:,} decided where the verdict showed or taken back, {figures.closed:,} that nobody can answer "
        "any more"
    )


def _follow(report: LiveReport) -> Iterator[str]:
    for following in report.following:
        more = f"; {100 * following.more.value:+.1f} points [{_points(following.more)}]" if following.more else ""
        yield f"  {following.outcome:<8} shown {_share(following.shown)}, hidden {_share(following.hidden)}{more}"


def _points(more: Bounded) -> str:
    return f"{100 * more.low:+.1f}, {100 * more.high:+.1f}"


def _share(share: Proportion) -> str:
    if not share.of:
        return "- (none)"
    low, high = share.interval
    return f"{share.value:.1%} ({share.hits:,} of {share.of:,}) [{low:.1%}, {high:.1%}]"


def _bounded(figure: Bounded | None) -> str:
    return f"{figure.value:.1%} [{figure.low:.1%}, {figure.high:.1%}]" if figure else "- (too few answers)"


def _facts(figures: LiveFigures) -> dict[str, Any]:
    shares = {"precision": _proportion(figures.precision), "missed": _proportion(figures.missed)}
    return {**asdict(figures), "enough": figures.enough, **shares}


def _followed(following: Following) -> dict[str, Any]:
    return {**asdict(following), "shown": _proportion(following.shown), "hidden": _proportion(following.hidden)}


def _proportion(share: Proportion) -> dict[str, Any] | None:
    low, high = share.interval
    return {"hits": share.hits, "of": share.of, "value": share.value, "low": low, "high": high} if share.of else None
