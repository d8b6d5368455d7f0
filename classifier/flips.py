"""A block of the queue that two versions label otherwise."""

from dataclasses import dataclass

from classifier.blocks import Label


@dataclass(frozen=True, slots=True)
class Flip:
    """A block that two versions label otherwise. Nobody need have said which is right."""

    address: str
    site: str
    position: int  # on its page, from 0
    text: str
    before: Label
    after: Label
    score_before: float  # 0..1
    score_after: float  # 0..1
    campaign: int | None

    @property
    def boldness(self) -> float:
        """How far the score has moved, 0..1."""
        return abs(self.score_after - self.score_before)
