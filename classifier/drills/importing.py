"""An import, killed: all of it is there or nothing, and all of it when somebody was told so."""

import json
from random import Random

from classifier.drills.checks import refused, sound
from classifier.drills.commands import Command
from classifier.drills.grounds import Grounds
from classifier.drills.kills import Kill
from classifier.drills.moments import Usual, strike
from classifier.store.importing import list_imports

_ROWS = 100


class Importing:
    """`newsieve import` of labelled texts, new ones every time."""

    kind = "import"

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._usual = Usual(1.5)
        self._number = 0

    def strike(self, dice: Random) -> Kill:
        """Kill an import."""
        self._number += 1
        file = self._grounds.home / f"drill-{self._number}.jsonl"
        texts = (f"Row {row} of import {self._number}: {self._grounds.texts[row]}" for row in range(_ROWS))
        file.write_text("".join(json.dumps({"text": text, "label": "filler"}) + "\n" for text in texts))
        with Command(self._grounds.home, "import", file) as command:
            seconds = strike(command, dice, self._usual, self._grounds.home)
            losses = refused(command) if seconds is None else []
        found = self._found(file.name)
        if found not in ([], [_ROWS]) or (seconds is None and not found):
            losses.append(f"{file.name}: {found} of {_ROWS} rows are there")
        file.unlink()
        return Kill(self.kind, seconds, int(seconds is None), (*losses, *self._sound()))

    def _found(self, name: str) -> list[int]:
        database = self._grounds.database()
        found = [one.decisions for one in list_imports(database) if one.files == name]
        database.close()
        return found

    def _sound(self) -> list[str]:
        database = self._grounds.database()
        faults = sound(database)
        database.close()
        return faults
