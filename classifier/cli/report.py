"""newsieve report: how right the model is on the pages that really come, from blind samples alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.blind_sizes import blind_sizes_option, daily_drawing
from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.terminal import tell

if TYPE_CHECKING:
    from classifier.store.blind_drawing import SampleSizes


@click.command("report")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only samples drawn since (UTC).")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--alarm", is_flag=True, help="Exit 1 when a figure of this week or the last has fallen.")
@click.option("--draw", is_flag=True, help="First draw the blind samples of today, unless that is done.")
@blind_sizes_option
@database_option
def verb(
    *, since: datetime | None, output: str, alarm: bool, draw: bool, blind_sample: "SampleSizes", home: Home
) -> None:
    """Report live precision and recall by version and week, and how far people follow the machine.

    All of it comes from blind samples: blocks drawn at random each day and labelled on the desk's page "Blind check"
    while the verdict was hidden. A figure has fallen when it is below all earlier weeks of its version by more than
    chance explains (p < 0.01). Exit code 0, or with --alarm 1 when that is so.
    """
    if draw:
        _draw(home, blind_sample)
    rings = _print(home, since, output)
    raise SystemExit(int(alarm and rings))


def _draw(home: Home, sizes: "SampleSizes") -> None:
    from classifier.store.blind_check import count_waiting
    from classifier.store.judging import count_stale

    database, version = home.database_that_is(), home.registry().current().card.version
    drawing = daily_drawing(sizes)
    stale = count_stale(database, version)
    if stale:
        tell(f"{stale:,} pages are not judged by {version} yet; nothing is drawn of them")
    if drawing:
        drawing(database, version)
    tell(f"{count_waiting(database):,} blocks wait in the blind check")


def _print(home: Home, since: datetime | None, output: str) -> bool:
    """Print the report, and tell whether an alarm rings this week or the last."""
    from classifier.cli.live_text import as_json, as_text
    from classifier.drift import drift_alarms
    from classifier.live import live_report, this_week_and_last
    from classifier.store.blind_check import agreement_shown, read_samples

    database: Any = home.database_that_is()
    samples = read_samples(database, since=since)
    report, alarms = live_report(samples, agreement_shown(database, since=since)), drift_alarms(samples)
    click.echo(as_json(report, alarms) if output == "json" else as_text(report, alarms))
    return any(alarm.week in this_week_and_last(utc_now()) for alarm in alarms)
