"""Which model version is in use, which were before it, and who made them so: the content of ``current.json``.

Beside it, which version is in the shadow: the content of ``shadow.json``.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from classifier.errors import ModelError

VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""The form of a version's name."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """That somebody made a version current, by promoting it or by rolling back to it."""

    version: str
    at: datetime  # UTC
    by: str  # the person's name on that machine
    previous: str | None  # the version that was current until then; None for the first
    despite: str = ""  # why, when it was promoted although the comparison with `previous` spoke against it


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version is in use."""

    current: str | None  # version; None before the first promotion
    previous: tuple[str, ...]  # those before it, newest last
    promotions: tuple[Promotion, ...] = ()  # newest last; those of before they were kept are missing

    def promoted(self, version: str, *, by: str, at: datetime, despite: str) -> "Pointer":
        """Return the pointer after `version` has become current."""
        before = (*self.previous, self.current) if self.current else self.previous
        return Pointer(version, before, (*self.promotions, Promotion(version, at, by, self.current, despite)))

    def rolled_back(self, *, by: str, at: datetime) -> "Pointer":
        """Return the pointer after the version before the current one has become current again."""
        version = self.previous[-1]
        return Pointer(version, self.previous[:-1], (*self.promotions, Promotion(version, at, by, self.current)))

    def to_bytes(self) -> bytes:
        """Return the pointer as JSON."""
        return json.dumps(asdict(self), indent=2, default=datetime.isoformat).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "Pointer":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            facts = json.loads(data)
            promotions = tuple(map(_promotion, facts.get("promotions", ())))
            found = cls(facts["current"], tuple(facts["previous"]), promotions)
            named = (found.current or "", *found.previous, *(promotion.version for promotion in promotions))
            if not all(map(VERSION.fullmatch, named)):
                raise ValueError("not a version")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ModelError(f"{name}: damaged; point it anew with `newsieve promote VERSION`") from error
        return found


def _promotion(facts: dict[str, Any]) -> Promotion:
    at, despite = datetime.fromisoformat(facts["at"]), str(facts.get("despite", ""))
    return Promotion(facts["version"], at, str(facts["by"]), facts["previous"], despite)


@dataclass(frozen=True, slots=True)
class Shadow:
    """The version that judges beside the current one, unseen by moderators: the content of ``shadow.json``."""

    version: str
    at: datetime  # UTC
    by: str  # the person's name on that machine

    def to_bytes(self) -> bytes:
        """Return the shadow as JSON."""
        return json.dumps(asdict(self), indent=2, default=datetime.isoformat).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "Shadow":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            facts = json.loads(data)
            if not VERSION.fullmatch(facts["version"]):
                raise ValueError("not a version")
            return cls(facts["version"], datetime.fromisoformat(facts["at"]), str(facts["by"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ModelError(f"{name}: damaged; `newsieve shadow --off` clears it") from error
