"""What went into a version, counted for its card, and the limits below which nothing is trained."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.blocks import LABELS, Example, Label
from classifier.errors import TrainingDataError

DECISIONS = "decisions"
"""The source of examples that moderators decided; that of others is the name of their file."""

Counts = dict[str, int]  # examples by label


@dataclass(frozen=True, slots=True)
class Limits:
    """What every label needs, so that a version can tell it from the others."""

    examples: int = 10  # of each label, at least
    least_share: float = 0.02  # of all that examples weigh, each label's part at least, 0..1
    most_share: float = 0.90  # the same, at most


@dataclass(frozen=True, slots=True)
class Intake:
    """What a version was trained on, and what it was not."""

    sources: dict[str, Counts]  # file or 'decisions' -> label -> examples
    people: dict[str, Counts]  # who decided -> label -> examples; a text that two agree on counts for both
    conflicts: int  # texts that people label differently
    unsure: int  # texts that nobody gave a label
    held_out: int  # decided texts that versions are measured on
    left_out: tuple[str, ...]  # rules for decisions that were left out, such as person:NAME
    limits: Limits


def counted(
    examples: Sequence[Example], *, conflicts: int, unsure: int, held_out: int, left_out: Sequence[str]
) -> Intake:
    """Return what `examples` are, counted."""
    sources = Counter((_source(e), e.label) for e in examples)
    people = Counter((person, e.label) for e in examples for person in e.people)
    return Intake(
        sources=_nested(sources),
        people=_nested(people),
        conflicts=conflicts,
        unsure=unsure,
        held_out=held_out,
        left_out=tuple(left_out),
        limits=Limits(),
    )


def refuse_unfit(examples: Iterable[Example], limits: Limits) -> None:
    """Raise TrainingDataError with the numbers when a label has too few examples or too small or large a part."""
    counts: Counter[Label] = Counter()
    weights: Counter[Label] = Counter()
    for example in examples:
        counts[example.label] += 1
        weights[example.label] += example.weight  # type: ignore[assignment]  # a Counter adds up floats as well
    faults = [
        f"{label} has {counts[label]:,} examples, {share:.1%} of the weight"
        for label in LABELS
        for share in [weights[label] / (sum(weights.values()) or 1)]
        if counts[label] < limits.examples or not limits.least_share <= share <= limits.most_share
    ]
    if faults:
        raise TrainingDataError(
            f"not fit to train on: {'; '.join(faults)}; each label needs at least {limits.examples} examples and "
            f"{limits.least_share:.0%} to {limits.most_share:.0%} of the weight"
        )


def _source(example: Example) -> str:
    return DECISIONS if example.people else Path(example.origin.rpartition(":")[0]).name


def _nested(counts: "Counter[tuple[str, Label]]") -> dict[str, Counts]:
    nested: dict[str, Counts] = {}
    for (name, label), count in sorted(counts.items()):
        nested.setdefault(name, {})[label] = count
    return nested
