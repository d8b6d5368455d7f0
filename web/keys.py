"""The keys of the desk: shown, changed, switched off."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from classifier.store.preferences import DEFAULT_KEYS, Keys, keys_of, save_keys
from web.current import database, person

keys = Blueprint("keys", __name__)


@keys.get("/keys")
def table() -> str:
    """Show the keys."""
    return render_template("keys.html", keys=keys_of(database(), person()), defaults=DEFAULT_KEYS)


@keys.post("/keys")
def change() -> Response:
    """Keep the keys as given, or the defaults again."""
    if "defaults" in request.form:
        save_keys(database(), person(), Keys(dict(DEFAULT_KEYS), on=True))
        flash("The keys are as at first.")
        return redirect(url_for("keys.table"), 303)
    chosen = {action: request.form.get(f"key {action}", "").strip() for action in DEFAULT_KEYS}
    _refuse_unclear(chosen)
    save_keys(database(), person(), Keys(chosen, on="on" in request.form))
    flash("The keys are kept.")
    return redirect(url_for("keys.table"), 303)


def _refuse_unclear(chosen: dict[str, str]) -> None:
    used = [key for key in chosen.values() if key]
    if any(len(key) != 1 for key in used):
        abort(400, "A key is one character, or nothing for none.")
    for key in used:
        if used.count(key) > 1:
            abort(400, f"The key {key} is given twice; each key does one thing.")
