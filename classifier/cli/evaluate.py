"""newsieve evaluate: what a version gets right and wrong on labelled data."""

from pathlib import Path

import click

from classifier.cli.evaluation_text import as_json, as_text
from classifier.cli.home import Home, home_option
from classifier.cli.label_options import label_options
from classifier.cli.models_in_use import current_model
from classifier.cli.terminal import warn
from classifier.label_names import LabelNames
from classifier.labelled import read_examples, shipped_data


@click.command("evaluate")
@click.argument("arguments", nargs=-1, metavar="[VERSION] [DATA]...")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--mistakes",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    help="How many of the boldest mistakes to list.",
)
@click.option("--alone", is_flag=True, help="Judge every block by itself, not in its place on its page.")
@label_options
@home_option
def verb(*, arguments: tuple[str, ...], output: str, mistakes: int, alone: bool, names: LabelNames, home: Home) -> None:
    """Report what VERSION (the current one if not given) gets right and wrong on DATA.

    DATA are labelled files, or folders of them; without any, the holdout shipped with the program, on which no
    version is trained. Labelled pages are judged page by page, labelled blocks one by one. Shares are given with their
    counts and 95 % intervals (Wilson); the AUC's interval is a bootstrap over pages.
    """
    from classifier.evaluation import evaluate

    registry = home.registry()
    named = bool(arguments) and registry.names(arguments[0])
    data = [Path(argument) for argument in arguments[named:]] or [shipped_data() / "holdout"]
    examples = read_examples(data, notify=warn, names=names)  # first: a new home may take a minute to train
    report = evaluate(registry.load(arguments[0]) if named else current_model(home), examples, alone=alone)
    click.echo(as_json(report, mistakes) if output == "json" else as_text(report, mistakes))
