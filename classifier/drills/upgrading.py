"""The upgrade of an old database, killed: at the next start it is upgraded, and every decision is there."""

import shutil
from random import Random

from classifier.drills.checks import refused, sound
from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike
from classifier.store.act_records import ActRecord
from classifier.store.exchange import export_acts
from classifier.store.first_release import make_first_release
from classifier.store.opening import open_database


class Upgrading:
    """`newsieve verify` on a database as the first release left it."""

    kind = "upgrade"

    def __init__(self, grounds: Grounds) -> None:
        self._folder = grounds.home.parent / "upgraded"
        self._old = grounds.home.parent / "first-release.db"
        self._usual = Usual(2.0)
        make_first_release(self._old, [f"{text} {turn}" for turn in range(5) for text in grounds.texts])
        self._fresh()
        self._meant, _ = self._upgraded()

    def strike(self, dice: Random) -> Kill:
        """Kill an upgrade."""
        self._fresh()
        with Command(self._folder, "verify") as command:
            seconds = strike(command, dice, self._usual, self._folder)
            losses = refused(command) if seconds is None else []
        acts, faults = self._upgraded()
        if acts != self._meant:
            losses.append(f"{len(acts):,} acts are there after the upgrade, or others than the {len(self._meant):,}")
        return Kill(self.kind, seconds, int(seconds is None), (*losses, *faults))

    def _fresh(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        shutil.copy(self._old, self._folder / "newsieve.db")

    def _upgraded(self) -> tuple[list[ActRecord], list[str]]:
        database = open_database(self._folder / "newsieve.db")
        try:
            return list(export_acts(database)), sound(database)
        finally:
            database.close()
