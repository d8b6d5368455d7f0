"""newsieve queue: the pages that wait for a moderator."""

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.terminal import tell
from classifier.formats import PageFormat


@click.group("queue")
def verb() -> None:
    """Work on the queue of pages that wait for a moderator."""


@verb.command("add")
@page_inputs
@database_option
def add(files: tuple[str, ...], page_format: PageFormat | None, home: Home) -> None:
    """Put the pages in FILE... into the queue; of each file all pages or none. Pages already there are left."""
    from classifier.store.queue import add_pages

    inputs, database = Inputs(files, page_format), home.database()
    found = list(inputs.whole_files())
    added = sum(len(add_pages(database, pages, added_at=utc_now())) for pages in found)
    tell(f"Added {added:,} of {sum(map(len, found)):,} pages; the others were there already or had no text")
    raise SystemExit(inputs.exit_code())
