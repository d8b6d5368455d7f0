"""The blind check: one drawn block at a time with its neighbours, and nothing of what the model says of it."""

from dataclasses import dataclass
from uuid import uuid4

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.blocks import Block
from classifier.errors import NewsieveError, NotFoundError
from classifier.store.blind_check import (
    BLIND_RULINGS,
    BlindBlock,
    answer_blind,
    blind_block,
    count_waiting,
    next_blind,
)
from classifier.store.decisions import Act
from classifier.store.preferences import keys_of
from classifier.text import printable
from web.current import database, now, person, registry
from web.guard import may_decide
from web.queue import within

blind = Blueprint("blind", __name__)

_NEIGHBOURS = 3  # blocks shown before and after
_LARGEST = 2**31 - 1
_KEYS = (*BLIND_RULINGS, "skip", "next page", "undo", "keys")  # that do something here


@dataclass(frozen=True, slots=True)
class _Shown:
    """A sample as the page shows it: no verdict, no number, nothing that tells one."""

    sample: BlindBlock
    before: tuple[Block, ...]
    block: Block
    after: tuple[Block, ...]


@blind.get("/blind")
def check() -> str:
    """Show the sample that is asked for, if it waits and nobody else has it; else how many wait."""
    return render_template(
        "blind.html",
        shown=_shown(within(request.args.get("sample", type=int), _LARGEST)),
        waiting=count_waiting(database()),
        rulings=BLIND_RULINGS,
        form=uuid4().hex,
        keys=keys_of(database(), person()).only(*_KEYS),
        version=registry().pointer_or_none().current,
    )


@blind.post("/blind/next")
def go_on() -> Response:
    """Claim the next sample, after the one that is skipped if one is."""
    return _lead_on(within(request.form.get("sample", type=int), _LARGEST))


@blind.post("/blind/decide")
def decide() -> Response:
    """Record what the person says of a sample, tell what the model said, and lead to the next one."""
    ruling = request.form.get("ruling", "")
    sample, page = (within(request.form.get(name, type=int), _LARGEST) for name in ("sample", "page"))
    if ruling not in BLIND_RULINGS or not sample or page is None:
        abort(400, "A ruling in the blind check is news, filler, boilerplate or unsure, on the block that is shown.")
    act = Act(person(), now(), form=_form(ruling), page_id=page, blind=True)
    shown = answer_blind(database(), act, sample, ruling)
    flash(f"Saved: {ruling}. The model said {shown.label} {shown.score:.2f}.")
    return _lead_on(sample)


@blind.app_template_global()
def blind_waiting() -> int:
    """Return how many samples wait, for the navigation; 0 for strangers, and while the database cannot tell."""
    try:
        return count_waiting(database()) if g.get("let_in") else 0
    except NewsieveError:
        return 0  # this page, perhaps an error's, is shown all the same


def _shown(sample: int | None) -> _Shown | None:
    if not sample or not may_decide():
        return None
    try:
        found = blind_block(database(), sample)
    except NotFoundError:
        return None
    if found.claim and found.claim.person != person() and found.claim.holds(now()):
        return None
    blocks, at = found.page.blocks, found.position
    return _Shown(found, blocks[max(0, at - _NEIGHBOURS) : at], blocks[at], blocks[at + 1 : at + 1 + _NEIGHBOURS])


def _lead_on(leaving: int | None) -> Response:
    found = next_blind(database(), person=person(), now=now(), leaving=leaving)
    if found is None:
        flash("Nothing is left in the blind check for you now.")
    return redirect(url_for("blind.check", sample=found), 303)


def _form(ruling: str) -> str | None:
    """Return the identity of the form with what was pressed on it: pressed twice it is one act."""
    form = printable(request.form.get("form", ""))[:32]
    return f"{form}.blind.{ruling}" if form else None
