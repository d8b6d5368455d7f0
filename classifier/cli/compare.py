"""newsieve compare: what flips between two versions."""

from pathlib import Path

import click

from classifier.cli.comparison_rows import as_json
from classifier.cli.comparison_text import as_text
from classifier.cli.home import Home, database_option
from classifier.cli.terminal import progress_bar, tell
from classifier.disk import keep
from classifier.errors import ModelError

_QUEUE_PAGES = 300


@click.command("compare")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write one self-contained file.")
@click.option(
    "--queue-pages",
    type=click.IntRange(0),
    default=_QUEUE_PAGES,
    show_default=True,
    help="Pages of the queue to compare at most, drawn by a fixed seed; 0 for none.",
)
@database_option
def verb(before: str, after: str, *, output: str, html: Path | None, queue_pages: int, home: Home) -> None:
    """Print what flips from version A to version B; `current` stands for the current version.

    They are compared on every past decision that people agree on (on a page of the queue the text stands on, else
    alone), on golden blocks, pins and the holdout, and on the queue: on all that both have judged where B is in the
    shadow of A (newsieve shadow), else on a sample. Gained: only B is right; lost: only A is. Intervals are of the
    paired difference, 95 %: of shares Newcombe's (1998), of the AUC a bootstrap over pages.
    """
    from classifier.cli.comparing import compare_versions

    versions = [_named(home, version) for version in (before, after)]
    with progress_bar() as progress:
        found = compare_versions(home, *versions, queue_pages=queue_pages, progress=progress)
    click.echo(as_json(found) if output == "json" else as_text(found))
    if html:
        from classifier.comparison_page import as_html

        keep(html, as_html(found).encode())
        tell(f"Wrote {html}")


def _named(home: Home, version: str) -> str:
    if version != "current":
        return version
    current = home.registry().pointer().current
    if current is None:
        raise ModelError("no version is current; give two that newsieve models lists, or promote one")
    return current
