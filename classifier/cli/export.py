"""newsieve export: decisions, pages and labels, out to files."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import click

from classifier.cli.asked_rules import asked_rules
from classifier.cli.home import Home, database_option
from classifier.cli.terminal import emit, tell
from classifier.disk import keep
from classifier.errors import HomeError


def to_file(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the argument FILE, None for standard output, and the option --force."""
    forced = click.option("--force", is_flag=True, help="Write over FILE if it is there.")
    return click.argument("file", required=False, type=click.Path(dir_okay=False), metavar="[FILE]")(forced(function))


@click.group("export")
def verb() -> None:
    """Carry decisions, pages and labels out to files. A file that is there is never written over without --force."""


@verb.command("decisions")
@to_file
@click.option(
    "--format",
    "output",
    type=click.Choice(["jsonl", "csv"]),
    help="JSON lines, an act a line, or CSV, a decision a row  [default: by the ending of FILE, else jsonl]",
)
@database_option
def decisions(file: str | None, output: str | None, force: bool, home: Home) -> None:
    """Write every decision, with what was undone and redone, oldest first, to FILE or to stdout.

    newsieve import takes it into another home, SQLite or PostgreSQL, with nothing lost.
    """
    from classifier.store.act_files import act_lines
    from classifier.store.exchange import export_acts

    chosen = output or _ending(file, "csv")
    lines = act_lines(export_acts(home.database()), "csv" if chosen == "csv" else "jsonl")
    _write(file, (line.encode() for line in lines), force=force)


@verb.command("pages")
@to_file
@database_option
def pages(file: str | None, force: bool, home: Home) -> None:
    """Write every page of the queue, oldest first, as JSON lines to FILE or to stdout.

    newsieve import puts them into another home's queue with nothing lost. Who is at work on them is not told.
    """
    from classifier.store.page_files import page_lines

    _write(file, (line.encode() for line in page_lines(home.database())), force=force)


@verb.command("labels")
@to_file
@click.option(
    "--format",
    "output",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    help="[default: by the ending of FILE, else jsonl]",
)
@click.option("--without", multiple=True, metavar="RULE", help="Leave out decisions, as in newsieve train.")
@database_option
def labels(file: str | None, output: str | None, force: bool, without: tuple[str, ...], home: Home) -> None:
    """Write what people agree on now, a labelled text a row, to FILE or to stdout.

    newsieve train and other tools read it. As in training, texts in conflict and what newsieve forget names are
    left out.
    """
    from classifier.cli.training_set import agreed_decisions, rules_that_hold
    from classifier.label_files import label_bytes

    rules = [*rules_that_hold(home), *asked_rules(home, without)]
    agreed = agreed_decisions(home, without=rules)
    chosen = cast("Any", output or _ending(file, "csv", "parquet"))
    _write(file, label_bytes(agreed.examples, chosen), force=force)
    tell(f"{len(agreed.examples):,} texts; {len(agreed.conflicts):,} in conflict and {agreed.unsure:,} unsure left out")


def _ending(file: str | None, *others: str) -> str:
    ending = Path(file or "").suffix.lower().removeprefix(".")
    return ending if ending in others else "jsonl"


def _write(file: str | None, data: Iterable[bytes], *, force: bool) -> None:
    if file is None or file == "-":
        for piece in data:
            _emit(piece)
        return
    path = Path(file)
    if path.is_file() and not force:
        raise HomeError(f"{path}: is there already; give another name, or --force to write over it")
    keep(path, data)


def _emit(piece: bytes) -> None:
    if piece.startswith(b"PAR1"):
        if sys.stdout.isatty():
            raise click.UsageError("Parquet is not for a terminal; give FILE.")
        sys.stdout.buffer.write(piece)
    else:
        emit(piece.decode())
