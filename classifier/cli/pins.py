"""newsieve pins: the blocks that people pinned as tests, and whether a version gets them right."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option
from classifier.cli.terminal import emit, tell

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.store.pins import Pin


@click.command("pins")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "jsonl"]),
    help="Format of the output  [default: table on a terminal, jsonl otherwise]",
)
@click.option(
    "--check",
    is_flag=False,
    flag_value="current",
    metavar="[VERSION]",
    help="Judge them by a version, or the current one; exit with 1 when one is wrong.",
)
@database_option
def verb(output: str | None, check: str | None, home: Home) -> None:
    """List the blocks that moderators pinned as tests and that still hold, oldest first."""
    from classifier.store.pins import active_pins

    table = (output or ("table" if sys.stdout.isatty() else "jsonl")) == "table"
    judge, found = _judge(home, check), active_pins(home.database())
    rows = [_facts(pin, judge) for pin in found]
    for row in rows:
        emit(_line(row) if table else json.dumps(row, ensure_ascii=False) + "\n")
    wrong = sum(row.get("right") is False for row in rows)
    tell(f"{len(rows):,} tests" + (f", {wrong:,} wrong by {judge.card.version}" if judge else ""))
    raise SystemExit(bool(wrong))


def _judge(home: Home, check: str | None) -> "Model | None":
    if check is None:
        return None
    return home.registry().current() if check == "current" else home.registry().load(check)


def _facts(pin: "Pin", judge: "Model | None") -> dict[str, Any]:
    from classifier.store.pins import judge_pin

    facts = {
        "id": pin.id,
        "label": pin.label,
        "text": pin.text,
        "reason": pin.reason,
        "person": pin.person,
        "pinned_at": f"{pin.pinned_at.isoformat()}Z",
        "page": pin.address,
        "site": pin.site,
        "position": pin.position,
    }
    if judge is None:
        return facts
    verdict = judge_pin(judge, pin)
    return {
        **facts,
        "right": verdict.label == pin.label,
        "verdict": verdict.label,
        "score": verdict.score,
        "model": verdict.model,
    }


def _line(row: dict[str, Any]) -> str:
    mark = "" if "right" not in row else "right  " if row["right"] else f"WRONG, says {row['verdict']}  "
    text, reason = (" ".join(row[name].split()) for name in ("text", "reason"))
    return f"{row['id']:>6}  {row['label']:<11}  {mark}{text[:60]}  ({row['person']}: {reason})\n"
