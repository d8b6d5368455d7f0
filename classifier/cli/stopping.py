"""An orderly end by SIGTERM, or by SIGHUP, as by Ctrl-C: files and locks are let go, no process is left behind."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Terminated(SystemExit):
    """Raised where a signal finds the program; the server takes it, as any SystemExit, for being told to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.how, self.exit_code = signal.Signals(number).name, 128 + number


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise Terminated in the block, but for those that whoever started it has ignored."""
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _terminate)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def end_processes() -> None:
    """End the processes that tasks were given to, if there are any."""
    if cores := sys.modules.get("classifier.cores"):
        cores.end_processes()


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise Terminated(number)
