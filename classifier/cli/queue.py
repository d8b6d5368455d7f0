"""newsieve queue: the pages that wait for a moderator."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.inputs import Inputs, page_inputs
from classifier.cli.queue_rows import ORDERS, STATES, print_queue
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import progress_bar, tell, warn
from classifier.errors import ModelError
from classifier.formats import PageFormat

if TYPE_CHECKING:
    from classifier.store.database import Database
    from classifier.store.listing import State


@click.group("queue")
def verb() -> None:
    """Work on the queue of pages that wait for a moderator."""


@verb.command("add")
@page_inputs
@database_option
def add(files: tuple[str, ...], page_format: PageFormat | None, home: Home) -> None:
    """Put the pages in FILE... into the queue; of each file all pages or none. Pages already there are left.

    They are judged by the current model version if there is one; none is trained for it.
    """
    from classifier.store.queue import add_pages

    inputs, database = Inputs(files, page_format), home.database()
    found = list(inputs.whole_files())
    added = [number for pages in found for number in add_pages(database, pages, added_at=utc_now())]
    left = sum(map(len, found)) - len(added)
    others = f"; the other {left:,} were there already or had no text" if left else ""
    tell(f"Added {len(added):,} of {sum(map(len, found)):,} pages{others}")
    judge(home, database, added)
    raise SystemExit(inputs.exit_code())


@verb.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only pages in this state.")
@click.option(
    "--site",
    default="",
    metavar="DOMAIN",
    help="Only pages of this registered domain, or of those with this in their names.",
)
@click.option("--order", type=click.Choice(list(ORDERS)), default="oldest", show_default=True, help="What comes first.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Pages to list at most.")
@table_or_jsonl
@database_option
def list_(*, state: "State | None", site: str, order: str, limit: int, table: bool, home: Home) -> None:
    """List pages of the queue with what is flagged and left to check on them."""
    from classifier.store.listing import Filter, count_listed, list_pages

    database, wanted, now = home.database(), Filter(state=state, site=site.lower()), utc_now()
    print_queue(list_pages(database, wanted, now=now, order=ORDERS[order], limit=limit), table=table)
    tell(f"{min(limit, count := count_listed(database, wanted, now=now)):,} of {count:,} pages")


@verb.command("drop")
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**31 - 1), metavar="[ID]...")
@click.option("--done", is_flag=True, help="Drop all pages on which nothing is left to check.")
@database_option
def drop(ids: tuple[int, ...], done: bool, home: Home) -> None:
    """Take pages out of the queue, by the numbers that newsieve queue list prints. Decisions on their texts stay."""
    if bool(ids) == done:
        raise click.UsageError("Give either page numbers or --done.")
    from classifier.store.dropping import drop_done, drop_pages

    database = home.database()
    dropped = drop_done(database, now=utc_now()) if done else drop_pages(database, list(dict.fromkeys(ids)))
    tell(f"Dropped {dropped:,} pages; what was decided on their texts stays")


def judge(home: Home, database: "Database", added: Sequence[int]) -> None:
    """Judge pages that were added by the current version, if there is one."""
    registry = home.registry()
    if not added or registry.pointer_or_none().current is None:
        return
    from classifier.store.judging import judge_numbered
    from classifier.store.shadowing import judge_numbered_in_shadow

    try:
        with progress_bar() as progress:
            judge_numbered(database, registry.current(), added, progress=progress)
    except ModelError as error:
        warn(f"{error}; the pages are in the queue, not judged yet")
        return
    try:
        if shadow := registry.shadowed():
            judge_numbered_in_shadow(database, shadow, added)
    except ModelError as error:
        warn(f"nothing is judged in the shadow: {error}")
