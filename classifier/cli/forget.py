"""newsieve forget: what no version is trained on any more."""

from typing import TYPE_CHECKING, Any

import click

from classifier.cli.asked_rules import warn_unfitting
from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.person import person
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import tell
from classifier.left_out import new_rule, parse_rule
from classifier.text import without_controls

if TYPE_CHECKING:
    from classifier.store.forgetting import Forgetting


@click.command("forget")
@click.argument("rule", required=False)
@click.option("--reason", default="", help="Why; kept with the rule.")
@click.option("--end", is_flag=True, help="Let the rule hold no longer.")
@table_or_jsonl
@database_option
def verb(rule: str | None, reason: str, end: bool, table: bool, home: Home) -> None:
    """Leave the decisions that RULE fits out of every training from now on; without RULE, list the rules.

    RULE is person:NAME, site:HOST, since:DATE, import:ID or text:FINGERPRINT; since:DATE goes by the time at which it
    was said, for what was imported the time in its file. The decisions stay in the database and
    in the desk; a version trained without them is byte for byte the one trained had they never been made. Versions
    that were trained before keep what they learnt: train and promote a new one.
    """
    if rule is None:
        _list(home, table=table)
    elif end:
        _end(home, rule)
    else:
        _forget(home, rule, reason)


def _forget(home: Home, rule: str, reason: str) -> None:
    from classifier.store.forgetting import forget
    from classifier.store.statements import statements

    meant, database = new_rule(rule), home.database_that_is()
    said, left = statements(database), statements(database, without=[meant])
    fewer = len(said) - len(left)
    new = forget(database, meant, person=person(), now=utc_now(), reason=reason)
    tell(
        f"{meant} {'is' if new else 'was already'} forgotten: {fewer:,} of what people say now is left out of training"
    )
    if said == left:
        warn_unfitting(meant)
    tell("Next: newsieve train, then newsieve promote")


def _end(home: Home, rule: str) -> None:
    from classifier.store.forgetting import remember

    meant = parse_rule(rule)
    remember(home.database_that_is(), meant, now=utc_now())
    tell(f"{meant} is trained on again")


def _list(home: Home, *, table: bool) -> None:
    from classifier.store.forgetting import forgotten

    found = forgotten(home.database()) if home.has_database() else []
    print_list(found, table=table, line=_line, facts=_facts, none="Nothing is forgotten")


def _facts(one: "Forgetting") -> dict[str, Any]:
    return {
        "rule": str(one.rule),
        "person": one.person,
        "said_at": f"{one.said_at.isoformat()}Z",
        "reason": one.reason,
        "ended_at": f"{one.ended_at.isoformat()}Z" if one.ended_at else None,
    }


def _line(one: "Forgetting") -> str:
    until = f", ended {one.ended_at:%Y-%m-%d}" if one.ended_at else ""
    return without_controls(f"{one.rule}  by {one.person} on {one.said_at:%Y-%m-%d}{until}  {one.reason}") + "\n"
