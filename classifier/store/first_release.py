"""A database as the first release left it: what upgrades are tried on."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from classifier.store.database import sqlite_database
from classifier.store.upgrading import upgrade
from classifier.text import fingerprint

_AT = "2026-01-02 03:04:05"


def make_first_release(path: Path, texts: Sequence[str]) -> None:
    """Make the file `path`: one page of these texts, a decision on each but every third, every fifth taken back."""
    with sqlite_database(path, create=True).writing() as connection:
        upgrade(connection, "0001")
    prints = [fingerprint(text) for text in texts]
    with closing(sqlite3.connect(path)) as connection:
        page = (1, "https://first.example/", "first.example", "c", _AT)
        connection.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", page)
        block = "INSERT INTO blocks VALUES (?, 1, ?, ?, ?, NULL, 0, 0, 0, 0.0, '[]')"
        connection.executemany(block, [(at + 1, at, text, prints[at]) for at, text in enumerate(texts)])
        decision = "INSERT INTO decisions VALUES (NULL, ?, ?, ?, 'anna', ?, 'v', 'news', 0.25)"
        said = [(at, "news") for at in range(len(texts)) if at % 3] + [(at, "undo") for at in range(0, len(texts), 5)]
        connection.executemany(decision, [(prints[at], at + 1, ruling, _AT) for at, ruling in said])
        connection.commit()
