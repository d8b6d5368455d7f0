"""How a person wants the desk's keys."""

from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.schema import preferences

DEFAULT_KEYS = MappingProxyType(
    {
        "filler": "f",
        "news": "n",
        "boilerplate": "b",
        "unsure": "u",
        "withdraw": "x",
        "pin as a test": "p",
        "skip": "s",
        "next block": "j",
        "previous block": "k",
        "why": "w",
        "run": "r",
        "run begins earlier": "{",
        "run begins later": "}",
        "run ends earlier": "[",
        "run ends later": "]",
        "accept page": "a",
        "next page": "g",
        "undo": "z",
        "redo": "y",
        "keys": "?",
    }
)
"""Action -> key, before anybody has changed any."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person."""

    by_action: dict[str, str]  # action -> one character
    on: bool  # single-character keys can be switched off (WCAG 2.2, 2.1.4)

    def only(self, *actions: str) -> "Keys":
        """Return the keys of some actions, those that do something on a page."""
        return Keys({action: key for action, key in self.by_action.items() if action in actions}, self.on)


def keys_of(database: Database, person: str) -> Keys:
    """Return the keys of a person: the defaults, and what they changed of them."""
    with database.reading() as connection:
        row = connection.execute(sa.select(preferences).where(preferences.c.person == person)).one_or_none()
    changed = {action: key for action, key in (row._mapping["keys"] if row else {}).items() if action in DEFAULT_KEYS}
    return Keys({**DEFAULT_KEYS, **changed}, row.keys_on if row else True)


def save_keys(database: Database, person: str, keys: Keys) -> None:
    """Keep the keys of a person."""
    changed = {action: key for action, key in keys.by_action.items() if DEFAULT_KEYS.get(action) != key}
    with database.writing() as connection:
        connection.execute(sa.delete(preferences).where(preferences.c.person == person))
        connection.execute(sa.insert(preferences), {"person": person, "keys": changed, "keys_on": keys.on})
