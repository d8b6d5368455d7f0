"""An orderly end by SIGTERM, as by Ctrl-C: files and locks are let go, and no process is left behind."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(SystemExit):
    """Raised where SIGTERM finds the program; the server takes it, as any SystemExit, for being told to stop."""


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM raise Terminated in the block, unless whoever started the program has it ignored."""
    before = signal.getsignal(signal.SIGTERM)
    if before is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def end_processes() -> None:
    """End the processes that tasks were given to, if there are any."""
    if cores := sys.modules.get("classifier.cores"):
        cores.end_processes()


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated
