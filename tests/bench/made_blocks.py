"""Labelled blocks made of shipped ones, as many as wanted: their halves joined anew, and words that nobody has seen."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from classifier.blocks import Example

_NEW = 0.025  # share of words that are made up: about one a block, so that the vocabulary grows as a crawl's does
_CAMPAIGN = 20  # decided texts of one site and campaign


def made_blocks(shipped: Sequence[Example], count: int, *, seed: int = 0) -> list[Example]:
    """Return `count` lone examples with the labels of shipped ones and words like theirs."""
    random = Random(seed)
    alike = defaultdict(list)
    for example in shipped:
        alike[example.label].append(example.text.split())
    words = [word for texts in alike.values() for text in texts for word in text]
    chosen = random.choices(shipped, k=count)
    return [
        replace(e, text=_text(e.text.split(), random.choice(alike[e.label]), words, random), position=None)
        for e in chosen
    ]


def made_decisions(shipped: Sequence[Example], count: int, *, seed: int = 1) -> list[Example]:
    """Return `count` decided examples: campaigns of some twenty texts of one label, each of a site of its own."""
    by_label = sorted(made_blocks(shipped, count, seed=seed), key=lambda e: e.label)
    return [
        replace(e, page=f"queue/{n}", site=f"made{n // _CAMPAIGN}", voice=f"made{n // _CAMPAIGN}", people=("ann",))
        for n, e in enumerate(by_label)
    ]


def _text(first: Sequence[str], second: Sequence[str], words: Sequence[str], random: Random) -> str:
    joined = [*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]]
    return " ".join(_new_word(words, random) if random.random() < _NEW else word for word in joined)


def _new_word(words: Sequence[str], random: Random) -> str:
    front, back = random.choice(words), random.choice(words)
    return front[: (len(front) + 1) // 2] + back[len(back) // 2 :]
