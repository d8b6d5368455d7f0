"""A person's own password: changed by whoever knows the present one; their other sessions end."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from classifier.errors import AccountError
from classifier.store.people import SHORTEST_PASSWORD, check_password, reset_password
from classifier.store.sessions import start_session
from web.current import database, now
from web.login import LoggedIn, throttle

password = Blueprint("password", __name__)

_WRONG = 403


def _whose() -> str:
    return f"password of {current_user.name if current_user.is_authenticated else ''}"


def _failed(response: Response) -> bool:
    return response.status_code == _WRONG


@password.get("/account/password")
def form() -> str:
    """Ask for the present password and a new one."""
    return _asking()


@password.post("/account/password")
@throttle.limit("5 per minute", key_func=_whose, deduct_when=_failed)
def change() -> Response | tuple[str, int]:
    """Give who is logged in the new password, end their sessions, and begin a new one here."""
    if not current_user.is_authenticated:
        abort(404, "This desk has no accounts, so there is no password to change.")
    person = check_password(
        database(), current_user.name, request.form.get("current", ""), hasher=current_app.extensions["hasher"]
    )
    if person is None:
        return _asking("That is not your present password."), _WRONG
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _asking("The two new passwords are not the same."), 400
    try:
        reset_password(database(), person.name, password=new, now=now(), hasher=current_app.extensions["hasher"])
    except AccountError as error:
        return _asking(f"{error}."), 400
    login_user(LoggedIn(person, start_session(database(), person, now=now())))
    flash("Your password is changed. Wherever else you were logged in, you are no more.")
    return redirect(url_for("login.account"), 303)


@password.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> tuple[str, int]:
    """Refuse to guess on."""
    return _asking("Too many wrong passwords. Try again in a minute."), 429


def _asking(sentence: str = "") -> str:
    name = current_user.name if current_user.is_authenticated else None
    said = f"Not saved: {sentence}" if sentence else ""
    return render_template("password.html", name=name, sentence=said, shortest=SHORTEST_PASSWORD)
