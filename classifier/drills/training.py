"""A training, killed: every version on disk is whole, and the next training is not kept waiting."""

import json
from random import Random

from classifier.drills.checks import pointed, refused
from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike
from classifier.errors import NewsieveError
from classifier.labelled import shipped_data

_VOICES = ("v01", "v02", "v03")  # shipped pages enough for a quick and poor model


class Training:
    """`newsieve train` on a few of the shipped pages."""

    kind = "train"

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._usual = Usual(10.0)

    def strike(self, dice: Random) -> Kill:
        """Kill a training."""
        registry = self._grounds.registry
        before, current = registry.versions(), registry.pointer().current or ""
        pages = [shipped_data() / "pages" / f"{voice}.jsonl" for voice in _VOICES]
        with Command(self._grounds.home, "train", *pages) as command:
            seconds = strike(command, dice, self._usual)
            losses = refused(command) if seconds is None else []
        losses += self._versions(before) + pointed(self._grounds, {current})
        return Kill(self.kind, seconds, int(seconds is None), tuple(losses))

    def _versions(self, before: list[str]) -> list[str]:
        """Return what is wrong with versions made meanwhile, or keeps a training from beginning."""
        registry = self._grounds.registry
        try:
            for version in set(registry.versions()) - set(before):
                registry.load(version)
            with registry.training():
                left = [path.name for path in registry.folder.glob(".draft-*")]
        except NewsieveError as error:
            return [str(error)]
        return [f"{json.dumps(left)} was left by a killed training"] if left else []
