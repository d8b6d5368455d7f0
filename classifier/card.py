"""The card of a model version: the facts about it, as JSON."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from classifier.errors import damaged_model
from classifier.intake import Intake, Limits
from classifier.sealed import NOT_SEALED, seal, unseal


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Figures of scores that each came from a model which had not seen the block's voice."""

    folds: int  # parts that the voices were dealt into
    grouped_by: str  # what never stands on both sides of a split
    news: int  # blocks
    filler: int  # blocks
    boilerplate: int  # blocks
    auc: float  # area under the ROC curve of the score, news against filler, 0..1
    found_at_1_percent: float  # share of filler above the score that flags 1 % of news, 0..1
    news_lost: float  # share of news labelled filler at the threshold, 0..1
    filler_missed: float  # share of filler not labelled filler at the threshold, 0..1


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score becomes a verdict. They belong to a model version, never to settings."""

    filler: float  # score from which a block is labelled filler, 0..1
    promise: str  # what that threshold promises of genuine blocks, in counts
    review_low: float  # lowest score a person should look at, 0..1
    review_high: float  # highest score a person should look at, 0..1
    boilerplate: float  # P(boilerplate) below which a boilerplate verdict needs review, 0..1
    known: float  # share of known words below which any verdict needs review, 0..1
    familiar: float  # share of the idf mass of known character n-grams below which any verdict needs review, 0..1
    words: int  # words below which a verdict of news or filler needs review
    chosen: str  # how, in words


@dataclass(frozen=True, slots=True)
class TriedWeight:
    """A weight of decisions beside shipped examples, and how it did on groups of decisions it had not seen."""

    weight: float  # > 0
    log_loss: float  # mean over the groups, natural logarithm; lower is better


@dataclass(frozen=True, slots=True)
class Card:
    """The facts about one model version."""

    version: str  # UTC time and the first digits of the data digest
    created_at: str  # UTC, ISO 8601
    data_digest: str  # SHA-256 of the examples in their canonical order
    examples: dict[str, int]  # blocks by label
    decided: int  # of those, blocks labelled by moderators
    pages: int
    sites: int
    voices: int  # writers, or sites where the writer is unknown: what cross-validation never cuts apart
    seed: int
    settings: dict[str, float]  # of the features and the regression
    libraries: dict[str, str]  # name -> version
    cross_validation: CrossValidation  # of blocks judged alone
    page_cross_validation: CrossValidation  # of blocks judged in their place on a page
    thresholds: Thresholds  # of blocks judged alone
    page_thresholds: Thresholds  # of blocks judged in their place on a page
    sha256: dict[str, str]  # file name -> digest, of the other files of the version
    decision_weight: float = 1.0  # of a decision beside a shipped example
    decision_weights_tried: tuple[TriedWeight, ...] = ()  # that it was chosen from; none where decisions are too few
    intake: Intake | None = None  # what went in; None in versions of before it was kept

    def to_bytes(self) -> bytes:
        """Return the card as JSON, with a digest of its own so that a change by hand is noticed."""
        return seal(dataclasses.asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "Card":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            facts = unseal(data, name=name)
            for fact, kind in _NESTED.items():
                facts[fact] = kind(**facts[fact])
            tried = facts.get("decision_weights_tried", ())  # which cards of before there was a choice lack
            facts["decision_weights_tried"] = tuple(TriedWeight(**one) for one in tried)
            if facts.get("intake"):
                facts["intake"] = _intake(facts["intake"])
            return cls(**facts)
        except NOT_SEALED as error:
            raise damaged_model(f"{name}: not a card ({error})") from error


def _intake(facts: dict[str, Any]) -> Intake:
    return Intake(**{**facts, "left_out": tuple(facts["left_out"]), "limits": Limits(**facts["limits"])})


_NESTED: dict[str, type[Any]] = {
    "cross_validation": CrossValidation,
    "page_cross_validation": CrossValidation,
    "thresholds": Thresholds,
    "page_thresholds": Thresholds,
}
