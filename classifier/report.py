"""What a version got right and wrong on the shipped holdout, kept with it as ``report.json``.

Values only: it is read, drawn and shown without scikit-learn. :mod:`classifier.measuring` makes it.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from classifier.blocks import Label
from classifier.errors import damaged_model
from classifier.sealed import NOT_SEALED, seal, unseal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % interval."""

    name: str  # as `newsieve evaluate` prints it
    value: float  # 0..1
    low: float  # lower bound, 0..1
    high: float  # upper bound, 0..1
    hits: int | None  # of a share, the blocks or pages counted; None for a figure that is no share
    of: int | None  # of a share, among how many


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What flagging every block from a score on would give, among news and filler."""

    score: float  # 0..1
    precision: float  # of the flagged, the share that is filler, 0..1
    recall: float  # of the filler, the share that is flagged, 0..1


@dataclass(frozen=True, slots=True)
class Bin:
    """News and filler blocks of about the same score."""

    mean_score: float  # 0..1
    filler: int  # blocks
    blocks: int  # filler and news, at least 1
    low: float  # lower bound of the share of filler, 0..1
    high: float  # upper bound of the share of filler, 0..1

    @property
    def share(self) -> float:
        """Share of filler, 0..1."""
        return self.filler / self.blocks


@dataclass(frozen=True, slots=True)
class Bar:
    """How many blocks of each label have a score from `low` up to `high`."""

    low: float  # 0..1
    high: float  # 0..1; belongs to the next bar, that of the last to the last
    boilerplate: int
    filler: int
    news: int

    def of(self, label: Label) -> int:
        """Return the count of one label."""
        return {"boilerplate": self.boilerplate, "filler": self.filler, "news": self.news}[label]


@dataclass(frozen=True, slots=True)
class Cell:
    """Blocks of one label that were given one verdict."""

    label: Label
    verdict: Label
    blocks: int
    needs_review: int  # of those, the ones marked for a person


@dataclass(frozen=True, slots=True)
class HoldoutReport:
    """What one version got right and wrong on the shipped holdout, block by block in its place on its page."""

    version: str
    data_digest: str  # SHA-256 of the holdout's examples as read; figures of equal digests can be compared
    pages: int
    blocks: int
    threshold: float  # score from which a block is labelled filler, 0..1
    review_low: float  # lowest score a person should look at, 0..1
    review_high: float  # highest score a person should look at, 0..1
    figures: tuple[Figure, ...]
    curve: tuple[CurvePoint, ...]  # by falling score
    chosen: CurvePoint  # what the threshold gives
    bins: tuple[Bin, ...]  # by rising score
    bars: tuple[Bar, ...]  # by rising score, all of one width
    cells: tuple[Cell, ...]  # each pair of label and verdict once

    def cell(self, label: Label, verdict: Label) -> Cell:
        """Return the count of one label and verdict."""
        return next(cell for cell in self.cells if (cell.label, cell.verdict) == (label, verdict))

    def to_bytes(self) -> bytes:
        """Return the report as JSON, with a digest of its own so that a change by hand is noticed."""
        return seal(dataclasses.asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "HoldoutReport":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            facts = unseal(data, name=name)
            for fact, kind in _LISTED.items():
                facts[fact] = tuple(kind(**item) for item in facts[fact])
            return cls(**{**facts, "chosen": CurvePoint(**facts["chosen"])})
        except NOT_SEALED as error:
            raise damaged_model(f"{name}: not a report ({error})") from error


_LISTED: dict[str, type[Any]] = {"figures": Figure, "curve": CurvePoint, "bins": Bin, "bars": Bar, "cells": Cell}
