"""Activity: who decided what and when, taken back where it was one's own, counted by person, and as files."""

from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from classifier.store.act_files import ActFormat, act_lines
from classifier.store.activity import WHETHER, ActFilter, list_acts, people_who_decided
from classifier.store.decisions import RULINGS
from classifier.store.exchange import export_acts
from classifier.store.history import undo
from classifier.store.people_figures import STRETCH, people_figures
from classifier.text import printable
from web.current import database, now, person

activity = Blueprint("activity", __name__, url_prefix="/activity")

_ACTS_SHOWN = 50
_PERIODS = {"1": "the last day", "7": "the last week", "30": "the last 30 days", "365": "the last year", "": "ever"}
_MEDIA_TYPES: dict[ActFormat, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


@activity.get("")
def acts() -> str:
    """Show what was decided, newest first."""
    given = _given(request.args)
    before = request.args.get("before", type=int)
    part = list_acts(
        database(), _filter(given), before=before if before and 0 < before < 2**31 else None, limit=_ACTS_SHOWN
    )
    return render_template(
        "activity.html",
        part=part,
        given=given,
        before=before,
        people=people_who_decided(database()),
        whether=WHETHER,
        me=person(),
    )


@activity.post("/<int(min=1, max=2147483647):act>/undo")
def take_back(act: int) -> Response:
    """Take one of the person's own acts back, then show the same list."""
    toggled = undo(database(), person=person(), now=now(), act=act)
    if toggled:
        texts = f"{toggled.texts:,} {'text' if toggled.texts == 1 else 'texts'}"
        also = ", and the test pinned with it" if toggled.pinned else ""
        flash(f"Took back: {toggled.ruling or 'decisions'} on {texts}{also}.")
    return redirect(url_for("activity.acts", **_given(request.form), before=request.form.get("before") or None), 303)


@activity.get("/people")
def people() -> str:
    """Show how much each person decides, how fast, and how often others agree."""
    period = request.args.get("days", "30")
    period = period if period in _PERIODS else "30"
    since = now() - timedelta(days=int(period)) if period else None
    figures = people_figures(database(), since=since)
    minutes = STRETCH // timedelta(minutes=1)
    return render_template("people.html", figures=figures, periods=_PERIODS, period=period, minutes=minutes)


@activity.get("/decisions.<any(jsonl, csv):act_format>")
def export(act_format: ActFormat) -> Response:
    """Send every decision, oldest first, as a file."""
    found = export_acts(database())
    begun = list(islice(found, 1))  # a database that cannot be read is an error page, not a broken file
    lines = act_lines(chain(begun, found), act_format)
    name = f"newsieve-decisions-{now():%Y%m%dT%H%M%SZ}.{act_format}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(
        (line.encode() for line in lines), headers=headers, content_type=f"{_MEDIA_TYPES[act_format]}; charset=utf-8"
    )


def _given(fields: "MultiDict[str, str]") -> dict[str, Any]:
    """Return the filter that a request carries, as the arguments of an address."""
    named = {
        name: printable(fields.get(name, "")).strip()
        for name in ("person", "ruling", "site", "standing", "since", "until")
    }
    allowed = {"ruling": RULINGS, "standing": WHETHER}
    kept = {name: value for name, value in named.items() if value and value in allowed.get(name, (value,))}
    return {name: value for name, value in kept.items() if name not in ("since", "until") or _day(value)}


def _filter(given: dict[str, Any]) -> ActFilter:
    until = _day(given.get("until", ""))
    return ActFilter(
        person=given.get("person", ""),
        ruling=given.get("ruling"),
        site=given.get("site", "").lower(),
        standing=given.get("standing"),
        since=_day(given.get("since", "")),
        until=until + timedelta(days=1) if until else None,  # the day itself counts
    )


def _day(given: str) -> datetime | None:
    try:
        day = datetime.combine(date.fromisoformat(given), time())
    except ValueError:
        return None
    return day if 1900 < day.year < 9999 else None
