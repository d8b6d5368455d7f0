"""Printing the queue: a line a page on a terminal, rows for programs."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.terminal import emit
from classifier.text import without_controls

if TYPE_CHECKING:
    from classifier.store.listing import ListedPage, Order

STATES = ("open", "claimed", "done", "unsure", "waiting")
ORDERS: "dict[str, Order]" = {
    "most-filler": "most filler",
    "most-doubtful": "most doubtful",
    "newest": "newest",
    "oldest": "oldest",
    "random": "random",
}


def print_queue(pages: "Sequence[ListedPage]", *, table: bool) -> None:
    """Print pages as a table or as JSON lines."""
    if not table:
        for page in pages:
            emit(json.dumps(_row(page), ensure_ascii=False) + "\n")
        return
    click.echo("page      state   to check  filler      blocks  doubt  address")
    for page in pages:
        click.echo(
            f"{page.id:<8}  {page.state:<7} {page.to_check:>8,}  {page.flagged:>6,} {page.share:>4.0%} "
            f"{page.blocks:>6,}  {page.doubt:>5.2f}  {without_controls(page.address)}"
        )


def _row(page: "ListedPage") -> dict[str, Any]:
    return {
        "id": page.id,
        "address": page.address,
        "site": page.site,
        "added_at": f"{page.added_at.isoformat()}Z",
        "state": page.state,
        "claimed_by": page.claim.person if page.claim else None,
        "blocks": page.blocks,
        "flagged": page.flagged,
        "to_check": page.to_check,
        "unsure": page.unsure,
        "share": page.share,
        "doubt": page.doubt,
        "campaigns": list(page.campaigns),
    }
