"""When to strike: after a random time, or a moment after a folder changed, where the writing is."""

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from classifier.drills.commands import Command

_EVERY = 0.001  # seconds between two looks
_SHORTLY = 0.03  # seconds at most after a change, mostly much less
_LONGEST = 120.0  # seconds that are waited for a change


@dataclass(slots=True)
class Usual:
    """How long one kind of command takes: the longest of those that ended by themselves."""

    seconds: float

    def note(self, command: Command) -> None:
        """Learn from a command that has ended by itself."""
        self.seconds = max(self.seconds, time.monotonic() - command.begun)


def strike(command: Command, dice: Random, usual: Usual, *watched: Path) -> float | None:
    """Kill a command after a random part of its usual time, or else shortly after a first change in a watched folder.

    Returns the seconds it had; None when it ended by itself before.
    """
    if not watched or dice.random() < 0.5:
        struck = _worked(command, dice.uniform(0, usual.seconds))
    else:
        struck = _changed(command, watched) and _worked(command, _age(command) + _SHORTLY * dice.random() ** 3)
    if not struck:
        usual.note(command)
        return None
    command.kill()
    return _age(command)


def _age(command: Command) -> float:
    return time.monotonic() - command.begun


def _worked(command: Command, seconds: float) -> bool:
    """Wait until the command is so old; tell whether it is still at work then."""
    while command.working:
        if _age(command) >= seconds:
            return True
        time.sleep(_EVERY)
    return False


def _changed(command: Command, folders: tuple[Path, ...]) -> bool:
    before = _state(folders)
    while command.working and _age(command) < _LONGEST:
        if _state(folders) != before:
            return True
        time.sleep(_EVERY)
    return command.working


def _state(folders: tuple[Path, ...]) -> list[tuple[str, int]]:
    found = []
    for folder in folders:
        for path in [folder, *folder.glob("*")]:
            try:
                status = path.stat()
            except OSError:  # gone meanwhile
                continue
            if "lock" not in path.name and path.suffix != ".log":
                found.append((path.name, status.st_size if path.is_file() else 0))
    return sorted(found)
