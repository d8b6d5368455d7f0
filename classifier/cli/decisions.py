"""newsieve decisions: what moderators decided, out to files and in from them."""

from pathlib import Path

import click

from classifier.cli.home import Home, database_option
from classifier.cli.terminal import emit, tell
from classifier.disk import keep


@click.group("decisions")
def verb() -> None:
    """Carry decisions out to files and in from them."""


@verb.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False), metavar="[FILE]")
@click.option(
    "--format",
    "output",
    type=click.Choice(["jsonl", "csv"]),
    help="JSON lines, an act a line, or CSV, a decision a row  [default: by the ending of FILE, else jsonl]",
)
@database_option
def export(file: str | None, output: str | None, home: Home) -> None:
    """Write every decision, with what was undone and redone, oldest first, to FILE or to stdout."""
    from classifier.store.act_files import act_lines
    from classifier.store.exchange import export_acts

    chosen = output or ("csv" if file and file.lower().endswith(".csv") else "jsonl")
    lines = act_lines(export_acts(home.database()), "csv" if chosen == "csv" else "jsonl")
    if file:
        keep(Path(file), (line.encode() for line in lines))
    for line in () if file else lines:
        emit(line)


@verb.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@database_option
def import_(files: tuple[str, ...], home: Home) -> None:
    """Add the decisions in FILE... that are not here yet, all of them or none. They count as decided now.

    FILE is what newsieve decisions export wrote, in either format; - is standard input.
    """
    from classifier.store.importing import import_acts

    done = import_acts(home.database(), files)
    tell(
        f"Added {done.decisions:,} decisions in {done.acts:,} acts; {done.known:,} acts were here already; "
        f"{done.overruled:,} texts are ruled otherwise than before"
    )
