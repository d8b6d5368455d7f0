"""newsieve data: look after labelled data."""

from pathlib import Path

import click

from classifier.cli.label_options import label_options
from classifier.cli.terminal import tell, warn
from classifier.label_names import LabelNames
from classifier.labelled import held_out_data, shipped_data
from classifier.text import without_controls


@click.group("data")
def verb() -> None:
    """Look after labelled data."""


@verb.command("check")
@click.argument("data", nargs=-1, type=click.Path(path_type=Path), metavar="[DATA]...")
@label_options
def check(data: tuple[Path, ...], names: LabelNames) -> None:
    """Look for faults in DATA, labelled files or folders of them, a line a fault.

    Without DATA, in the pages shipped with the program. Looked for: rows that cannot be read, empty or oversized
    blocks, encoding debris, contradictory labels, duplicates, texts that also stand, nearly, in what versions are
    measured on, sites of two voices, and shortcuts that give the label away. Exits with 1 when there is a fault.
    """
    from classifier.data_check import check_data

    examples, faults = check_data(list(data) or [shipped_data()], held_out_data(), notify=warn, names=names)
    for fault in faults:
        click.echo(without_controls(f"{fault.place}: {fault.what}"))
    tell(f"{len(examples):,} blocks, {len(faults):,} faults")
    raise SystemExit(bool(faults))
