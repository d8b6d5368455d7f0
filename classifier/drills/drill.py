"""So many kills, one kind of work after the other, in a home of their own that is removed afterwards."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from classifier.drills.grounds import Grounds, make_grounds
from classifier.drills.importing import Importing
from classifier.drills.kills import Kill, Work
from classifier.drills.promoting import Promoting
from classifier.drills.serving import Serving
from classifier.drills.sweeping import Sweeping
from classifier.drills.training import Training
from classifier.drills.upgrading import Upgrading

_TURNS = ("serve", "import", "upgrade", "crawl", "promote", "serve", "import", "upgrade", "import", "crawl")
_KINDS = {made.kind: made for made in (Serving, Importing, Upgrading, Sweeping, Promoting, Training)}
_TRAINED = 50  # one kill in so many is of a training, which is slow
_TRIES = 4  # begun commands for each kill, at most: some end before the blow


def drill(source: Path, kills: int, *, seed: int, seconds: float) -> Iterator[Kill]:
    """Yield what was found after each of so many kills on a copy of the home `source`, in about `seconds` at most.

    A command that ended by itself before the blow is yielded as well and is no kill. Raises NewsieveError when the home
    cannot be copied or is not fit to begin with.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newsieve-selftest-") as name:
        grounds, works, left = make_grounds(source, Path(name)), _Works(), kills
        for number in range(kills * _TRIES):
            if not left or time.monotonic() - begun > seconds:
                return
            kind = "train" if number % _TRAINED == _TRAINED - 1 else _TURNS[number % len(_TURNS)]
            dice = Random(f"{seed} {number}")  # noqa: S311 - no secret
            kill = works.of(kind, grounds).strike(dice)
            left -= kill.seconds is not None
            yield kill


class _Works:
    """The kinds of work, made ready when first wanted."""

    def __init__(self) -> None:
        self._made: dict[str, Work] = {}

    def of(self, kind: str, grounds: Grounds) -> Work:
        if kind not in self._made:
            self._made[kind] = _KINDS[kind](grounds)
        return self._made[kind]
