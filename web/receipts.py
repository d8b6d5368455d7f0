"""The permanent address of a verdict: what was said of a block, why, what people decided, and what is said today."""

from flask import Blueprint, abort, render_template

from classifier.store.receipts import receipt_of
from classifier.verdict_ids import VerdictId
from web.current import database, registry
from web.reading import view_block

receipts = Blueprint("receipts", __name__)


@receipts.get("/verdicts/<verdict_id>")
def receipt(verdict_id: str) -> tuple[str, int]:
    """Show a verdict; 404 when its version or its page has gone, with what is still known."""
    wanted = VerdictId.of(verdict_id)
    found = receipt_of(database(), wanted, load=registry().load, current=registry().current_or_none())
    if found.page and wanted.position in found.page.hidden:
        abort(409, "This block is in the blind check: its verdict is told once the check is answered.")
    block = found.page.page.blocks[wanted.position] if found.page else None
    shown = found.then or found.today
    return render_template(
        "receipt.html",
        receipt=found,
        block=block,
        view=view_block(block, shown.verdict) if block and shown else None,
    ), 404 if found.missing else 200
