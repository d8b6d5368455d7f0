"""Quarantine: where a person shows that they agree with golden, blind, and the sentence that leads them there."""

from functools import cache
from random import Random

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.blocks import LABELS, Example
from classifier.errors import ConflictError, NewsieveError
from classifier.labelled import read_examples, shipped_data
from classifier.store.preferences import keys_of
from classifier.store.quarantine import Answer, Quarantine, answer_golden, quarantine_of
from classifier.text import fingerprint
from web.current import database, now, person
from web.queue import within

quarantine = Blueprint("quarantine", __name__)

_QUOTED = 160  # characters of a golden block


@quarantine.get("/quarantine")
def ask() -> str:
    """Show the golden block that the person is asked for, without its label."""
    lasting = quarantine_of(database(), person())
    return render_template(
        "quarantine.html",
        lasting=lasting,
        text=_asked(lasting).text if lasting else "",
        keys=keys_of(database(), person()).only("news", "filler", "boilerplate", "keys"),
    )


@quarantine.post("/quarantine")
def answer() -> Response:
    """Record what the person says of the block, tell what it is, and lead to the next one."""
    said, asked = request.form.get("ruling", ""), within(request.form.get("asked", type=int), 2**31 - 1)
    if said not in LABELS or asked is None:
        abort(400, "An answer is news, filler or boilerplate, on the block that is shown.")
    lasting = quarantine_of(database(), person())
    if lasting is None:
        raise ConflictError("you are not in quarantine any more; decide as always")
    golden = _asked(lasting)
    given = Answer(fingerprint(golden.text), golden.label, said)
    after = answer_golden(database(), person(), given, asked=asked, now=now())
    if given.right:
        flash("Right.")
    else:
        flash(f"You said {said}; golden says {golden.label}: {_short(golden.text)}", "warning")
    if after.ended_at:
        flash("Your quarantine has ended: what you decide is trained on again.")
    return redirect(url_for("quarantine.ask"), 303)


@quarantine.app_template_global()
def in_quarantine() -> bool:
    """Tell whether who is there is in quarantine; never to strangers, nor while the database cannot tell."""
    try:
        return bool(g.get("let_in")) and quarantine_of(database(), person()) is not None
    except NewsieveError:
        return False  # this page, perhaps an error's, is shown all the same


def _asked(lasting: Quarantine) -> Example:
    """Return the golden block after so many answers: chance's choice, the same however often the page is loaded.

    None of those answered lately, so that nobody answers one twice in a row. Without the desk's key it cannot be
    foreseen, and who answers has no choice.
    """
    golden = _golden()
    lately = {answer.fingerprint for answer in lasting.answers[-(len(golden) // 2) :]}
    left = [example for example in golden if fingerprint(example.text) not in lately]
    seed = current_app.config["SECRET_KEY"] + f"/{lasting.id}/{len(lasting.answers)}".encode()
    return Random(seed).choice(left)  # noqa: S311 - seeded with the key on purpose: it is drawn once and for all


def _short(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


@cache
def _golden() -> tuple[Example, ...]:
    return tuple(read_examples([shipped_data() / "golden.jsonl"], notify=current_app.logger.warning))
