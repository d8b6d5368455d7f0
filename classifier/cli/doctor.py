"""newsieve doctor: what is wrong with a home, and what to do."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import tell
from classifier.text import without_controls

if TYPE_CHECKING:
    from classifier.doctor.finding import Finding


@click.command("doctor")
@click.option(
    "--backups",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of backups, to tell their age.",
)
@table_or_jsonl
@database_option
def verb(backups: Path | None, table: bool, home: Home) -> None:
    """Look over a home, part by part, and say what to do; exit with 1 when something is.

    It reads only: nothing is changed, repaired or made, the home itself neither.
    """
    from classifier.doctor import examine

    found = list(examine(home.path, database_url=home.database_url, backups=backups, now=utc_now()))
    print_list(found, table=table, line=_line, facts=asdict, none="")
    wrong = sum(finding.state == "to do" for finding in found)
    tell(f"{wrong:,} of {len(found):,} parts need something done")
    raise SystemExit(bool(wrong))


def _line(finding: "Finding") -> str:
    advice = f"; {finding.advice}" if finding.advice else ""
    return f"{finding.state:<5}  {finding.part:<15}  {without_controls(finding.found + advice)}\n"
