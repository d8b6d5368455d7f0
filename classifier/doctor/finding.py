"""What is found of one part of a home."""

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "to do"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    part: str  # such as 'secret key'
    state: State  # a note is worth knowing, and nothing is wrong
    found: str  # what is the case
    advice: str  # what to do, in one sentence; empty when all is well


def well(part: str, found: str) -> Finding:
    """Return that a part is as it should be."""
    return Finding(part, "well", found, "")


def note(part: str, found: str, advice: str) -> Finding:
    """Return what is worth knowing of a part, and what could be done."""
    return Finding(part, "note", found, advice)


def to_do(part: str, found: str, advice: str) -> Finding:
    """Return what is wrong with a part, and what to do."""
    return Finding(part, "to do", found, advice)


def told(part: str, error: Exception) -> Finding:
    """Return an error of ours as a finding: 'what is wrong; what to do'."""
    found, _, advice = str(error).partition("; ")
    return to_do(part, found, advice or "look at the home again when that is mended")
