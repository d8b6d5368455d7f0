"""Who may do what: as soon as there is one account everybody logs in; viewers look, moderators decide."""

from flask import Flask, abort, current_app, g, request
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from classifier.store.people import has_people
from classifier.store.sessions import person_of
from web.current import database, now
from web.login import LoggedIn, ask_to_log_in, login, throttle
from web.password import password

_FOR_EVERYBODY = ("static", "login.form", "login.log_in", "login.log_out")
_VIEWERS_TOO = ("try_page.judge", "password.change")  # a POST that only asks, or changes what is the viewer's own
_SAFE = ("GET", "HEAD", "OPTIONS")


def guard(app: Flask, *, accounts: bool) -> None:
    """Make `app` ask who is there. With `accounts` it never serves anybody unnamed, even if all accounts went away.

    To be called before forms are protected from forgery, so that an ended session is met first.
    """
    app.config["ACCOUNTS"] = accounts
    people = LoginManager(app)
    people.session_protection = None  # the key alone counts: an address may change in mid-work
    people.user_loader(_whose)
    throttle.init_app(app)
    app.before_request(_may_pass)
    app.add_template_global(may_decide)
    app.register_blueprint(login)
    app.register_blueprint(password)


def _whose(key: str) -> LoggedIn | None:
    """Return whose session it is; asked again, by the page that tells why nobody knows, nobody's."""
    if g.get("unknown"):
        return None
    g.unknown = True
    person = person_of(database(), key, now=now())
    g.unknown = False
    return LoggedIn(person, key) if person else None


def may_decide() -> bool:
    """Tell whether who is there decides, and does not only look."""
    return not current_user.is_authenticated or bool(current_user.role == "moderator")


def _may_pass() -> Response | None:
    if request.endpoint in _FOR_EVERYBODY:
        return None
    if current_user.is_authenticated:
        looks = request.method in _SAFE or request.endpoint in _VIEWERS_TOO
        if not looks and current_user.role != "moderator":
            abort(403, "Viewers look; only moderators decide. Ask whoever runs this desk for a moderator's account.")
        g.let_in = True
        return None
    if current_app.config["ACCOUNTS"] or has_people(database()):
        return ask_to_log_in()
    g.let_in = True  # what every page tells of the queue, it tells no stranger
    return None
