"""One page under review: its blocks, the decisions on them, and undo and redo."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.consensus import Conflict
from classifier.errors import ConflictError
from classifier.store.decisions import RULINGS, Act, Ruled, Ruling, Scope, Shown, decide
from classifier.store.history import Toggled, redo, undo
from classifier.store.listing import next_to_check
from classifier.store.pins import Mark, ended_by, marks_of
from classifier.store.preferences import keys_of
from classifier.store.queue import QueuedPage, get_page
from classifier.store.statements import disputed_among
from classifier.text import fingerprint, printable
from web.current import NUMBER, database, now, person
from web.judged import judged, judged_now
from web.queue import list_asked_for, within
from web.reading import part_of, positions_of, view_page

review = Blueprint("review", __name__)

_RENEW = timedelta(minutes=1)  # a claim this old is renewed by the next decision
_SCOPES = ("block", "run", "page")
_STANDING = re.compile(r"(\d{1,9}):(\d{1,9})")  # position and decision


@review.get(f"/pages/<{NUMBER}:page_id>")
def page(page_id: int) -> str:
    """Show one page with its blocks, verdicts and reasons."""
    judge, queued = judged_now(page_id)
    at = request.args.get("at", type=int)
    part = request.args.get("part", part_of(at or 0), type=int)
    part = min(max(1, part), part_of(len(queued.page.blocks) - 1))
    shown = positions_of(part)
    verdicts = judged(judge, queued.page.blocks, explained=shown)
    claim = queued.claim if queued.claim and queued.claim.holds(now()) else None
    prints = {block.position: fingerprint(block.text) for block in queued.page.blocks if block.position in shown}
    return render_template(
        "review.html",
        queued=queued,
        view=view_page(queued, verdicts, part),
        at=at,
        shown=shown,
        claim=claim,
        mine=claim is not None and claim.person == person(),
        version=judge.card.version,
        form=uuid4().hex,
        keys=keys_of(database(), person()),
        disputed=_disputed(queued, prints),
        given=list_asked_for(),
        marks=marks_of(database(), list(prints.values())),
    )


@review.post(f"/pages/<{NUMBER}:page_id>/decide")
def rule(page_id: int) -> Response | str:
    """Record the ruling on a block or a run, or accept the page, then lead to the next block to look at."""
    queued = get_page(database(), page_id)
    refuse_stale(queued)
    scope = cast("Scope", request.form.get("scope", ""))
    ruled = _ruled(queued, scope)
    if ending := _unconfirmed(queued, ruled):
        return render_template("against_pins.html", queued=queued, ending=ending, sent=request.form, ruled=ruled)
    act = Act(person(), now(), scope, form=form_identity(), page_id=page_id)
    if ruled and decide(database(), act, ruled, claiming=not claimed_lately(queued)):
        flash(_said(ruled, scope, queued))
    at = next_to_check(database(), page_id, after=ruled[-1].position if scope != "page" and ruled else -1)
    last = ruled[0].position if ruled else 0
    return _lead_to(page_id, at if at is not None else last, done=at is None)


@review.post("/undo")
def take_back() -> Response:
    """Take the person's newest standing act back."""
    return _toggled(undo(database(), person=person(), now=now()), "Took back", "Nothing to take back.")


@review.post("/redo")
def do_again() -> Response:
    """Do again what the person took back last."""
    return _toggled(redo(database(), person=person(), now=now()), "Did again", "Nothing to do again.")


def _disputed(queued: QueuedPage, prints: Mapping[int, str]) -> dict[int, Conflict]:
    """Return the conflicts over texts of the page, by position, of those whose fingerprints are given by position."""
    places = {mark: position for position, mark in prints.items() if position in queued.rulings}
    found = disputed_among(database(), list(places)) if places else []
    return {places[conflict.fingerprint]: conflict for conflict in found}


def refuse_stale(queued: QueuedPage) -> None:
    """Raise ConflictError when the form is of another page, or of another version's verdicts, than there are now."""
    if queued.content != request.form.get("content", ""):
        raise ConflictError(f"page {queued.id} is another one since this page was shown; go back to the queue")
    if queued.model != request.form.get("model", ""):
        raise ConflictError("the model was changed since this page was shown; look again, and press the button again")


def _ruled(queued: QueuedPage, scope: Scope) -> list[Ruled]:
    ruling = request.form.get("ruling", "")
    if scope not in _SCOPES or (ruling not in RULINGS and scope != "page"):
        abort(400, "A ruling is news, filler, boilerplate, unsure or undo, on a block or a run; or a page is accepted.")
    if scope == "page":
        shown = positions_of(min(max(1, request.form.get("part", 1, type=int)), part_of(len(queued.stored) - 1)))
        free = [position for position in queued.stored if position not in queued.hidden]
        unruled = [position for position in free if position in shown and position not in _standing()]
        return [as_shown(queued, position, queued.stored[position].label) for position in unruled]
    first = request.form.get("position", -1, type=int)
    last = request.form.get("last", first, type=int) if scope == "run" else first
    if not 0 <= first <= last:
        abort(400, "A run begins at its first block and ends at its last.")
    meant = range(first, min(last, 10**5) + 1)
    told = [position for position in meant if scope == "block" or position not in queued.hidden]
    return [as_shown(queued, position, cast("Ruling", ruling)) for position in told]


def as_shown(queued: QueuedPage, position: int, ruling: Ruling) -> Ruled:
    """Return a ruling on a block with the verdict and the decision that the form's page showed."""
    if position not in queued.stored:
        abort(404, f"Page {queued.id} has no block {position}.")
    stored = queued.stored[position]
    shown = Shown(queued.model or "", stored.label, stored.score)
    return Ruled(position, ruling, shown, standing=_standing().get(position, 0))


def _unconfirmed(queued: QueuedPage, ruled: Sequence[Ruled]) -> tuple[Mark, ...]:
    """Return the tests that rulings would end, unless the form says that the person was warned of just these."""
    rulings = {fingerprint(queued.page.blocks[one.position].text): one.ruling for one in ruled}
    ending = ended_by(marks_of(database(), rulings), rulings)
    return () if request.form.get("ends") == " ".join(str(mark.id) for mark in ending) else ending


def _standing() -> dict[int, int]:
    """Return the decisions that stood when the page was shown, by position, as the form carries them."""
    pairs = _STANDING.findall(request.form.get("standing", ""))
    return {int(position): int(decision) for position, decision in pairs}


def form_identity() -> str | None:
    """Return the identity of the form with what was pressed on it: pressed twice it is one act."""
    given = [printable(request.form.get(name, ""))[:32] for name in ("form", "scope", "position", "ruling")]
    return ".".join(given)[:64] if given[0] else None


def claimed_lately(queued: QueuedPage) -> bool:
    """Tell whether the person claimed the page so lately that it need not be claimed again."""
    claim = queued.claim
    return bool(claim and claim.person == person() and timedelta(0) <= now() - claim.claimed_at < _RENEW)


def _said(ruled: Sequence[Ruled], scope: Scope, queued: QueuedPage) -> str:
    if scope == "page":
        return f"Accepted as shown: {len(ruled)} {'block' if len(ruled) == 1 else 'blocks'}."
    what = "ruling withdrawn" if ruled[0].ruling == "undo" else ruled[0].ruling
    pages, _sites = queued.repeats[ruled[0].position]
    where = f"block {ruled[0].position + 1}" if scope == "block" else f"run of {len(ruled)} blocks"
    also = f", also on {pages - 1:,} other pages" if scope == "block" and pages > 1 else ""
    return f"Saved: {where} {what}{also}."


def _toggled(toggled: Toggled | None, done: str, nothing: str) -> Response:
    back = within(request.form.get("page", type=int), 2**31 - 1)
    if toggled is None:
        flash(nothing, "warning")
        return _lead_to(back, 0) if back else redirect(url_for("queue.pages"), 303)
    what = f"{toggled.ruling or 'decisions'} on {toggled.texts} {'text' if toggled.texts == 1 else 'texts'}"
    flash(f"{done}: {what}{', and the test pinned with it' if toggled.pinned else ''}.")
    if toggled.page_id is None:
        return _lead_to(back, 0) if back else redirect(url_for("queue.pages"), 303)
    return _lead_to(toggled.page_id, toggled.position or 0)


def _lead_to(page_id: int, position: int, *, done: bool = False) -> Response:
    if done:
        flash("Nothing is left to check on this page.")
    address = url_for("review.page", page_id=page_id, at=position, **list_asked_for(), _anchor=f"block-{position}")
    return redirect(address, 303)
