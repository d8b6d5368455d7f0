"""Blocks pinned as tests: pinning one, and the list of them with what the current version makes of each."""

import json
from functools import lru_cache
from hashlib import sha256
from typing import cast
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.blocks import LABELS, Label
from classifier.errors import ConflictError, InputError
from classifier.model import Model
from classifier.store.decisions import Act, Ruling
from classifier.store.pins import LONGEST_REASON, Pin, active_pins, former_pins, judge_pin, marks_of, pin
from classifier.store.queue import get_page
from classifier.text import fingerprint
from web.current import NUMBER, database, now, person, registry
from web.judged import judged, judged_now
from web.queue import list_asked_for
from web.reading import view_block
from web.review import as_shown, claimed_lately, form_identity, refuse_stale

pins = Blueprint("pins", __name__)

_BLOCK = f"/pages/<{NUMBER}:page_id>/blocks/<{NUMBER}:position>/pin"
_VERSIONS_REMEMBERED = 4


@pins.get("/pins")
def table() -> str:
    """Show the tests, and those that ended."""
    judge = registry().current_or_none()
    active = active_pins(database())
    return render_template(
        "pins.html",
        active=active[::-1],
        former=former_pins(database())[::-1],
        says={one.id: _said(judge, one) for one in active} if judge else {},
        version=judge.card.version if judge else None,
    )


@pins.get(_BLOCK)
def form(page_id: int, position: int) -> str:
    """Ask for the label and the reason."""
    if position in get_page(database(), page_id).hidden:
        abort(409, "This block is in the blind check: answer it there before you pin it.")
    return _asked(page_id, position)


@pins.post(_BLOCK)
def make(page_id: int, position: int) -> Response | tuple[str, int]:
    """Pin the block and decide so, then lead back to it; what is wrong is said beside what was typed."""
    queued = get_page(database(), page_id)
    if position not in queued.stored:
        abort(404, f"Page {page_id} has no block {position}.")
    label, reason = request.form.get("ruling", ""), request.form.get("reason", "")
    act = Act(person(), now(), form=form_identity(), page_id=page_id)
    try:
        refuse_stale(queued)
        ruled = as_shown(queued, position, cast("Ruling", label))
        saved = pin(database(), act, ruled, reason=reason, claiming=not claimed_lately(queued))
    except (InputError, ConflictError) as error:
        return _asked(page_id, position, refused=str(error)), 400 if isinstance(error, InputError) else 409
    if saved:
        flash(f"Saved: block {position + 1} {label}, and pinned as a test.")
    at = url_for("review.page", page_id=page_id, at=position, **list_asked_for(), _anchor=f"block-{position}")
    return redirect(at, 303)


def _asked(page_id: int, position: int, *, refused: str = "") -> str:
    judge, queued = judged_now(page_id)
    if position not in queued.stored:
        abort(404, f"Page {page_id} has no block {position}.")
    block, standing = queued.page.blocks[position], queued.rulings.get(position)
    verdict = judged(judge, queued.page.blocks, explained=range(position, position + 1))[position]
    called, mark = queued.called(position, verdict.label), fingerprint(block.text)
    return render_template(
        "pin.html",
        queued=queued,
        view=view_block(block, verdict, standing, *queued.repeats[position]),
        marks=marks_of(database(), [mark]).get(mark, ()),
        label=request.form.get("ruling", called if called in LABELS else verdict.label),
        reason=request.form.get("reason", ""),
        longest=LONGEST_REASON,
        refused=refused,
        form=uuid4().hex,
        version=judge.card.version,
        given=list_asked_for(),
    )


def _said(judge: Model, one: Pin) -> Label:
    """Return what a version calls a pinned block; judged once a version."""
    remembered = _remembered(judge.card.version)
    key = sha256(json.dumps([one.position, *one.texts]).encode()).digest()
    if key not in remembered:
        remembered[key] = judge_pin(judge, one).label
    return remembered[key]


@lru_cache(_VERSIONS_REMEMBERED)
def _remembered(_version: str) -> dict[bytes, Label]:
    """Return the labels that a version gave, by digest of the position and the page's texts."""
    return {}
