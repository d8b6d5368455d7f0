"""newsieve classify: a verdict on every block of the given pages."""

import sys

import click

from classifier.cli.home import Home, home_option
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.models_in_use import current_model
from classifier.cli.rows import PRINTERS
from classifier.cli.sweeping import Sweeping, label_crawl, sweeping_options
from classifier.formats import PageFormat


@click.command("classify")
@page_inputs
@click.option(
    "--format",
    "output",
    type=click.Choice([*PRINTERS, "parquet"]),
    help="Format of the output  [default: table on a terminal, jsonl otherwise, parquet for --out]",
)
@click.option("--explain", is_flag=True, help="Print every reason; together they sum to the log-odds of the score.")
@sweeping_options
@home_option
def verb(  # noqa: PLR0917 - click gives them by name
    files: tuple[str, ...],
    page_format: PageFormat | None,
    output: str | None,
    explain: bool,
    sweeping: Sweeping,
    home: Home,
) -> None:
    """Print a verdict on every block of the pages in FILE... (- for standard input), or write it to --out DIR.

    A file is plain text, HTML, JSON lines, CSV, Parquet or WARC, as it is or in gzip or Zstandard; or an address that
    fsspec opens, such as s3://bucket/crawl.warc.gz. One line a block: page, position, text, label, score,
    needs_review, reasons, model.

    An empty home gets its first model, trained from the shipped pages in a quarter of a minute.
    """
    sweeping.check(output, explain=explain)
    if sweeping.out:
        raise SystemExit(label_crawl(files, page_format, output, sweeping, home))
    model, inputs = current_model(home), Inputs(files, page_format)
    judged = (
        (page, block, verdict)
        for page in inputs.pages()
        for block, verdict in zip(page.blocks, model.classify(page.blocks), strict=True)
    )
    PRINTERS[output or ("table" if sys.stdout.isatty() else "jsonl")](judged, explain=explain)
    raise SystemExit(inputs.exit_code())
