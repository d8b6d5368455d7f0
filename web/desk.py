"""The desk: the queue of pages, one page with its blocks, and the decision on a block."""

from datetime import UTC, datetime
from typing import cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.blocks import LABELS
from classifier.model import Model
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.store.decisions import Ruling, Shown, decide
from classifier.store.queue import QueuedPage, count_pages, get_page, list_pages
from web.reading import PageView, view_page

desk = Blueprint("desk", __name__)

_BUTTONS: tuple[Ruling, ...] = (*LABELS, "undo")
_PAGES_SHOWN = 50
_NUMBER = "int(max=2147483647)"  # what a column holds; anything larger is not found
_PERSON = "local"  # the desk has no accounts yet: whoever sits at this machine


@desk.get("/")
def queue() -> str:
    """Show the pages in the queue."""
    total = count_pages(_database())
    parts = max(1, -(-total // _PAGES_SHOWN))
    shown = min(parts, max(1, request.args.get("part", 1, type=int)))
    found = list_pages(_database(), limit=_PAGES_SHOWN, offset=(shown - 1) * _PAGES_SHOWN)
    model = _model()
    pages = [_view(model, queued, explain=False) for queued in found]
    return render_template("queue.html", pages=pages, total=total, part=shown, parts=parts, model=model.card)


@desk.get(f"/pages/<{_NUMBER}:page_id>")
def page(page_id: int) -> str:
    """Show one page with its blocks, verdicts and reasons."""
    model = _model()
    view = _view(model, get_page(_database(), page_id), explain=True)
    return render_template("page.html", page=view, model=model.card)


@desk.post(f"/pages/<{_NUMBER}:page_id>/blocks/<{_NUMBER}:position>")
def rule(page_id: int, position: int) -> Response:
    """Record the ruling on a block, then lead to the next block that a person should look at."""
    ruling = request.form.get("ruling", "")
    if ruling not in _BUTTONS:
        abort(400, "Not saved: a ruling is news, filler, boilerplate or undo.")
    model = _model()  # before the decision: after it nothing may fail
    decide(
        _database(),
        page_id,
        position,
        ruling,
        person=_PERSON,
        decided_at=datetime.now(UTC),
        shown=_shown(),
    )
    view = _view(model, get_page(_database(), page_id), explain=False)
    target = _next(view, position) if ruling != "undo" else position
    return redirect(url_for("desk.page", page_id=page_id, _anchor=f"block-{target}"), 303)


def _next(view: PageView, position: int) -> int:
    later = [block for block in view.blocks if block.to_check and block.position > position]
    return later[0].position if later else position


def _shown() -> Shown:
    label, score = request.form.get("label", ""), request.form.get("score", -1.0, type=float)
    model = request.form.get("model", "")
    if label not in LABELS or not 0 <= score <= 1 or not _registry().names(model):
        abort(400, "Not saved: the form does not say what the page showed. Reload the page and press the button again.")
    return Shown(model, label, score)


def _view(model: Model, queued: QueuedPage, *, explain: bool) -> PageView:
    return view_page(queued, model.classify(queued.page.blocks, explain=explain))


def _model() -> Model:
    return _registry().current()


def _registry() -> Registry:
    return cast("Registry", current_app.extensions["registry"])


def _database() -> Database:
    return cast("Database", current_app.extensions["database"])
