"""Logging in and out. Failed attempts are throttled by address and by account."""

import re
import time

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import UserMixin, current_user, login_user
from flask_login import logout_user as forget_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from classifier.store.people import Person, check_password, fold_name, has_people
from classifier.store.sessions import end_session, start_session
from web.current import database, now
from web.pending import Pending, describe, kept, may_be_offered, sent_now

login = Blueprint("login", __name__)

# in this process's memory: the desk is one process, and who restarts it may also start counting anew
throttle = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")

_AN_ADDRESS, _AN_ACCOUNT = "10 per minute", "5 per minute"  # failed attempts
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]{0,2000}")  # what a browser takes for another site begins // or /\
_FAILED = 401


class LoggedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Who is logged in, as Flask-Login wants it: the identity it puts into the cookie is the session's random key."""

    def __init__(self, person: Person, key: str) -> None:
        self.name, self.role, self.key = person.name, person.role, key

    def get_id(self) -> str:
        """Return the key of the session."""
        return self.key


def _failed(response: Response) -> bool:
    return response.status_code == _FAILED


def _account() -> str:
    return f"account {fold_name(request.form.get('name', ''))[:100]}"


@login.get("/login")
def form() -> AnyResponse:
    """Ask for name and password; lead to the queue where nobody needs one."""
    if current_user.is_authenticated or not has_people(database()):
        return redirect(url_for("queue.pages"), 303)
    return _asking(200)


@login.post("/login")
@throttle.limit(_AN_ADDRESS, deduct_when=_failed)
@throttle.limit(_AN_ACCOUNT, key_func=_account, deduct_when=_failed)
def log_in() -> AnyResponse:
    """Start a session for who gives the right name and password, and lead to where they were going."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    person = check_password(database(), name, password, hasher=current_app.extensions["hasher"])
    if person is None:
        return _asking(_FAILED, "That is not a name with its password.")
    _end()
    login_user(LoggedIn(person, start_session(database(), person, now=now())))
    return _go_on()


@login.post("/logout")
def log_out() -> AnyResponse:
    """End the session: its cookie opens nothing any more."""
    _end()
    forget_user()
    flash("You are logged out.")
    return redirect(url_for("login.form"), 303)


@login.get("/account")
def account() -> str:
    """Show who is logged in, and the way out."""
    return render_template("account.html", person=current_user if current_user.is_authenticated else None)


@login.errorhandler(RateLimitExceeded)
def too_many(_error: RateLimitExceeded) -> AnyResponse:
    """Refuse another attempt for a while; what waits to be sent is kept."""
    resets = [limit.reset_at for limit in throttle.current_limits if limit.breached]
    seconds = max(1, int(max(resets, default=0) - time.time()) + 1)
    response = _asking(429, f"Too many failed attempts. Try again in {seconds} seconds.")
    response.headers["Retry-After"] = str(seconds)
    return response


def ask_to_log_in() -> AnyResponse:
    """Answer a request of nobody: lead to the log-in page, which keeps a decision that was being sent."""
    if request.method in ("GET", "HEAD"):
        going = request.full_path if request.query_string else request.path
        return redirect(url_for("login.form", next=going if going != "/" else None), 303)
    pending = sent_now()
    sentence = "Not saved yet: you are not logged in, or your session has ended."
    large = " It is too large to be kept here." if may_be_offered() and not pending else ""
    after = " After logging in you are asked whether to send it." if pending else " Log in and do it again."
    return _asking(_FAILED, sentence + large + after, pending)


def answer_stale_form() -> AnyResponse | None:
    """Answer a form whose CSRF token is of another session: offer it again; None where that cannot be done."""
    if request.endpoint == "login.log_in":
        logged_in = current_user.is_authenticated  # in another tab
        return _go_on() if logged_in else _asking(400, "This page was open for too long. Log in once more.")
    pending = sent_now()
    return _offer(pending, 400) if pending else None


def _asking(status: int, sentence: str = "", pending: Pending | None = None) -> Response:
    typed = request.form if request.endpoint == "login.log_in" else MultiDict()  # nobody's other forms stay unread
    waiting = pending or (kept() if typed else None)
    going = typed.get("next") or request.args.get("next", "")
    page = render_template(
        "login.html",
        sentence=sentence,
        name=typed.get("name", ""),
        pending=waiting.to_text() if waiting else None,
        next=going if _OWN_PATH.fullmatch(going) else None,
    )
    return make_response(page, status)


def _go_on() -> AnyResponse:
    pending, going = kept(), request.form.get("next", "")
    if pending is None:
        return redirect(going if _OWN_PATH.fullmatch(going) else url_for("queue.pages"), 303)
    return _offer(pending, 200)


def _offer(pending: Pending, status: int) -> Response:
    if current_user.is_authenticated and current_user.role != "moderator":
        abort(403, "Viewers look; only moderators decide.")
    person = current_user.name if current_user.is_authenticated else None
    page = render_template("offered.html", pending=pending, described=describe(pending), person=person)
    return make_response(page, status)


def _end() -> None:
    """End the session there is, if any, and forget what its cookie holds: whoever comes next starts afresh."""
    if current_user.is_authenticated:
        end_session(database(), current_user.key, now=now())
    session.clear()
