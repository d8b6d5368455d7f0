"""newsieve quarantine: whose decisions are not trained on until they agree with golden."""

from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.person import person as who_is_here
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import tell
from classifier.text import without_controls

if TYPE_CHECKING:
    from classifier.store.quarantine import Quarantine


@click.command("quarantine")
@click.argument("person", required=False)
@click.option("--reason", default="", help="Why; kept with the quarantine.")
@click.option(
    "--needed",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Golden blocks in a row to be labelled right, blind, that end it.",
)
@click.option("--end", is_flag=True, help="End the quarantine of PERSON.")
@table_or_jsonl
@database_option
def verb(*, person: str | None, reason: str, needed: int, end: bool, table: bool, home: Home) -> None:
    """Keep what PERSON decides out of every training until they agree with golden; without PERSON, list all.

    The person goes on deciding, and a page of the desk asks them to label golden blocks blind: so many right ones in a
    row end the quarantine by themselves, and all that the person decided is trained on again.
    """
    if end and person is None:
        raise click.UsageError("--end needs the person whose quarantine is to end.")
    if person is None:
        _list(home, table=table)
    elif end:
        _end(home, person)
    else:
        _begin(home, person, reason=reason, needed=needed)


def _begin(home: Home, person: str, *, reason: str, needed: int) -> None:
    from classifier.store.quarantine import begin_quarantine

    database = home.database_that_is()
    name = begin_quarantine(database, person, by=who_is_here(), now=utc_now(), reason=reason, needed=needed)
    tell(f"{name} is in quarantine until {needed} golden blocks in a row are labelled right")
    tell("Next: newsieve train, then newsieve promote, for a version without their decisions")


def _end(home: Home, person: str) -> None:
    from classifier.store.quarantine import end_quarantine

    end_quarantine(home.database_that_is(), person, by=who_is_here(), now=utc_now())
    tell(f"{person} is in quarantine no longer; what they decided is trained on again")


def _list(home: Home, *, table: bool) -> None:
    from classifier.store.quarantine import quarantines

    found = quarantines(home.database()) if home.has_database() else []
    print_list(found, table=table, line=_line, facts=_facts, none="Nobody is or was in quarantine")


def _facts(one: "Quarantine") -> dict[str, Any]:
    return {
        "person": one.person,
        "began_at": f"{one.began_at.isoformat()}Z",
        "began_by": one.began_by,
        "reason": one.reason,
        "needed": one.needed,
        "answers": len(one.answers),
        "right": sum(answer.right for answer in one.answers),
        "in_a_row": one.in_a_row,
        "ended_at": f"{one.ended_at.isoformat()}Z" if one.ended_at else None,
        "ended_by": one.ended_by,
    }


def _line(one: "Quarantine") -> str:
    right = f"{sum(answer.right for answer in one.answers)} of {len(one.answers)} right, {one.in_a_row} in a row"
    until = f"ended {one.ended_at:%Y-%m-%d} by {one.ended_by or 'its answers'}" if one.ended_at else "lasts"
    said = f"{one.person}  since {one.began_at:%Y-%m-%d} by {one.began_by}, {until}  {right}, {one.needed} needed"
    return without_controls(f"{said}  {one.reason}".rstrip()) + "\n"
