"""newsieve clean: only the news of the given pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from classifier.blocks import Page
from classifier.cli.home import Home, home_option
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.models_in_use import current_model
from classifier.cli.rows import strongest
from classifier.disk import keep
from classifier.formats import PageFormat, verdict_row
from classifier.model import Model


@click.command("clean")
@page_inputs
@click.option(
    "--removed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was taken out, with reasons, to this file as JSON lines.",
)
@home_option
def verb(files: tuple[str, ...], page_format: PageFormat | None, removed: Path | None, home: Home) -> None:
    """Print only the news of the pages in FILE..., in its original wording and order, a block a line.

    Pages are separated by an empty line.
    """
    model, inputs = current_model(home), Inputs(files, page_format)
    rows: list[str] = []
    for number, page in enumerate(inputs.pages()):
        click.echo("".join(["\n" * bool(number), *_sift(model, page, rows)]), nl=False)
    if removed:
        keep(removed, "".join(rows).encode())
    raise SystemExit(inputs.exit_code())


def _sift(model: Model, page: Page, removed: list[str]) -> Iterator[str]:
    for block, verdict in zip(page.blocks, model.classify(page.blocks), strict=True):
        if verdict.label == "news":
            yield f"{block.text}\n"
            continue
        row = verdict_row(page, block, verdict, reasons=strongest(verdict.reasons, explain=False))
        removed.append(json.dumps(row, ensure_ascii=False) + "\n")
