"""A form sent after its session had ended: kept through the log-in, then offered again, never sent by itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.exceptions import HTTPException

from classifier.store.activity import ActFilter, list_acts
from classifier.store.blind_check import blind_block
from classifier.store.campaign_detail import get_campaign
from classifier.store.preferences import DEFAULT_KEYS, keys_of
from classifier.store.queue import get_page
from web.current import database, person

_MOST_CHARACTERS, _MOST_FIELDS = 60_000, 200
_MOST_BYTES = 100_000  # of a form that nobody is logged in to send: no more of it is read
_QUOTED = 10  # texts
_QUOTED_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Pending:
    """One form of ours, as it was sent."""

    address: str  # path and query of a route in OFFERED
    fields: tuple[tuple[str, str], ...]  # names and values, without the CSRF token

    def to_text(self) -> str:
        """Return it as the value of one hidden field, signed: a form that others thought up is never offered."""
        return _serializer().dumps([self.address, self.fields])


@dataclass(frozen=True, slots=True)
class Described:
    """What sending the form would record."""

    what: str  # completes "You were about to ..."
    quotes: tuple[str, ...] = ()  # the texts decided on, shortened
    more: int = 0  # further texts


def sent_now() -> Pending | None:
    """Return the form of this request, if it came from a page of ours, may be offered again and is no giant."""
    if not may_be_offered() or not 0 < (request.content_length or 0) <= _MOST_BYTES:
        return None
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return _checked(request.full_path.rstrip("?"), fields)


def may_be_offered() -> bool:
    """Tell whether this request is a form of a page of ours that is offered again, unless it is too large."""
    return request.endpoint in OFFERED and _from_a_page_of_ours()


def kept() -> Pending | None:
    """Return the form that our log-in page carries; None when there is none, or another site sent it along.

    The signature alone does not tell: whoever forges the headers of a browser is given one of any form.
    """
    if not _from_a_page_of_ours():
        return None
    try:
        address, fields = _serializer().loads(request.form.get("pending", ""))
    except BadData:  # not written by us
        return None
    return _checked(address, tuple((name, value) for name, value in fields))


def describe(pending: Pending) -> Described:
    """Tell what sending the form would record. Raises NotFoundError when its page has gone."""
    endpoint, arguments = _route(pending.address) or ("", {})
    return OFFERED[endpoint](arguments, dict(pending.fields))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="newsieve pending form")


def _from_a_page_of_ours() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")


def _checked(address: str, fields: tuple[tuple[str, str], ...]) -> Pending | None:
    pending = Pending(address, fields)
    small = len(fields) <= _MOST_FIELDS and len(json.dumps(fields)) <= _MOST_CHARACTERS
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


def _pin(arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    page, position = get_page(database(), arguments["page_id"]).page, arguments["position"]
    where = f"block {position + 1} of {page.address}"
    quotes = tuple(block.text[:_QUOTED_CHARACTERS] for block in page.blocks[position : position + 1])
    return Described(f"pin {where} as a test that must be {fields.get('ruling', '')}", quotes)


def _blind(_arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    found = blind_block(database(), _number(fields.get("sample")))
    quote = found.page.blocks[found.position].text[:_QUOTED_CHARACTERS]
    return Described(f"say {fields.get('ruling', '')} of a block in the blind check", (quote,))


def _campaign(arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    number = arguments["campaign_id"]
    found = get_campaign(database(), number)
    what = f"say {fields.get('ruling', '')} of campaign {number}, on all its pages ({found.listed.pages:,})"
    return Described(what, (found.listed.sample[:_QUOTED_CHARACTERS],))


def _act(arguments: dict[str, Any], _fields: dict[str, str]) -> Described:
    number = arguments["act"]
    found = list_acts(database(), ActFilter(), before=number + 1, limit=1).acts if number < 2**31 - 1 else ()
    if not found or found[0].id != number:
        return Described(f"take back decision {number}")
    said = " and ".join(f"{ruling} of {count:,}" for ruling, count in found[0].rulings)
    texts = "text" if found[0].texts == 1 else "texts"
    return Described(f"take back that {found[0].person} said {said} {texts}", (found[0].text[:_QUOTED_CHARACTERS],))


def _tried(_arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    name, text = fields.get("name", ""), fields.get("text", "")
    return Described(f"add what you tried ({name[:_QUOTED_CHARACTERS]}) to the queue", (text[:_QUOTED_CHARACTERS],))


def _keys(_arguments: dict[str, Any], fields: dict[str, str]) -> Described:
    if "defaults" in fields:
        return Described("have your keys as they were at first")
    now = keys_of(database(), person())
    typed = {action: fields.get(f"key {action}", "").strip() for action in DEFAULT_KEYS}
    changed = [
        f"{action}: {key[:_QUOTED_CHARACTERS] or 'no key'} instead of {now.by_action[action] or 'no key'}"
        for action, key in typed.items()
        if key != now.by_action[action]
    ]
    switched = "" if ("on" in fields) == now.on else " and switch them on" if "on" in fields else " and switch them off"
    return Described(f"change {len(changed)} of your keys{switched}", tuple(changed))


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdecimal() and len(given) < 7 else 0


def _saying(what: str) -> Callable[[dict[str, Any], dict[str, str]], Described]:
    return lambda _arguments, _fields: Described(what)


OFFERED: dict[str, Callable[[dict[str, Any], dict[str, str]], Described]] = {
    "review.rule": _ruling,
    "review.take_back": _saying("take your newest decision back"),
    "review.do_again": _saying("do again what you took back last"),
    "pins.make": _pin,
    "blind.decide": _blind,
    "campaigns.decide": _campaign,
    "campaigns.take_back": lambda arguments, _fields: Described(
        f"take back your decision on campaign {arguments['campaign_id']}"
    ),
    "activity.take_back": _act,
    "conflicts.end": lambda _arguments, fields: Described(f"settle a conflict as {fields.get('ruling', '')}"),
    "try_page.add": _tried,
    "keys.change": _keys,
}
"""Routes whose forms are offered again, and how each tells what it would record."""
