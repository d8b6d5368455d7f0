"""Rules for what is not trained on: everything of a person, a site, an import or a text, or since a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from classifier.errors import InputError

Kind = Literal["person", "site", "since", "import", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_FORMS = "person:NAME, site:HOST, since:DATE, import:ID or text:FINGERPRINT"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, written ``KIND:VALUE``."""

    kind: Kind
    value: str  # not empty; of 'since' an ISO 8601 date or time, UTC; of 'import' a number

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    def act(self, *, person: str, acted_at: datetime, import_id: int | None) -> bool:
        """Tell whether everything that was done in an act is left out, taking others back included."""
        match self.kind:
            case "person":
                return person == self.value
            case "since":
                return acted_at >= datetime.fromisoformat(self.value)
            case "import":
                return import_id == int(self.value)
            case _:
                return False

    def text(self, *, site: str, fingerprint: str) -> bool:
        """Tell whether what was said of a text on a site is left out."""
        match self.kind:
            case "site":
                return site == self.value
            case "text":
                return fingerprint == self.value
            case _:
                return False


def parse_rule(text: str) -> Rule:
    """Return the rule written as ``KIND:VALUE``, the name of a person to the letter. Raises InputError."""
    kind, _, value = text.partition(":")
    for known in KINDS:
        if kind == known and value.strip():
            return Rule(known, value if known == "person" else _checked(known, value.strip(), text))
    raise InputError(f"{text!r}: no rule for what to leave out; use {_FORMS}")


def new_rule(text: str) -> Rule:
    """Return a rule that is about to be given, as :func:`parse_rule`; an address for a host is an InputError too."""
    rule = parse_rule(text)
    if rule.kind == "site" and ("/" in rule.value or rule.value.startswith("www.")):
        raise InputError(f"{text!r}: sites go by their host without http:// and www.; use one like site:spam.example")
    return rule


def _checked(kind: Kind, value: str, text: str) -> str:
    try:
        if kind == "since" and datetime.fromisoformat(value).tzinfo:
            raise ValueError
        if kind == "import" and int(value) < 1:
            raise ValueError
    except ValueError as error:
        allowed = "a UTC date or time such as 2026-11-30 or 2026-11-30T18:00" if kind == "since" else "its number"
        raise InputError(f"{text!r}: {value!r} is not {allowed}; newsieve forget --help tells more") from error
    if kind == "import":
        return str(int(value))
    return value.lower() if kind in ("site", "text") else value


def leaves_out_act(rules: Iterable[Rule], *, person: str, acted_at: datetime, import_id: int | None) -> bool:
    """Tell whether any of the `rules` leaves out a whole act."""
    return any(rule.act(person=person, acted_at=acted_at, import_id=import_id) for rule in rules)


def leaves_out_text(rules: Iterable[Rule], *, site: str, fingerprint: str) -> bool:
    """Tell whether any of the `rules` leaves out what was said of a text on a site."""
    return any(rule.text(site=site, fingerprint=fingerprint) for rule in rules)
