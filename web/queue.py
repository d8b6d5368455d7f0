"""The queue: pages filtered, ordered and counted, and the next one to work on."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from classifier.store.claims import claim_page, release_page
from classifier.store.listing import (
    ORDERS,
    STATES,
    Filter,
    Order,
    State,
    claim_next,
    count_listed,
    count_states,
    list_pages,
)
from classifier.store.preferences import keys_of
from classifier.store.worth import worthiest_block
from classifier.text import printable
from web.current import NUMBER, database, now, person, registry

queue = Blueprint("queue", __name__)

_PAGES_SHOWN = 50
_KEYS = ("next page", "keys")  # that do something here


@queue.get("/")
def pages() -> str:
    """Show the pages in the queue."""
    wanted, order, at = _filter(request.args), _order(request.args), now()
    states = count_states(database(), now=at)
    total = _total(wanted, states, at)
    parts = max(1, -(-total // _PAGES_SHOWN))
    part = min(parts, max(1, request.args.get("part", 1, type=int)))
    offset = (part - 1) * _PAGES_SHOWN
    return render_template(
        "queue.html",
        pages=list_pages(database(), wanted, now=at, order=order, limit=_PAGES_SHOWN, offset=offset) if total else [],
        wanted=wanted,
        given=_given(wanted, order),
        order=order,
        orders=ORDERS,
        states=states,
        total=total,
        part=part,
        parts=parts,
        at=at,
        keys=keys_of(database(), person()).only(*_KEYS),
        version=registry().pointer_or_none().current,
    )


def _total(wanted: Filter, states: dict[State, int], at: datetime) -> int:
    if wanted == Filter(state=wanted.state):
        return states[wanted.state] if wanted.state else sum(states.values())  # counted already
    return count_listed(database(), wanted, now=at)


@queue.post("/next")
def next_page() -> Response:
    """Claim the first page of the list that nobody else works on, and lead to it."""
    wanted, order = _filter(request.form), _order(request.form)
    found = claim_next(database(), replace(wanted, state=None), order=order, person=person(), now=now())
    if found is None:
        flash("Nothing is left to check in this list.")
        return redirect(url_for("queue.pages", **_given(wanted, order)), 303)
    at = worthiest_block(database(), found) if order == "teaches most" else None
    place: dict[str, Any] = {} if at is None else {"at": at, "_anchor": f"block-{at}"}
    return redirect(url_for("review.page", page_id=found, **place, **_given(wanted, order)), 303)


@queue.post(f"/pages/<{NUMBER}:page_id>/claim")
def claim(page_id: int) -> Response:
    """Claim a page."""
    claim_page(database(), page_id, person=person(), now=now())
    return redirect(url_for("review.page", page_id=page_id), 303)


@queue.post(f"/pages/<{NUMBER}:page_id>/release")
def release(page_id: int) -> Response:
    """Give a page back."""
    release_page(database(), page_id, person=person())
    return redirect(url_for("queue.pages"), 303)


def list_asked_for() -> dict[str, Any]:
    """Return the filter and order that the request carries, as the arguments of an address."""
    return _given(_filter(request.values), _order(request.values))


def _filter(given: "MultiDict[str, str]") -> Filter:
    state = given.get("state", "")
    return Filter(
        state=state if state in STATES else None,
        site=printable(given.get("site", "")).strip().lower()[:253],
        share=within(given.get("share", type=float), 1),
        flagged=within(given.get("flagged", type=int), 10**6),
        doubt=within(given.get("doubt", type=float), 1),
        days=within(given.get("days", type=int), 36_500),
        campaign=within(given.get("campaign", type=int), 2**31 - 1),
    )


def within(number: Any, most: int) -> Any:
    """Return `number` if it is one from 0 to `most`, else None."""
    return number if number is not None and 0 <= number <= most else None


def _order(given: "MultiDict[str, str]") -> Order:
    order = given.get("order", "")
    return order if order in ORDERS else ORDERS[0]


def _given(wanted: Filter, order: Order) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(wanted).items() if value not in (None, "")}
    return kept if order == ORDERS[0] else {**kept, "order": order}
