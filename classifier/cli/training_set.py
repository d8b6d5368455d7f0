"""What a candidate is trained on: labelled files, and what moderators agree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.home import Home
from classifier.cli.terminal import tell, warn
from classifier.label_names import LABEL_NAMES, LabelNames
from classifier.labelled import held_out_data, read_examples

if TYPE_CHECKING:
    from classifier.blocks import Example
    from classifier.consensus import Consensus
    from classifier.intake import Intake
    from classifier.left_out import Rule


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Examples, and where they come from."""

    examples: "tuple[Example, ...]"
    intake: "Intake"


def training_set(
    home: Home, data: Sequence[Path], *, without: "Sequence[Rule]", names: LabelNames = LABEL_NAMES
) -> TrainingSet:
    """Join labelled files and decisions, but for what is forgotten or left out by a rule.

    Raises TrainingDataError, with the numbers, when a label has too few examples or too small or large a part.
    """
    from classifier.intake import Limits, counted, refuse_unfit
    from classifier.training import join
    from classifier.training import without as not_among

    rules = list(dict.fromkeys([*rules_that_hold(home), *without]))
    agreed = agreed_decisions(home, without=rules)
    decided = not_among(agreed.examples, read_examples(held_out_data(), notify=warn))
    examples = join(read_examples(data, notify=warn, names=names), decided)
    refuse_unfit(examples, Limits())
    intake = counted(
        examples,
        conflicts=len(agreed.conflicts),
        unsure=agreed.unsure,
        held_out=len(agreed.examples) - len(decided),
        left_out=[str(rule) for rule in rules],
    )
    _tell(intake)
    return TrainingSet(tuple(examples), intake)


def agreed_decisions(home: Home, *, without: "Sequence[Rule]" = ()) -> "Consensus":
    """Return what moderators agree on in this home."""
    from classifier.consensus import consensus

    if not home.has_database():
        return consensus([])
    from classifier.store.statements import statements

    return consensus(statements(home.database(), without=without))


def rules_that_hold(home: Home) -> "list[Rule]":
    """Return what is left out for the time being: what newsieve forget names, and who is in quarantine."""
    return [*forgotten_rules(home), *map(quarantined_rule, quarantined(home))]


def forgotten_rules(home: Home) -> "list[Rule]":
    """Return what newsieve forget leaves out for the time being."""
    if not home.has_database():
        return []
    from classifier.store.forgetting import forgotten

    return [one.rule for one in forgotten(home.database()) if one.ended_at is None]


def quarantined(home: Home) -> list[str]:
    """Return whose decisions are not trained on while their quarantine lasts."""
    if not home.has_database():
        return []
    from classifier.store.quarantine import quarantines

    return [one.person for one in quarantines(home.database()) if one.ended_at is None]


def quarantined_rule(person: str) -> "Rule":
    """Return the rule that leaves out a person in quarantine."""
    from classifier.left_out import Rule

    return Rule("person", person)


def _tell(intake: "Intake") -> None:
    if intake.held_out:
        tell(f"Left out {intake.held_out:,} decisions on texts that versions are measured on")
    if intake.conflicts:
        tell(f"Left out {intake.conflicts:,} texts that people label differently; newsieve conflicts lists them")
    if intake.left_out:
        tell(f"Left out as asked: {', '.join(intake.left_out)}")
