"""Promoting and rolling back, killed: one version or the other is in use, never half of one."""

from random import Random

from classifier.drills.checks import pointed, refused
from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike


class Promoting:
    """`newsieve promote` to and fro between two versions, and `newsieve rollback`."""

    kind = "promote"

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._usual = {"promote": Usual(5.0), "rollback": Usual(1.5)}

    def strike(self, dice: Random) -> Kill:
        """Kill one of the two."""
        before = self._grounds.registry.pointer()
        verb = "rollback" if before.previous and dice.random() < 0.5 else "promote"
        other = next(version for version in self._grounds.versions if version != before.current)
        target = before.previous[-1] if verb == "rollback" else other
        with Command(self._grounds.home, verb, *([target] if verb == "promote" else [])) as command:
            seconds = strike(command, dice, self._usual[verb], self._grounds.registry.folder)
            losses = refused(command) if seconds is None else []
        allowed = {target} if seconds is None else {before.current or "", target}
        return Kill(self.kind, seconds, int(seconds is None), (*losses, *pointed(self._grounds, allowed)))
