"""How long the desk takes to answer each kind of request."""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from random import Random

import sqlalchemy as sa
from flask import Flask

from classifier.blocks import Block, Page
from classifier.drills.visitor import Answer, hidden_fields
from classifier.model import Model
from classifier.store.database import Database
from classifier.store.judging import judge_stale
from classifier.store.listing import ORDERS
from classifier.store.queue import add_pages, count_pages, get_page
from classifier.store.schema import blocks
from classifier.text import fingerprint
from tests.bench.made_crawl import BEGUN, Speech
from tests.bench.visitor import InProcess, SeenPage

_LONG = 5_000  # blocks of the longest page
_LISTS = (
    ("queue, as it opens", [""]),
    *((f"queue, {order} first", [f"order={order.replace(' ', '+')}"]) for order in ORDERS[1:]),
    ("queue, by state", ["state=open", "state=done", "state=unsure", "state=claimed", "state=open&order=newest"]),
    (
        "queue, filtered",
        ["site=paper-7.example", "share=0.3", "flagged=3", "doubt=0.9", "days=30", "share=0.9&doubt=1"],
    ),
    ("queue, of a campaign", [f"campaign={n}" for n in (1, 2, 3, 5, 8, 13, 21, 34)]),
    (
        "queue, far down",
        ["part=999999", "part=999999&order=random", "part=999999&state=open", "part=999999&state=done"],
    ),
)
_GOALS = {
    "queue": 50,
    "review": 50,
    "decide": 20,
    "undo": 20,
    "next": 50,
    "campaigns": 200,
    "a campaign": 200,
    "the model": 10,
}


class Times:
    """Milliseconds by what was asked."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}
        self._cpu: dict[str, list[float]] = {}

    def add(self, what: str, seconds: float, cpu: float = 0.0) -> None:
        """Keep one time."""
        self._taken.setdefault(what, []).append(1000 * seconds)
        self._cpu.setdefault(what, []).append(1000 * cpu)

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Keep the time that the block takes."""
        begun, cpu = time.perf_counter(), time.process_time()
        yield
        self.add(what, time.perf_counter() - begun, time.process_time() - cpu)

    def say(self) -> None:
        """Print a row for each kind of request; beside the time that passed, that of the processor."""
        print(f"{'milliseconds':<50}{'n':>6}{'p50':>9}{'p95':>9}{'max':>9}{'CPU p50':>9}{'CPU p95':>9}{'goal':>6}")
        for what, taken in self._taken.items():
            cpu = self._cpu[what]
            figures = (statistics.median(taken), _p95(taken), max(taken), statistics.median(cpu), _p95(cpu))
            goal = next((goal for begun, goal in _GOALS.items() if what.startswith(begun)), "")
            print(f"{what:<50}{len(taken):>6}{''.join(f'{figure:>9.1f}' for figure in figures)}{goal:>6}")


def _p95(values: list[float]) -> float:
    return statistics.quantiles([*values, values[-1]], n=20, method="inclusive")[-1]


def measure(app: Flask, database: Database, model: Model, times: Times, *, rounds: int) -> None:
    """Ask everything so many times."""
    visitor, dice, pages = InProcess(app), Random(1), count_pages(database)
    asked(times, "first request of the process", visitor.ask("/"))
    for what, lists in _LISTS:
        for _, of_list in zip(range(rounds), cycle(lists), strict=False):
            asked(times, what, visitor.ask(f"/?{of_list}"))
    numbers = [dice.randint(1, pages) for _ in range(rounds)]
    for number in numbers:
        asked(times, "review, a page never shown", visitor.ask(f"/pages/{number}"))
        asked(times, "review, again", visitor.ask(f"/pages/{number}"))
    _time_model(database, model, numbers, times)
    for _ in range(rounds):
        _decide(visitor, times)
    _decide_wide(visitor, database, times)
    _long_page(visitor, database, model, times)
    _campaigns(visitor, times, rounds)


def asked(times: Times, what: str, answer: Answer) -> str:
    """Keep how long an answer took, if it is one; return its text."""
    assert answer.status in (200, 303), (what, answer.status, answer.text)
    times.add(what, answer.seconds, answer.cpu)
    return answer.text


def _time_model(database: Database, model: Model, numbers: list[int], times: Times) -> None:
    for number in numbers:
        queued = get_page(database, number)
        with times.of("the model, 20 blocks with reasons"):
            model.classify(queued.page.blocks)


def _decide(visitor: InProcess, times: Times) -> None:
    """Take the next page, decide on its first block to check, then on its run or else the page, and take that back."""
    answer = visitor.ask("/next", hidden_fields(visitor.ask("/").text, "/next"))
    asked(times, "next page", answer)
    seen = look(visitor, answer.location)
    answer = visitor.ask(f"{seen.address}/decide", seen.form("block", seen.current, ruling="filler"))
    asked(times, "decide, one block", answer)
    after = visitor.ask(answer.location.partition("#")[0])
    asked(times, "review, after a decision", after)
    seen = SeenPage(seen.address, after.text)
    runs = [{"position": str(run[0]), "last": str(run[-1]), "ruling": "filler"} for run in seen.runs]
    fields = seen.form("run", **runs[0]) if runs else seen.form("page")
    asked(times, "decide, a run" if runs else "decide, a page", visitor.ask(f"{seen.address}/decide", fields))
    asked(times, "undo", visitor.ask("/undo", hidden_fields(after.text, "/undo")))
    asked(times, "decide, a page", visitor.ask(f"{seen.address}/decide", seen.form("page")))


def look(visitor: InProcess, location: str) -> SeenPage:
    """Look at the page that an answer leads to."""
    address = location.partition("#")[0]
    return SeenPage(address.partition("?")[0], visitor.ask(address).text)


def _decide_wide(visitor: InProcess, database: Database, times: Times) -> None:
    """Decide on texts that stand on a tenth and on half of the pages."""
    for text in ("Share this article", "Advertisement"):
        here = sa.select(blocks.c.page_id, blocks.c.position).where(blocks.c.fingerprint == fingerprint(text))
        with database.reading() as connection:
            page, position = connection.execute(here.limit(1)).one()
        on_pages = get_page(database, page).repeats[position][0]
        for ruling in ("boilerplate", "filler", "undo"):
            seen = look(visitor, f"/pages/{page}?at={position}")
            answer = visitor.ask(f"{seen.address}/decide", seen.form("block", position, ruling=ruling))
            asked(times, f"{text!r}, on {on_pages:,} pages: {ruling}", answer)


def _long_page(visitor: InProcess, database: Database, model: Model, times: Times) -> None:
    speech, dice = Speech(), Random(2)
    long = tuple(Block(speech.news(dice), n) for n in range(_LONG))
    (number,) = add_pages(database, [Page("https://long.example/", long, "long.example")], added_at=BEGUN)
    with times.of(f"a page of {_LONG:,} blocks: judged when it is added"):
        judge_stale(database, model)
    for what in ("opened first", "opened again"):
        asked(times, f"a page of {_LONG:,} blocks: {what}", visitor.ask(f"/pages/{number}"))
    asked(times, f"a page of {_LONG:,} blocks: its last part", visitor.ask(f"/pages/{number}?part=50"))
    seen = look(visitor, f"/pages/{number}?at=4990")
    fields = seen.form("block", 4990, ruling="news")
    asked(times, f"a page of {_LONG:,} blocks: decide", visitor.ask(f"{seen.address}/decide", fields))


def _campaigns(visitor: InProcess, times: Times, rounds: int) -> None:
    for _ in range(rounds):
        asked(times, "campaigns", visitor.ask("/campaigns"))
    for _, number in zip(range(rounds), cycle(re.findall(r'href="(/campaigns/\d+)"', visitor.ask("/campaigns").text))):
        asked(times, "campaign, of the widest", visitor.ask(number))
