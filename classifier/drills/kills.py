"""What a drill has found: a value a kill, and what a kind of work must be able to do."""

from dataclasses import dataclass
from random import Random
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kill:
    """One command that was killed, or that ended before the blow, and what was found afterwards."""

    kind: str  # of work
    seconds: float | None  # that it had; None when it ended by itself before
    acknowledged: int  # decisions, imports and the like that somebody had been told were done
    losses: tuple[str, ...]  # what did not hold, a sentence each; none is how it should be


class Work(Protocol):
    """One kind of work."""

    kind: str

    def strike(self, dice: Random) -> Kill:
        """Begin the work, kill it at a random moment, and look at what is left."""
