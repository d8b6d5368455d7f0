"""One text: where it stands, what people said of it, what the model says of it today, and why."""

import re

from flask import Blueprint, abort, render_template

from classifier.blocks import Block
from classifier.store.pins import marks_of
from classifier.store.text_history import text_history
from web.current import database, model
from web.reading import hide, view_block

text_page = Blueprint("text_page", __name__)

_FINGERPRINT = re.compile("[0-9a-f]{32}")


@text_page.get("/texts/<string(length=32):fingerprint>")
def text(fingerprint: str) -> str:
    """Show what is known of a text, judged alone by the current model version."""
    if not _FINGERPRINT.fullmatch(fingerprint):
        abort(404, "No text has such an address: it ends in 32 digits and letters from a to f.")
    known, judge = text_history(database(), fingerprint), model()
    block = Block(known.text, 0)
    (verdict,) = judge.classify([block])
    return render_template(
        "text.html",
        known=known,
        view=hide(block, verdict) if known.hidden else view_block(block, verdict),
        limits=judge.card.thresholds,
        version=judge.card.version,
        marks=marks_of(database(), [fingerprint]).get(fingerprint, ()),
    )
