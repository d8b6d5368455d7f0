"""Twenty moderators at one desk, served by the installed command: each claims a page, looks, decides, goes on."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import sqlalchemy as sa

from classifier.drills.visitor import Answer, Fields, OverHTTP, hidden_fields
from classifier.store.database import Database
from classifier.store.opening import open_database
from classifier.store.people import add_person
from classifier.store.schema import acts, decisions
from tests.bench.desk_times import Times
from tests.bench.made_crawl import BEGUN
from tests.bench.visitor import SeenPage

_PASSWORD = "correct horse battery"
_NEWSIEVE = Path(sys.executable).with_name("newsieve")


@dataclass(slots=True)
class Worked:
    """What one moderator did."""

    saved: set[str] = field(default_factory=set)  # forms that the desk acknowledged
    refused: list[str] = field(default_factory=list)  # answers: somebody else had ruled on the text meanwhile
    faults: list[str] = field(default_factory=list)  # answers that should never be given


def work_together(place: Path | str, home: Path, folder: Path, *, moderators: int, decisions: int) -> None:
    """Have so many moderators make so many decisions in all; check that each is there, once."""
    database = open_database(place)
    names = [f"moderator-{n}" for n in range(moderators)]
    for name in names:
        add_person(database, name, password=_PASSWORD, role="moderator", now=BEGUN)
    times, begun = Times(), time.perf_counter()
    with _served(place, home, folder) as port, ThreadPoolExecutor(moderators) as pool:
        done = list(pool.map(lambda name: _Moderator(port, name, times).work(decisions // moderators), names))
    took = time.perf_counter() - begun
    _check(database, done)
    saved, refused = sum(len(one.saved) for one in done), sum(len(one.refused) for one in done)
    print(f"{moderators} moderators, {saved:,} decisions in {took:.0f} s: none lost, none doubled, no lock error;")
    print(f"{refused} times somebody was told that another had just ruled on the text, as should be")
    times.say()
    database.close()


class _Moderator:
    """Decides on one block after the other; agrees with the desk nine times in ten, and presses some keys twice."""

    def __init__(self, port: int, name: str, times: Times) -> None:
        self._name, self._times, self._dice = name, times, Random(name)
        self._visitor, self._worked = OverHTTP(port), Worked()

    def work(self, decisions: int) -> Worked:
        """Log in and decide so often."""
        fields = hidden_fields(self._visitor.ask("/login").text, "/login")
        answer = self._visitor.ask("/login", fields | {"name": self._name, "password": _PASSWORD})
        assert answer.status == 303, answer.text
        while len(self._worked.saved) < decisions and not self._worked.faults:
            seen = self._next()
            while seen.left and len(self._worked.saved) < decisions and not self._worked.faults:
                seen = self._decide(seen)
        self._visitor.close()
        return self._worked

    def _next(self) -> SeenPage:
        fields = hidden_fields(self._ask("the queue", "/").text, "/next")
        return self._look(self._ask("next page", "/next", fields).location)

    def _look(self, location: str) -> SeenPage:
        address = location.partition("#")[0]
        return SeenPage(address.partition("?")[0], self._ask("review", address).text)

    def _decide(self, seen: SeenPage) -> SeenPage:
        called = next(block.called for block in seen.blocks if block.position == seen.current)
        ruling = called if self._dice.random() < 0.9 else "news"
        fields = seen.form("block", seen.current, ruling=ruling)
        answer = self._ask("decide", f"{seen.address}/decide", fields)
        if answer.status == 409:
            self._worked.refused.append(answer.text)
            return self._look(f"{seen.address}?at={seen.current}")
        if self._dice.random() < 0.1:
            self._ask("decide, pressed twice", f"{seen.address}/decide", fields)
        self._worked.saved.add(".".join(fields[name] for name in ("form", "scope", "position", "ruling"))[:64])
        return self._look(answer.location)

    def _ask(self, what: str, address: str, fields: Fields | None = None) -> Answer:
        answer = self._visitor.ask(address, fields)
        self._times.add(f"20 at once: {what}", answer.seconds)
        if answer.status not in (200, 303, 409):
            self._worked.faults.append(f"{what}: {answer.status} {answer.text[-500:]}")
        return answer


@contextmanager
def _served(place: Path | str, home: Path, folder: Path) -> Iterator[int]:
    """Serve the desk by the installed command, in a home of its own that shares the models; yield its port."""
    own = folder / ("on a server" if isinstance(place, str) else "in a file")
    own.mkdir()
    (own / "models").symlink_to((home / "models").absolute())
    command = [_NEWSIEVE, "serve", "--home", own, "--port", "0"]
    if isinstance(place, str):
        command += ["--database", place]
    else:
        (own / "newsieve.db").symlink_to(place)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield int(re.search(r"http://127\.0\.0\.1:(\d+)", _first_line(server))[1])
        finally:
            server.terminate()
            server.wait(timeout=30)


def _first_line(server: "subprocess.Popen[str]") -> str:
    line = next(line for line in server.stderr if "http://" in line)
    threading.Thread(target=server.stderr.read, daemon=True).start()  # so that it never waits for us to read
    return line


def _check(database: Database, done: list[Worked]) -> None:
    faults = [fault for one in done for fault in one.faults]
    assert not faults, faults[:3]
    refused = [text for one in done for text in one.refused]
    assert all("has ruled" in text for text in refused), "two were given one page"
    saved = [form for one in done for form in one.saved]
    theirs = sa.select(acts.c.form).where(acts.c.person.like("moderator-%"))
    ruled = sa.select(decisions.c.act_id).join(acts).where(acts.c.person.like("moderator-%"))
    with database.reading() as connection:
        assert sorted(connection.scalars(theirs)) == sorted(saved), (
            "an act was lost, or is there that nobody was told of"
        )
        numbers = list(connection.scalars(ruled))
    assert len(numbers) == len(set(numbers)) == len(saved), "an act has not its one decision"
