"""A crawl that is being labelled, killed: every part in its folder is whole, and the next run goes on."""

import json
import shutil
from pathlib import Path
from random import Random

from classifier.drills.checks import refused
from classifier.drills.commands import Command, done
from classifier.drills.grounds import Grounds
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike

_SHARDS, _PAGES, _BLOCKS = 6, 60, 20


class Sweeping:
    """`newsieve classify --out` with one worker or two."""

    kind = "crawl"

    def __init__(self, grounds: Grounds) -> None:
        self._home = grounds.home.parent / "crawler"  # of its own: all parts of a folder are of one version
        shutil.copytree(grounds.home / "models", self._home / "models")
        self._crawl, self._out = grounds.home.parent / "crawl", grounds.home.parent / "labelled"
        self._usual = Usual(2.0)
        self._crawl.mkdir()
        dice = Random(0)  # noqa: S311 - no secret
        for shard in range(_SHARDS):
            rows = [
                {"url": f"https://crawl.example/{shard}/{page}", "blocks": dice.choices(grounds.texts, k=_BLOCKS)}
                for page in range(_PAGES)
            ]
            (self._crawl / f"{shard}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        done(self._home, *self._asked(1))
        self._meant = self._parts()
        shutil.rmtree(self._out)

    def strike(self, dice: Random) -> Kill:
        """Kill a run; the next goes on where it was, while workers of the killed one may still be there."""
        with Command(self._home, *self._asked(dice.choice((1, 2)))) as command:
            seconds = strike(command, dice, self._usual, self._out, self._out / "_done")
            losses = [*(refused(command) if seconds is None else []), *self._torn()]
            if seconds is not None and dice.random() < 0.3:
                losses += self._finished()
        if self._parts() == self._meant:
            shutil.rmtree(self._out)
        return Kill(self.kind, seconds, int(seconds is None), tuple(losses))

    def _finished(self) -> list[str]:
        with Command(self._home, *self._asked(1)) as command:
            losses = refused(command)
        return losses if self._parts() == self._meant else [*losses, "the finished folder lacks parts"]

    def _asked(self, workers: int) -> tuple[object, ...]:
        return ("classify", self._crawl, "--out", self._out, "--workers", workers)

    def _torn(self) -> list[str]:
        """Return which parts are not as they should be, or are missing though their receipts are there."""
        parts = self._parts()
        torn = [f"{name}: half a part" for name, data in parts.items() if data != self._meant[name]]
        kept = {Path(receipt.stem).name for receipt in (self._out / "_done").glob("*.json")}
        return torn + [f"{name}: a receipt without its part" for name in kept - {Path(name).stem for name in parts}]

    def _parts(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._out.glob("[!._]*.parquet")}
