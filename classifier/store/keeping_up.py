"""Keeps the stored verdicts up with the current model version, and draws the day's blind sample, beside a desk."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from classifier.errors import NewsieveError
from classifier.model import Model
from classifier.store.blind_drawing import DailyDrawing
from classifier.store.database import Database
from classifier.store.judging import judge_stale

_PAUSE = 2.0  # seconds between looks when there is nothing to do


@contextmanager
def keeping_up(
    database: Database, current: Callable[[], Model], *, daily: DailyDrawing | None = None
) -> Iterator[None]:
    """Judge pages that the current version has not judged yet, in a thread of its own, until the block is left.

    When all are judged, `daily` draws the day's blind sample: of half of them it would not be fair.
    What cannot be done now, as when another process writes for long or no model is current, is tried again later.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_keep_up, args=(database, current, daily, stop), name="keeping up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_up(
    database: Database, current: Callable[[], Model], daily: DailyDrawing | None, stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            model = current()
            judged = judge_stale(database, model)
            if daily and not judged:
                daily(database, model.card.version)
        except NewsieveError:
            judged = 0
        if not judged:
            stop.wait(_PAUSE)
