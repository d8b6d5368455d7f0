"""Trying a page out: pasted text or a file, judged at once and kept nowhere unless it is added to the queue."""

import codecs
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from classifier.blocks import LABELS, Label, Page, Verdict
from classifier.errors import InputError
from classifier.formats import page_of_text, read_one_page
from classifier.store.queue import enqueue
from classifier.text import printable
from web.current import database, model, now
from web.reading import BlockView, view_block

try_page = Blueprint("try_page", __name__)

MOST_BYTES = 2_000_000
"""Of a text or a file."""
_MOST_FORM_BYTES = 3 * MOST_BYTES + 10_000  # one byte of a file may become three in the form that adds it
_TOO_LARGE = (
    f"That is more than {MOST_BYTES:,} bytes, the most that can be tried here. Nothing was stored; "
    "`newsieve classify FILE` judges pages of up to 20,000,000 bytes."
)
_BLOCKS_SHOWN = 300
_LONGEST_NAME = 200  # characters

Chosen = Literal["text", "html"]
_CHOICES: tuple[Chosen, ...] = ("text", "html")


@dataclass(frozen=True, slots=True)
class Tried:
    """A judged page as it is shown."""

    address: str
    text: str  # as it was given, decoded
    name: str
    html: bool
    blocks: tuple[BlockView, ...]  # the first of the page
    count: int  # blocks of the whole page
    called: dict[Label, int]  # blocks of the whole page by verdict
    needs_review: int  # blocks of the whole page


@try_page.url_value_preprocessor
def allow_more(_endpoint: str | None, _values: object) -> None:
    """Let the forms of this page be larger than others; done before anything reads the form."""
    request.max_content_length = request.max_form_memory_size = _MOST_FORM_BYTES


@try_page.errorhandler(RequestEntityTooLarge)
def far_too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Name the limit; such a form is not read."""
    return render_template("error.html", status=413, sentence=_TOO_LARGE), 413


@try_page.get("/try")
def ask() -> str:
    """Show the form."""
    return _form()


@try_page.post("/try")
def judge() -> tuple[str, int]:
    """Judge what was given and show it; nothing is stored."""
    notes: list[str] = []
    try:
        data, name = _given(request.form.get("text", ""))
        if len(data) > MOST_BYTES + len(codecs.BOM_UTF8):
            return _form(_TOO_LARGE), 413
        text, page = read_one_page(data, name=name, page_format=_chosen(), notify=notes.append)
        if not page.blocks:
            raise InputError(f"{name}: no text in it; paste text or HTML, or choose a file with some")
    except InputError as error:
        return _form(str(error)), 400
    current = model()
    tried = _tried(_named(page, name), current.classify(page.blocks, explain=range(_BLOCKS_SHOWN)), text, name)
    return render_template("try.html", tried=tried, notes=notes, version=current.card.version), 200


@try_page.post("/try/add")
def add() -> Response:
    """Add what was tried to the queue, and lead to it."""
    name = _file_name(request.form.get("name", ""))
    html = request.form.get("format") == "html"
    page = _named(page_of_text(request.form.get("text", ""), address=name, html=html), name)
    if not page.blocks:
        flash("There was no text to add.", "warning")
        return redirect(url_for("try_page.ask"), 303)
    queued = enqueue(database(), page, added_at=now())
    flash("Added to the queue." if queued.new else "The page was in the queue already.")
    return redirect(url_for("review.page", page_id=queued.id), 303)


def _form(fault: str = "") -> str:
    """Return the form; after a fault with what was typed."""
    typed = request.form if fault else MultiDict()
    return render_template("try.html", limit=MOST_BYTES, too_large=_TOO_LARGE, fault=fault, typed=typed)


def _given(pasted: str) -> tuple[bytes, str]:
    file = request.files.get("file")
    if file and file.filename:
        data, name = file.read(), _file_name(file.filename)
    else:
        data, name = codecs.BOM_UTF8 + pasted.encode() if pasted.strip() else b"", "pasted"  # the form's encoding holds
    if not data:
        raise InputError(f"{name}: empty; paste text or HTML, or choose a file with some")
    return data, name


def _chosen() -> Chosen | None:
    return next((known for known in _CHOICES if known == request.form.get("format")), None)


def _file_name(name: str) -> str:
    return PurePosixPath(printable(name).replace("\\", "/")).name[:_LONGEST_NAME] or "pasted"


def _named(page: Page, name: str) -> Page:
    """Return the page with a digest in its address, so that two pastes are two pages; unless it named its own."""
    if page.address != name:
        return page
    digest = hashlib.sha256("\n".join(block.text for block in page.blocks).encode()).hexdigest()
    return replace(page, address=f"{name} {digest[:8]}")


def _tried(page: Page, verdicts: Sequence[Verdict], text: str, name: str) -> Tried:
    called = Counter(verdict.label for verdict in verdicts)
    return Tried(
        address=page.address,
        text=text,
        name=name,
        html=bool(page.html),
        blocks=tuple(map(view_block, page.blocks[:_BLOCKS_SHOWN], verdicts[:_BLOCKS_SHOWN])),
        count=len(verdicts),
        called={label: called[label] for label in LABELS},
        needs_review=sum(verdict.needs_review for verdict in verdicts),
    )
