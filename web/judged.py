"""The verdicts on the page that somebody works on, remembered: it is shown anew after every decision."""

from dataclasses import dataclass, field
from functools import lru_cache

from classifier.blocks import Block, Verdict
from classifier.model import Model

_PAGES = 32  # remembered: about 100 kB each, a page of 5,000 blocks 5 MB


@dataclass(frozen=True, slots=True)
class _Asked:
    version: str
    blocks: tuple[Block, ...]
    explained: range
    model: Model = field(compare=False)


def judged(model: Model, blocks: tuple[Block, ...], *, explained: range) -> tuple[Verdict, ...]:
    """Return what `model` says of the blocks of a page, with reasons for a range of positions."""
    return _judged(_Asked(model.card.version, blocks, explained, model))


@lru_cache(_PAGES)
def _judged(asked: _Asked) -> tuple[Verdict, ...]:
    return asked.model.classify(asked.blocks, explain=asked.explained)
