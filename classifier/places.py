"""Labelled blocks in their places: the texts of the page that each is judged on, alone or with the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from classifier.blocks import Block, Example, Verdict
from classifier.model import Model

Texts = tuple[str, ...]
"""The texts of a page's blocks, in reading order; one of a block that is judged alone."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A labelled block in its place."""

    example: Example
    texts: Texts  # of the page's blocks
    position: int  # of the block among them, from 0
    campaign: int | None = None  # of filler runs that its text stands in; None when there is none, or none is known


def placed(examples: Sequence[Example], *, alone: bool = False) -> list[Placed]:
    """Return the examples, in the order given, each with the page that it is judged on.

    Examples that stand on a page are judged with the others of that page in `examples`, the rest, or all if `alone`,
    as pages of one block.
    """
    pages: dict[object, list[int]] = {}
    for number, example in enumerate(examples):
        pages.setdefault(number if alone or example.position is None else example.page, []).append(number)
    found: dict[int, Placed] = {}
    for numbers in pages.values():
        numbers.sort(key=lambda number: examples[number].position or 0)
        texts = tuple(examples[number].text for number in numbers)
        found |= {number: Placed(examples[number], texts, place) for place, number in enumerate(numbers)}
    return [found[number] for number in range(len(examples))]


def judge_pages(model: Model, pages: Iterable[Texts]) -> dict[Texts, tuple[Verdict, ...]]:
    """Return the verdicts on the blocks of each page, without reasons."""
    every = list(dict.fromkeys(pages))
    alone = [texts for texts in every if len(texts) == 1]
    lone = zip(alone, model.classify_alone([text for texts in alone for text in texts]), strict=True)
    return {texts: (verdict,) for texts, verdict in lone} | {
        texts: model.classify([Block(text, place) for place, text in enumerate(texts)], explain=False)
        for texts in every
        if len(texts) != 1
    }
