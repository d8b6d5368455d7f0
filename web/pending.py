"""A form sent after its session had ended: kept through the log-in, then offered again, never sent by itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from classifier.store.campaign_detail import get_campaign
from classifier.store.queue import get_page
from web.current import database

_MOST_CHARACTERS, _MOST_FIELDS = 20_000, 200
_QUOTED = 10  # texts
_QUOTED_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Pending:
    """One form of ours, as it was sent."""

    address: str  # path and query of a route in OFFERED
    fields: tuple[tuple[str, str], ...]  # names and values, without the CSRF token

    def to_text(self) -> str:
        """Return it as the value of one hidden field."""
        return json.dumps([self.address, self.fields])


@dataclass(frozen=True, slots=True)
class Described:
    """What sending the form would record."""

    what: str  # completes "You were about to ..."
    quotes: tuple[str, ...] = ()  # the texts decided on, shortened
    more: int = 0  # further texts


def sent_now() -> Pending | None:
    """Return the form of this request, if it came from a page of ours, may be offered again and is no giant."""
    if request.endpoint not in OFFERED or not _from_a_page_of_ours():
        return None
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return _checked(request.full_path.rstrip("?"), fields)


def kept() -> Pending | None:
    """Return the form that the log-in page carries."""
    try:
        address, fields = json.loads(request.form.get("pending", ""))
        return _checked(str(address), tuple((str(name), str(value)) for name, value in fields))
    except (ValueError, TypeError, RecursionError):  # not written by us
        return None


def describe(pending: Pending) -> Described:
    """Tell what sending the form would record. Raises NotFoundError when its page has gone."""
    endpoint, arguments = _route(pending.address) or ("", {})
    return OFFERED[endpoint](arguments, dict(pending.fields))


def _from_a_page_of_ours() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")


def _checked(address: str, fields: tuple[tuple[str, str], ...]) -> Pending | None:
    pending = Pending(address, fields)
    small = len(fields) <= _MOST_FIELDS and len(pending.to_text()) <= _MOST_CHARACTERS
    route = _route(address)
    return pending if small and route and route[0] in OFFERED else None


def _route(address: str) -> tuple[str, dict[str, Any]] | None:
    try:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not address.startswith("/"):
            return None
        found = current_app.url_map.bind("").match(parts.path, method="POST")
    except (ValueError, HTTPException):  # no address at all, or none of ours
        return None
    return cast("tuple[str, dict[str, Any]]", found)


def _ruling(arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    page = get_page(database(), arguments["page_id"]).page
    if fields.get("scope") == "page":
        return Described(f"accept {page.address} as shown")
    first = _number(fields.get("position"))
    last = _number(fields.get("last")) if fields.get("scope") == "run" else first
    texts = [block.text for block in page.blocks[first : last + 1]]
    where = f"block {first + 1}" if last == first else f"blocks {first + 1} to {last + 1}"
    said = fields.get("ruling", "")
    what = "withdraw the ruling on" if said == "undo" else f"say {said} of"
    quotes = tuple(text[:_QUOTED_CHARACTERS] for text in texts[:_QUOTED])
    return Described(f"{what} {where} of {page.address}", quotes, max(0, len(texts) - _QUOTED))


def _campaign(arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    number = arguments["campaign_id"]
    found = get_campaign(database(), number)
    what = f"say {fields.get('ruling', '')} of campaign {number}, on all its pages ({found.listed.pages:,})"
    return Described(what, (found.listed.sample[:_QUOTED_CHARACTERS],))


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 7 else 0


def _saying(what: str) -> Callable[[dict[str, Any], dict[str, str]], Described]:
    return lambda _arguments, _fields: Described(what)


OFFERED: dict[str, Callable[[dict[str, Any], dict[str, str]], Described]] = {
    "review.rule": _ruling,
    "review.take_back": _saying("take your newest decision back"),
    "review.do_again": _saying("do again what you took back last"),
    "campaigns.decide": _campaign,
    "campaigns.take_back": lambda arguments, _fields: Described(
        f"take back your decision on campaign {arguments['campaign_id']}"
    ),
    "keys.change": _saying("change your keys"),
}
"""Routes whose forms are offered again, and how each tells what it would record."""
