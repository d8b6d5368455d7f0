"""One text: where it stands, what people said of it, what the model says of it today, and why."""

from flask import Blueprint, render_template

from classifier.blocks import Block
from classifier.store.text_history import text_history
from web.current import database, model
from web.reading import view_block

text_page = Blueprint("text_page", __name__)


@text_page.get("/texts/<string(length=32):fingerprint>")
def text(fingerprint: str) -> str:
    """Show what is known of a text, judged alone by the current model version."""
    known, judge = text_history(database(), fingerprint), model()
    block = Block(known.text, 0)
    (verdict,) = judge.classify([block])
    return render_template(
        "text.html",
        known=known,
        view=view_block(block, verdict),
        limits=judge.card.thresholds,
        version=judge.card.version,
    )
