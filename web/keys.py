"""The keys of the desk: shown, changed, switched off."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.store.preferences import DEFAULT_KEYS, Keys, keys_of, save_keys
from classifier.text import printable
from web.current import database, person

keys = Blueprint("keys", __name__)


@keys.get("/keys")
def table() -> str:
    """Show the keys."""
    return render_template("keys.html", keys=keys_of(database(), person()), defaults=DEFAULT_KEYS)


@keys.post("/keys")
def change() -> Response | tuple[str, int]:
    """Keep the keys as given, or the defaults again; show what is unclear as it was typed."""
    if "defaults" in request.form:
        save_keys(database(), person(), Keys(dict(DEFAULT_KEYS), on=True))
        flash("The keys are as at first.")
        return redirect(url_for("keys.table"), 303)
    by_action = {action: printable(request.form.get(f"key {action}", "")).strip() for action in DEFAULT_KEYS}
    chosen = Keys(by_action, on="on" in request.form)
    if fault := _fault(list(filter(None, by_action.values()))):
        return render_template("keys.html", keys=chosen, defaults=DEFAULT_KEYS, fault=fault), 400
    save_keys(database(), person(), chosen)
    flash("The keys are kept.")
    return redirect(url_for("keys.table"), 303)


def _fault(used: list[str]) -> str:
    """Return what is wrong with the keys that are used; nothing where they are clear."""
    twice = next((key for key in used if used.count(key) > 1), None)
    if any(len(key) != 1 for key in used):
        return "Not saved: a key is one character, or nothing for none."
    return f"Not saved: the key {twice} is given twice; each key does one thing." if twice else ""
