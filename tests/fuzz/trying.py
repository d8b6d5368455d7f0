"""Trying inputs: what broke, once for each place in the code, and the slowest."""

import hashlib
import resource
import signal
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.inputs import changed
from tests.fuzz.targets import Target

MOST_SECONDS = 1.0  # of the processor, for one input
_HANG = 10.0  # seconds of the processor after which an input is given up


class HangError(Exception):
    """An input took far too long."""


@dataclass(slots=True)
class Tried:
    """What came of trying one target."""

    target: Target
    inputs: int = 0
    slowest: float = 0.0  # seconds of the processor
    slowest_input: bytes = b""
    crashes: dict[str, bytes] = field(default_factory=dict)  # by where, the shortest input

    def attempt(self, data: bytes) -> None:
        """Try one input; one that is too slow twice, since a busy machine makes anything slow at times."""
        self.inputs += 1
        took = self._timed(data)
        if took > MOST_SECONDS:
            took = min(took, self._timed(data))
        if took > self.slowest:
            self.slowest, self.slowest_input = took, data
        if took > MOST_SECONDS:
            self._note(f"slower than {MOST_SECONDS} s", data)

    def generate(self, count: int, *, seed: int) -> "Tried":
        """Try the seeds, and so many changes of them."""
        dice = Random(seed)
        for data in self.target.seeds:
            self.attempt(data)
        for _ in range(count):
            self.attempt(changed(dice.choice(self.target.seeds), dice.choice(self.target.seeds), dice))
        return self

    def told(self) -> str:
        """Return a line, and one for each crash."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        lines = [
            f"{self.target.name:<12}{self.inputs:>10,} inputs{len(self.crashes):>4} crashes, slowest "
            f"{self.slowest * 1000:,.0f} ms, {memory:,} MB"
        ]
        return "\n".join(lines + [f"  {where}: {data[:300]!r}" for where, data in self.crashes.items()])

    def _timed(self, data: bytes) -> float:
        begun = time.process_time()
        try:
            with _bounded():
                self.target.attempt(data)
        except (Exception, HangError) as error:  # whatever it is, it is what is looked for
            self._note(_place(error), data)
        return time.process_time() - begun

    def _note(self, where: str, data: bytes) -> None:
        known = self.crashes.get(where)
        if known is None or len(data) < len(known):
            self.crashes[where] = data


@contextmanager
def _bounded():
    before = signal.signal(signal.SIGPROF, _hang)
    signal.setitimer(signal.ITIMER_PROF, _HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _hang(_signal, _frame):
    raise HangError(f"more than {_HANG} s")


def _place(error: BaseException) -> str:
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "/tests/fuzz/trying" not in frame.filename
    ]
    last = frames[-1] if frames else None
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}" if last else "?"
    return f"{type(error).__name__} at {where}"


def name_of(data: bytes) -> str:
    """Return a name for an input's file."""
    return hashlib.sha256(data).hexdigest()[:12]
