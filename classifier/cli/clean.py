"""newsieve clean: only the news of the given pages."""

import json
from pathlib import Path

import click

from classifier.blocks import Block, Page, Verdict
from classifier.cli.home import Home, home_option
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.models_in_use import current_model
from classifier.cli.rows import strongest
from classifier.cli.terminal import emit
from classifier.disk import keep
from classifier.formats import PageFormat, verdict_row


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

    Text that HTML hides from readers is left out. Pages are separated by an empty line.
    """
    if removed and removed.resolve() in (Path(file).resolve() for file in files):
        raise click.BadParameter(f"{removed} is one of the pages; name another file.", param_hint="--removed")
    model, inputs = current_model(home), Inputs(files, page_format)
    rows: list[str] = []
    between = ""
    for page in inputs.pages():
        verdicts = model.classify(page.blocks, explain=removed is not None)
        judged = [
            (block, verdict, _is_news(block, verdict)) for block, verdict in zip(page.blocks, verdicts, strict=True)
        ]
        if news := "".join(f"{block.text}\n" for block, _, kept in judged if kept):
            emit(between + news)
            between = "\n"
        if removed:
            rows += [_row(page, block, verdict) for block, verdict, kept in judged if not kept]
    if removed:
        keep(removed, "".join(rows).encode())
    raise SystemExit(inputs.exit_code())


def _is_news(block: Block, verdict: Verdict) -> bool:
    return verdict.label == "news" and not block.hidden


def _row(page: Page, block: Block, verdict: Verdict) -> str:
    row = verdict_row(page, block, verdict, reasons=strongest(verdict.reasons, explain=False))
    return json.dumps(row, ensure_ascii=False) + "\n"
