"""newsieve conflicts: the texts that people label differently."""

from typing import TYPE_CHECKING, Any

import click

from classifier.blocks import LABELS
from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.person import person
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import tell, warn
from classifier.errors import NotFoundError
from classifier.text import without_controls

if TYPE_CHECKING:
    from classifier.consensus import Conflict


@click.command("conflicts")
@click.option(
    "--settle",
    type=(str, click.Choice(LABELS)),
    metavar="FINGERPRINT LABEL",
    help="Decide a conflict; what was said of the text before no longer counts, and tests that say otherwise end.",
)
@table_or_jsonl
@database_option
def verb(settle: tuple[str, str] | None, table: bool, home: Home) -> None:
    """List the texts that people label differently, the newest conflict first.

    They are not trained on until one of the people changes their mind or the conflict is settled, here or in the desk.
    """
    conflicts = _conflicts(home)
    if settle:
        _settle(home, conflicts, *settle)
        return
    print_list(conflicts, table=table, line=_lines, facts=_facts, none="Nobody disagrees")


def _conflicts(home: Home) -> "list[Conflict]":
    if not home.has_database():
        return []
    from classifier.store.statements import disputed

    return disputed(home.database())


def _settle(home: Home, conflicts: "list[Conflict]", fingerprint: str, label: str) -> None:
    from classifier.store.decisions import Act
    from classifier.store.pins import ended_by, marks_of
    from classifier.store.settling import settle

    found = next((one for one in conflicts if one.fingerprint == fingerprint), None)
    if found is None:
        raise NotFoundError(f"{fingerprint}: no text in conflict; newsieve conflicts lists them")
    seen = found.statements[-1].act
    ending = ended_by(marks_of(home.database(), [fingerprint]), {fingerprint: label})  # type: ignore[dict-item]  # a Choice
    settle(home.database(), Act(person(), utc_now()), fingerprint, label, seen=seen)  # type: ignore[arg-type]  # a Choice
    tell(f"Settled: {label}")
    for mark in ending:
        told = f"{mark.reason!r}, which no version must pass any more; undoing it in the desk brings the test back"
        warn(without_controls(f"this ends test {mark.id}, pinned as {mark.label} by {mark.person}: {told}"))


def _facts(conflict: "Conflict") -> dict[str, Any]:
    newest = conflict.statements[-1]
    return {
        "fingerprint": conflict.fingerprint,
        "text": conflict.text,
        "address": newest.address,
        "site": newest.site,
        "statements": [
            {"person": one.person, "ruling": one.ruling, "acted_at": f"{one.acted_at.isoformat()}Z"}
            for one in conflict.statements
        ],
    }


def _lines(conflict: "Conflict") -> str:
    said = ", ".join(f"{one.person}: {one.ruling} ({one.acted_at:%Y-%m-%d})" for one in conflict.statements)
    return without_controls(f"{conflict.fingerprint}  {said}\n    {conflict.text[:160]}") + "\n"
