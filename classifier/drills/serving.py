"""The desk, killed while people decide: every decision that somebody was told is saved is there."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from random import Random

from classifier.drills.checks import pointed, refused, sound
from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds, Moderator
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike
from classifier.drills.visitor import OverHTTP, fields_in, hidden_fields
from classifier.store.exchange import export_acts

_PATIENCE = 60.0  # seconds for the desk to answer
_WORKED = 0.8  # seconds at most that people decide before the blow
_RULINGS = ("news", "filler", "boilerplate")


@dataclass(slots=True)
class _Worker:
    """A moderator at work, from one start of the desk to the next."""

    who: Moderator
    dice: Random
    visitor: OverHTTP | None = None  # logged in
    saved: set[str] = field(default_factory=set)  # forms that the desk acknowledged
    faults: list[str] = field(default_factory=list)  # answers that should never be given

    def work(self, port: int) -> None:
        """Decide on one block after the other until the desk is gone."""
        try:
            visitor = self._at(port)
            for _ in count():
                self._decide(visitor)
        except (OSError, HTTPException):
            return

    def _at(self, port: int) -> OverHTTP:
        if self.visitor:
            self.visitor.move(port)
            return self.visitor
        visitor = OverHTTP(port)
        fields = hidden_fields(visitor.ask("/login").text, "/login")
        visitor.ask("/login", fields | {"name": self.who.name, "password": self.who.password})
        self.visitor = visitor
        return visitor

    def _decide(self, visitor: OverHTTP) -> None:
        address = f"/pages/{self.who.page}"
        page = visitor.ask(address)
        forms = [fields_in(form.partition("</form>")[0]) for form in page.text.split("<form ")[1:]]
        fields = self.dice.choice([form for form in forms if form.get("scope") == "block"] or [{}])
        fields |= {"ruling": self.dice.choice(_RULINGS)}
        answer = visitor.ask(f"{address}/decide", fields)
        if answer.status == 303 and "form" in fields:
            self.saved.add(".".join(fields[name] for name in ("form", "scope", "position", "ruling"))[:64])
        else:
            self.faults.append(f"the desk answered {answer.status}: {answer.text[-200:]}")
            raise OSError


class Serving:
    """`newsieve serve`, with moderators who decide by HTTP."""

    kind = "serve"

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._workers = [_Worker(one, Random(one.name)) for one in grounds.moderators]  # noqa: S311 - no secret
        self._usual = Usual(2.0)

    def strike(self, dice: Random) -> Kill:
        """Kill the desk while people decide, and now and then while it starts."""
        with Command(self._grounds.home, "serve", "--port", 0) as command:
            seconds = self._struck(command, dice)
            losses = refused(command) if seconds is None else []
        losses += self._missing() + pointed(self._grounds, self._grounds.versions)
        saved = sum(len(worker.saved) for worker in self._workers)
        for worker in self._workers:
            losses += worker.faults
            worker.saved, worker.faults = set(), []
        return Kill(self.kind, seconds, saved, tuple(losses))

    def _struck(self, command: Command, dice: Random) -> float | None:
        if dice.random() < 0.1:
            return strike(command, dice, Usual(1.0))
        port = desk_port(command)
        if port is None:
            return None
        with ThreadPoolExecutor(len(self._workers)) as pool:
            working = [pool.submit(worker.work, port) for worker in self._workers]
            begun = time.monotonic()
            while not any(worker.saved or worker.faults for worker in self._workers) and command.working:
                time.sleep(0.001)
                if time.monotonic() - begun > _PATIENCE:
                    break
            time.sleep(dice.uniform(0, _WORKED))
            command.kill()
            seconds = time.monotonic() - command.begun
        for one in working:
            one.result()
        return seconds

    def _missing(self) -> list[str]:
        """Return which acknowledged decisions are not there, and what else is wrong with the database."""
        database = self._grounds.database()
        there = {act.form for act in export_acts(database)}
        faults = sound(database)
        database.close()
        saved = {form for worker in self._workers for form in worker.saved}
        return [f"a decision was acknowledged and is not there: {form}" for form in sorted(saved - there)] + faults


def desk_port(command: Command) -> int | None:
    """Wait until the desk tells where it is; None when it ended instead."""
    while command.working and time.monotonic() - command.begun < _PATIENCE:
        if found := re.search(r"http://127\.0\.0\.1:(\d+) ", command.told()):
            return int(found[1])
        time.sleep(0.005)
    return None
