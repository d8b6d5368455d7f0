"""Keeps the stored verdicts up with the current model version, beside a running desk; draws the day's blind sample.

It also lets the version in the shadow judge, when there is one.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from classifier.errors import ModelError, NewsieveError
from classifier.model import Model
from classifier.store.blind_drawing import DailyDrawing
from classifier.store.database import Database
from classifier.store.judging import judge_stale
from classifier.store.shadowing import Shadowing

_PAUSE = 2.0  # seconds between looks when there is nothing to do
_log = logging.getLogger(__name__)


@contextmanager
def keeping_up(
    database: Database,
    current: Callable[[], Model],
    shadowed: Callable[[], Model | None] = lambda: None,
    *,
    daily: DailyDrawing | None = None,
) -> Iterator[None]:
    """Judge pages that these versions have not judged yet, in a thread of its own, until the block is left.

    When the current version has judged all, `daily` draws the day's blind sample (of half of them it would not be
    fair), and then the shadow judges; what is wrong with that is logged once. What cannot be done now, as when another
    process writes for long or no model is current, is tried again later.
    """
    keeper = _Keeper(database, current, shadowed, daily)
    thread = threading.Thread(target=keeper.run, name="keeping up", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.stop.set()
        thread.join()


class _Keeper:
    def __init__(
        self,
        database: Database,
        current: Callable[[], Model],
        shadowed: Callable[[], Model | None],
        daily: DailyDrawing | None,
    ) -> None:
        self.stop = threading.Event()
        self._database, self._current, self._shadowed, self._daily = database, current, shadowed, daily
        self._shadowing = Shadowing(database)
        self._logged = ""

    def run(self) -> None:
        while not self.stop.is_set():
            if not (self._judge() or self._judge_in_shadow()):
                self.stop.wait(_PAUSE)

    def _judge(self) -> int:
        try:
            model = self._current()
            judged = judge_stale(self._database, model)
            if self._daily and not judged:
                self._daily(self._database, model.card.version)
        except NewsieveError:
            return 0
        return judged

    def _judge_in_shadow(self) -> int:
        try:
            model = self._shadowed()
            return self._shadowing.judge(model) if model else 0
        except ModelError as error:
            if str(error) != self._logged:
                _log.warning("nothing is judged in the shadow: %s", error)
            self._logged = str(error)
        except NewsieveError:
            pass  # another process writes; the next look finds the same pages
        return 0
