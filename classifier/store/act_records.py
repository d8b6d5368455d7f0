"""An act as it leaves one database and enters another: every fact of it, and a name that is the same everywhere.

The name of an act is a digest of its facts, so that an import knows what is there already and what was changed on the
way. Acts whose facts are all the same (one second, one person, one key pressed twice) are told apart by their order.
Numbers of pages and campaigns are those of the database where the act was made.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, get_args

from classifier.blocks import LABELS
from classifier.errors import InputError
from classifier.store.decisions import RULINGS, Scope
from classifier.store.pins import LONGEST_REASON
from classifier.text import fingerprint, fold_space, printable

FLAGS = (
    "settles",
    "blind",
)  # of an act; absent where they do not hold, so that acts of before they were have their names
_OPTIONAL = (*FLAGS, "pin")

_TOGGLES = ("undo", "redo")
_KINDS = (*get_args(Scope), *_TOGGLES)
_LARGEST = 2**31 - 1  # what a column holds


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What was said of one text."""

    fingerprint: str  # at most 32 characters
    text: str  # as the person saw it
    address: str
    site: str
    position: int  # on its page, from 0
    ruling: str
    shown_model: str  # version
    shown_label: str
    shown_score: float  # 0..1


@dataclass(frozen=True, slots=True)
class PinRecord:
    """That the block of the act's one decision is a test: its ruling the label, its place the one on the page."""

    reason: str  # one line
    texts: tuple[str, ...]  # of the page's blocks, in reading order


@dataclass(frozen=True, slots=True)
class ActRecord:
    """What one key did. An undo or a redo names the act that it toggles and decides nothing."""

    id: str  # digest of the rest, 32 hexadecimal digits; empty until it is named
    person: str
    acted_at: str  # UTC, ISO 8601 with a Z
    kind: str
    toggles: str | None  # the id of an earlier act
    form: str | None  # identity of the form that was sent
    page: int | None  # number where the act was made
    campaign: int | None  # number where the act was made
    decisions: tuple[DecisionRecord, ...]
    settles: bool = False  # it ends a conflict
    blind: bool = False  # the verdict was hidden
    pin: PinRecord | None = None  # made with it


_NAMES = tuple(field.name for field in fields(ActRecord))
_DECISION_NAMES = tuple(field.name for field in fields(DecisionRecord))


class Names:
    """Gives acts their names, in their order."""

    def __init__(self) -> None:
        self._given: set[bytes] = set()

    def named(self, record: ActRecord) -> ActRecord:
        """Return the act with its name, whatever it was called before."""
        facts = json.dumps(told(replace(record, id="")), ensure_ascii=False, sort_keys=True).encode()
        repeat = 0
        while (digest := hashlib.sha256(b"%d " % repeat + facts).digest()[:16]) in self._given:
            repeat += 1
        self._given.add(digest)
        return replace(record, id=digest.hex())


def told(record: ActRecord) -> dict[str, Any]:
    """Return what :func:`act_of_row` reads; an option that the act does without is absent."""
    facts = {name: getattr(record, name) for name in _NAMES}
    facts["decisions"] = [decision_facts(said) for said in record.decisions]
    facts["pin"] = record.pin and {"reason": record.pin.reason, "texts": record.pin.texts}
    return {name: value for name, value in facts.items() if value or name not in _OPTIONAL}


def decision_facts(said: DecisionRecord) -> dict[str, Any]:
    """Return what is said of a text, by the names of columns; dataclasses.asdict takes ten times as long."""
    return {name: getattr(said, name) for name in _DECISION_NAMES}


def when_told(acted_at: datetime) -> str:
    """Return a time of the database as records write it."""
    return f"{acted_at.isoformat()}Z"


def when_meant(told: str) -> datetime:
    """Return the time that a record means, UTC without a zone. Raises ValueError."""
    meant = datetime.fromisoformat(told)
    return meant.astimezone(UTC).replace(tzinfo=None) if meant.tzinfo else meant


def act_of_row(row: dict[str, Any], place: str) -> ActRecord:
    """Return the act in a row with the keys of an ActRecord. Raises InputError, naming `place`, when it holds none."""
    absent: dict[str, Any] = {"id": "", "toggles": None, "form": None, "page": None, "campaign": None, "decisions": []}
    facts = {**absent, **dict.fromkeys(FLAGS, False), "pin": None, **row}
    _check_keys(facts, ActRecord, place)
    if not isinstance(facts["decisions"], list):
        raise InputError(f"{place}: decisions is not a list; use a list of objects, one a text")
    said = tuple(_decision(item, place) for item in facts.pop("decisions"))
    _check(facts, _OF_ACT, place)
    if bool(facts["toggles"]) != (facts["kind"] in _TOGGLES) or (facts["toggles"] and said):
        raise InputError(
            f"{place}: an undo or redo, and only that, names in 'toggles' what it toggles, and decides nothing"
        )
    pin = _pin(facts.pop("pin"), said, place)
    return ActRecord(**facts, decisions=said, pin=pin)


def _decision(item: Any, place: str) -> DecisionRecord:
    if not isinstance(item, dict):
        raise InputError(f"{place}: a decision is not an object; use an object with 'text' and 'ruling'")
    facts = dict(item)
    if not facts.get("fingerprint") and isinstance(facts.get("text"), str):
        facts["fingerprint"] = fingerprint(facts["text"])
    _check_keys(facts, DecisionRecord, place)
    _check(facts, _OF_DECISION, place)
    if facts["fingerprint"] != fingerprint(facts["text"]):
        raise InputError(f"{place}: the fingerprint does not fit its text; leave it empty to rule on the text")
    return DecisionRecord(**{**facts, "shown_score": float(facts["shown_score"])})


def _pin(item: Any, said: tuple[DecisionRecord, ...], place: str) -> PinRecord | None:
    if item is None:
        return None
    if not isinstance(item, dict):
        raise InputError(f"{place}: the pin is not an object; use an object with 'reason' and 'texts'")
    _check_keys(item, PinRecord, place)
    _check(item, _OF_PIN, place)
    if len(said) != 1 or said[0].ruling not in LABELS:
        raise InputError(f"{place}: an act with a pin decides on one text, and by a label; leave the pin out")
    pin = PinRecord(item["reason"], tuple(item["texts"]))
    if said[0].position >= len(pin.texts) or pin.texts[said[0].position] != said[0].text:
        raise InputError(f"{place}: the text at the pin's position is not the one decided on; give the page's texts")
    return pin


def _check_keys(facts: dict[str, Any], record: type, place: str) -> None:
    known = [field.name for field in fields(record)]
    for missing in (name for name in known if name not in facts):
        raise InputError(f"{place}: no {missing!r}; a row has {', '.join(known)}")
    for unknown in (name for name in facts if name not in known):
        raise InputError(f"{place}: {unknown[:100]!r} is not known here; a row has {', '.join(known)}")


def _check(facts: dict[str, Any], allowed: "dict[str, tuple[Callable[[Any], bool], str]]", place: str) -> None:
    for name, (holds, sentence) in allowed.items():
        if not holds(facts[name]):
            raise InputError(f"{place}: {name} is {facts[name]!r:.60}; {sentence}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value == printable(value)


def _is_short(longest: int, *, shortest: int = 1) -> "tuple[Callable[[Any], bool], str]":
    return (
        lambda value: _is_text(value) and shortest <= len(value) <= longest,
        f"use {shortest} to {longest} characters, without NUL and lone surrogates",
    )


def _is_time(value: Any) -> bool:
    try:
        return bool(when_told(when_meant(value)) == value)
    except (TypeError, ValueError, OverflowError):
        return False


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def _one_of(values: "tuple[str, ...]") -> "tuple[Callable[[Any], bool], str]":
    return lambda value: isinstance(value, str) and value in values, f"use {', '.join(values)}"


def _or_none(allowed: "tuple[Callable[[Any], bool], str]") -> "tuple[Callable[[Any], bool], str]":
    return lambda value: value is None or allowed[0](value), allowed[1]


_NUMBER = (_is_number, f"use a whole number from 0 to {_LARGEST}")
_TEXT = (_is_text, "use text without NUL and lone surrogates")
_OF_ACT = {
    "id": _is_short(32, shortest=0),
    "person": (
        lambda value: _is_text(value) and value == fold_space(value) and bool(value),
        "use a name of one line, without blanks at its ends or two in a row",
    ),
    "acted_at": (_is_time, "use UTC like 2026-01-02T03:04:05Z"),
    "kind": _one_of(_KINDS),
    "toggles": _or_none(_is_short(32)),
    "form": _or_none(_is_short(64)),
    "page": _or_none(_NUMBER),
    "campaign": _or_none(_NUMBER),
    **dict.fromkeys(FLAGS, (lambda value: isinstance(value, bool), "use true or false")),
}
_OF_PIN = {
    "reason": (
        lambda value: _is_text(value) and value == fold_space(value) and 0 < len(value) <= LONGEST_REASON,
        f"use one line of 1 to {LONGEST_REASON} characters",
    ),
    "texts": (
        lambda value: isinstance(value, list | tuple) and all(map(_is_text, value)),
        "use a list of the texts of the page's blocks, without NUL and lone surrogates",
    ),
}
_OF_DECISION = {
    "fingerprint": _is_short(32),
    "text": _TEXT,
    "address": _TEXT,
    "site": _TEXT,
    "position": _NUMBER,
    "ruling": _one_of(RULINGS),
    "shown_model": _TEXT,
    "shown_label": _one_of(LABELS),
    "shown_score": (lambda value: type(value) in (int, float) and 0 <= value <= 1, "use a number from 0 to 1"),
}
