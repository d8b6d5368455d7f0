"""`make bench-load`: 50 moderators and 200 API calls a second at one desk on this machine, then more than it can take.

Prints for each kind of request what share was refused (429, 503) and what failed, and times of what was accepted and of
what was refused; memory, open files and connections of the server as time goes on; and that it recovers. Callers do not
heed Retry-After, which is the worst they can do. A decision fails with 409 when somebody else has ruled on its text
since it was shown. Exits with 1 for an answer that should never be given, a refusal
without Retry-After, a traceback in the log, a fault in the database, or files that stay open.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random

import psutil

from classifier.cli.home import Home, utc_now
from classifier.cli.models_in_use import current_model
from classifier.drills.commands import Command
from classifier.drills.serving import desk_port
from classifier.drills.visitor import OverHTTP, hidden_fields
from classifier.store.checking import verify
from classifier.store.opening import open_database
from classifier.store.people import add_person
from classifier.store.tokens import add_token
from tests.bench.desk_database import Judge, fill
from tests.bench.visitor import SeenPage

_PASSWORD = "correct horse battery"
_RECOVERY = 15  # seconds at most
_CALLERS = 16  # connections of the program
_REFUSED = (429, 503)
_SPARE = 10  # files and connections that may be open more at the end than after the first minute's start
_TEXTS = ["The council said on Tuesday the pool would stay shut.", "9 Tips for Choosing a Casino - May 4, 2019"]


@dataclass(slots=True)
class Seen:
    """Answers of one phase."""

    times: dict[tuple[str, int], list[float]] = field(default_factory=dict)  # ms, by what and status; 0 for no answer
    faults: list[str] = field(default_factory=list)

    def add(self, what: str, status: int, seconds: float, *, told: str = "", retry: str | None = None) -> None:
        """Keep an answer."""
        self.times.setdefault((what, status), []).append(seconds * 1000)
        if status >= 500 and status != 503:
            self.faults.append(f"{what}: {status} {told[-200:]}")
        if status in _REFUSED and not retry:
            self.faults.append(f"{what}: {status} without Retry-After")

    def say(self, phase: str, seconds: float) -> None:
        """Print a row for each kind of request."""
        for what in sorted({what for what, _ in self.times}):
            found = {status: times for (name, status), times in sorted(self.times.items()) if name == what}
            accepted = _joined(times for status, times in found.items() if 0 < status < 400)
            refused = _joined(times for status, times in found.items() if status in _REFUSED)
            count = sum(map(len, found.values()))
            failed = count - len(accepted) - len(refused)
            told = ", ".join(f"{len(times):,} x {status}" for status, times in found.items())
            print(
                f"{phase:<9}{what:<8}{len(accepted) / seconds:>7.1f}/s  {_middle_and_end(accepted)}  refused "
                f"{len(refused) / count:>6.1%}  {_middle_and_end(refused)}  failed {failed / count:>6.1%}  ({told})"
            )


def _joined(lists: Iterable[list[float]]) -> list[float]:
    return sorted(time for times in lists for time in times)


def _middle_and_end(times: list[float]) -> str:
    if not times:
        return f"{'-':>23}"
    return f"p50 {times[len(times) // 2]:>6,.0f} p99 {times[min(len(times) - 1, len(times) * 99 // 100)]:>6,.0f} ms"


class Moderator(threading.Thread):
    """Decides on one block after the other, with a pause to read each."""

    def __init__(self, visitor: OverHTTP, port: int, pause: float, seen: list[Seen], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._visitor, self._port, self._pause, self._seen, self._stopped = visitor, port, pause, seen, stop
        self._dice = Random(id(visitor))

    def run(self) -> None:
        """Work until told to stop."""
        self._stopped.wait(self._dice.random() * self._pause)
        while not self._stopped.is_set():
            try:
                self._work()
            except (LookupError, StopIteration):  # refused, or nothing left on this page
                self._stopped.wait(self._pause)

    def _work(self) -> None:
        queue = self._ask("queue", "/")[1]
        place = self._ask("next", "/next", hidden_fields(queue, "/next"))[2].partition("#")[0]
        while place and not self._stopped.is_set():
            seen = SeenPage(place.partition("?")[0], self._ask("review", place)[1])
            if not seen.left:
                return
            self._stopped.wait(self._dice.expovariate(1 / self._pause))
            fields = seen.form("block", seen.current, ruling=self._dice.choice(("news", "filler")))
            place = self._ask("decide", f"{seen.address}/decide", fields)[2].partition("#")[0]

    def _ask(self, what: str, address: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        begun = time.perf_counter()
        try:
            answer = self._visitor.ask(address, fields)
        except (OSError, HTTPException) as error:
            if not self._stopped.is_set():
                self._seen[-1].add(what, 0, time.perf_counter() - begun, told=str(error))
            self._visitor.move(self._port)
            return 0, "", ""
        self._seen[-1].add(what, answer.status, answer.seconds, told=answer.text, retry=answer.retry_after)
        return answer.status, answer.text, answer.location


class Caller(threading.Thread):
    """A program's connection, with its share of the calls a second."""

    def __init__(self, port: int, secret: str, each: float, seen: list[Seen], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._each, self._seen, self._stopped = each, seen, stop

    def run(self) -> None:
        """Call, at the times that were set; late calls are made up for."""
        due = time.monotonic()
        while not self._stopped.is_set():
            self._call()
            due = max(due + self._each, time.monotonic() - 1)
            self._stopped.wait(max(0.0, due - time.monotonic()))
        self._connection.close()

    def _call(self) -> None:
        begun = time.perf_counter()
        try:
            body = json.dumps({"url": "https://a.example/", "blocks": _TEXTS})
            self._connection.request("POST", "/api/v1/classify", body, self._headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            self._connection.close()
            if not self._stopped.is_set():
                self._seen[-1].add("API", 0, time.perf_counter() - begun, told=str(error))
            return
        took = time.perf_counter() - begun
        self._seen[-1].add("API", answer.status, took, told=text, retry=answer.headers.get("Retry-After"))


@dataclass(frozen=True, slots=True)
class State:
    """What the server holds."""

    megabytes: float
    files: int
    connections: int

    @classmethod
    def of(cls, number: int) -> "State":
        """Return it of a process."""
        process = psutil.Process(number)
        connections = len(process.net_connections("tcp"))
        return cls(process.memory_info().rss / 1e6, process.num_fds() - connections, connections)

    def __str__(self) -> str:
        return f"{self.megabytes:,.0f} MB, {self.files} files, {self.connections} connections"


def main() -> int:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="newsieve-load-") as name:
        home = Path(name)
        secret = _furnish(home, asked)
        with Command(home, "serve", "--port", 0) as server:
            port = desk_port(server)
            faults = _run(server, port, secret, asked)
            log = server.log.read_text()
        database = open_database(home / "newsieve.db")
        faults += verify(database)
        database.close()
    faults += [f"the log has a traceback: {log[-600:]}"] if "Traceback" in log else []
    print(*faults[:10], sep="\n", file=sys.stderr)
    return int(bool(faults))


def _run(server: Command, port: int, secret: str, asked: argparse.Namespace) -> list[str]:
    with ThreadPoolExecutor(4) as pool:
        visitors = list(pool.map(partial(_logged_in, port), range(asked.moderators)))
    idle, seen = State.of(server.number), []
    print(f"{'idle':<9}{idle}")
    phases = [
        ("held", asked.seconds, 1),
        ("beyond", asked.beyond, asked.times),
        ("after", min(asked.beyond, _RECOVERY), 1),
    ]
    for phase, seconds, times in phases:
        seen.append(Seen())
        stop = threading.Event()
        people = [Moderator(visitor, port, asked.pause / times, seen, stop) for visitor in visitors]
        callers = [Caller(port, secret, _CALLERS / asked.calls, seen, stop) for _ in range(_CALLERS * times)]
        _let_work([*people, *callers], stop, server, phase, seconds)
        seen[-1].say(phase, seconds)
    for visitor in visitors:
        visitor.close()
    time.sleep(2)
    left = State.of(server.number)
    print(f"{'end':<9}{left}")
    faults = [fault for one in seen for fault in one.faults]
    if left.files > idle.files + _SPARE:
        faults.append(f"{left.files} files are open, {idle.files} were before")
    if any(status in (0, 500, 503) for _, status in seen[-1].times):
        faults.append("not everything was answered after the overload")
    return faults


def _logged_in(port: int, number: int) -> OverHTTP:
    visitor = OverHTTP(port)
    fields = hidden_fields(visitor.ask("/login").text, "/login")
    answer = visitor.ask("/login", fields | {"name": f"moderator-{number}", "password": _PASSWORD})
    assert answer.status == 303, answer.text
    return visitor


def _let_work(threads: list, stop: threading.Event, server: Command, phase: str, seconds: float) -> None:
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    while (passed := time.monotonic() - begun) < seconds:
        time.sleep(min(max(seconds / 10, 5), seconds - passed))
        load = psutil.getloadavg()[0]
        passed = time.monotonic() - begun
        print(f"{phase:<9}{State.of(server.number)} after {passed:,.0f} s; load average {load:.1f}", flush=True)
    stop.set()
    for thread in threads:
        thread.join(70)


def _furnish(home: Path, asked: argparse.Namespace) -> str:
    """Make a home with a queue, people and a token; return the token's secret."""
    (home / "models").symlink_to((asked.home / "models").absolute())
    model = current_model(Home(home))
    database = open_database(home / "newsieve.db")
    fill(database, asked.pages, Judge(model.card.version, model.threshold(20)))
    for number in range(asked.moderators):
        add_person(database, f"moderator-{number}", password=_PASSWORD, role="moderator", now=utc_now())
    secret = add_token(database, "load", now=utc_now())
    database.close()
    return secret


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of the load that should be held")
    parser.add_argument("--beyond", type=int, default=15, help="seconds of the load beyond it")
    parser.add_argument("--times", type=int, default=4, help="how many times as much the load beyond is")
    parser.add_argument("--moderators", type=int, default=50)
    parser.add_argument("--pause", type=float, default=5.0, help="seconds that a moderator reads a block, in the mean")
    parser.add_argument("--calls", type=int, default=200, help="of the API, a second")
    parser.add_argument("--pages", type=int, default=2_000)
    default = os.environ.get("NEWSIEVE_TEST_HOME") or os.environ.get("NEWSIEVE_HOME")
    parser.add_argument("--home", type=Path, default=default, required=default is None, help="whose model is used")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
