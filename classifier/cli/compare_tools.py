"""newsieve compare-tools: our verdicts beside what other tools keep of the same pages."""

import click

from classifier.blocks import Block, Page, Verdict
from classifier.cli.home import Home, home_option
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.models_in_use import current_model
from classifier.cli.terminal import emit
from classifier.formats import PageFormat

_WIDTH = 60  # characters of a block that are shown


@click.command("compare-tools")
@page_inputs
@home_option
def verb(files: tuple[str, ...], page_format: PageFormat | None, home: Home) -> None:
    """Print which blocks of the pages in FILE... other tools keep, beside our verdicts, as Markdown tables.

    The tools are trafilatura, jusText, readability-lxml and resiliparse; they come with: pip install
    'newsieve[compare]'. A page without markup is given to them as HTML with a paragraph a block.
    """
    from classifier.other_tools import TOOLS, kept

    model, inputs = current_model(home), Inputs(files, page_format)
    for page in inputs.pages():
        verdicts, keeps = model.classify(page.blocks, explain=False), kept(page)
        emit(f"### {page.address}\n\n| block | Newsieve | {' | '.join(TOOLS)} |\n|---|---|{'---|' * len(TOOLS)}\n")
        for number, (block, verdict) in enumerate(zip(page.blocks, verdicts, strict=True)):
            emit(_row(block, verdict, [keep[number] for keep in keeps.values()]))
        emit(_summary(page, verdicts, keeps) + "\n")
    raise SystemExit(inputs.exit_code())


def _row(block: Block, verdict: Verdict, keeps: list[bool]) -> str:
    text = block.text if len(block.text) <= _WIDTH else block.text[: _WIDTH - 1] + "…"
    cells = [text.replace("|", "\\|"), verdict.label, *("keeps" if keep else "drops" for keep in keeps)]
    return f"| {' | '.join(cells)} |\n"


def _summary(page: Page, verdicts: tuple[Verdict, ...], keeps: dict[str, list[bool]]) -> str:
    news = [verdict.label == "news" for verdict in verdicts]
    counts = [f"{sum(keep)} of {len(page.blocks)}" for keep in keeps.values()]
    return f"| **kept** | {sum(news)} of {len(page.blocks)} | {' | '.join(counts)} |\n"
