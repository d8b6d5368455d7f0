"""Conflicts: the texts that people label differently, each settled by one decision."""

from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.blocks import LABELS
from classifier.store.decisions import Act
from classifier.store.pins import marks_of
from classifier.store.quarantine import quarantine_of
from classifier.store.settling import settle
from classifier.store.statements import disputed
from classifier.text import printable
from web.current import database, now, person
from web.queue import within

conflicts = Blueprint("conflicts", __name__, url_prefix="/activity/conflicts")

_SHOWN = 50


@conflicts.get("")
def table() -> str:
    """Show who says what of each text that people label differently, the newest conflict first."""
    found = disputed(database())
    shown = found[:_SHOWN]
    marks = marks_of(database(), [conflict.fingerprint for conflict in shown])
    return render_template("conflicts.html", conflicts=shown, marks=marks, total=len(found), form=uuid4().hex)


@conflicts.post("/<string(length=32):fingerprint>/settle")
def end(fingerprint: str) -> Response:
    """Record what a text is, whoever said otherwise before, then show the other conflicts."""
    if quarantine_of(database(), person()):  # nothing they say is trained on, and a settlement outweighs everybody
        abort(403, "You are in quarantine: others settle conflicts until it ends; the page Quarantine ends it.")
    label = request.form.get("ruling", "")
    ruling = next((known for known in LABELS if known == label), None)
    if ruling is None:
        abort(400, "A conflict is settled as news, filler or boilerplate.")
    seen = within(request.form.get("seen", type=int), 2**31 - 1) or 0
    form = ".".join((printable(request.form.get("form", ""))[:32], fingerprint[:20], ruling))[:64]
    if settle(database(), Act(person(), now(), form=form), fingerprint, ruling, seen=seen):
        flash(f"Settled: {ruling}.")
    return redirect(url_for("conflicts.table"), 303)
