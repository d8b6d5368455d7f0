"""A queued page with its verdicts, made ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from classifier.blocks import PRIOR, Block, Reason, Verdict
from classifier.store.decisions import Ruling
from classifier.store.queue import QueuedPage

_WEAK, _STRONG = 0.15, 0.6  # natural log-odds from which a word is tinted, and tinted strongly
_FACTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a block that speak alike."""

    text: str
    leaning: str = ""  # "filler", "news" or "" for neither
    strong: bool = False
    weight: float = 0.0  # summed natural log-odds of filler against news


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block as the page shows it."""

    block: Block
    position: int
    verdict: Verdict
    ruling: Ruling | None  # what a person said of this text, if anybody did
    stretches: tuple[Stretch, ...]  # together the block's text
    facts: tuple[Reason, ...]  # the strongest reasons that are no words

    @property
    def to_check(self) -> bool:
        """Whether a person should look: nobody ruled, and the model says filler or is in doubt."""
        return self.ruling is None and (self.verdict.label == "filler" or self.verdict.needs_review)


@dataclass(frozen=True, slots=True)
class PageView:
    """One page as the desk shows it."""

    id: int
    address: str
    site: str
    added_at: datetime  # UTC
    blocks: tuple[BlockView, ...]

    @property
    def to_check(self) -> int:
        """Blocks that a person should look at."""
        return sum(block.to_check for block in self.blocks)

    @property
    def flagged(self) -> int:
        """Blocks that the model or a person calls filler."""
        return sum((block.ruling or block.verdict.label) == "filler" for block in self.blocks)

    @property
    def ruled(self) -> int:
        """Blocks that a person ruled on."""
        return sum(block.ruling is not None for block in self.blocks)


def view_page(queued: QueuedPage, verdicts: Sequence[Verdict]) -> PageView:
    """Return what the desk shows of a queued page."""
    blocks = tuple(
        _view_block(block, verdict, queued.rulings.get(block.position))
        for block, verdict in zip(queued.page.blocks, verdicts, strict=True)
    )
    return PageView(queued.id, queued.page.address, queued.page.site, queued.added_at, blocks)


def _view_block(block: Block, verdict: Verdict, ruling: Ruling | None) -> BlockView:
    facts = sorted((r for r in verdict.reasons if r.span is None and r.name != PRIOR), key=lambda r: -abs(r.weight))
    notable = tuple(reason for reason in facts if abs(reason.weight) >= _WEAK)[:_FACTS_SHOWN]
    return BlockView(block, block.position, verdict, ruling, _stretches(block.text, verdict.reasons), notable)


def _stretches(text: str, reasons: Sequence[Reason]) -> tuple[Stretch, ...]:
    """Cut `text` at its reasons; neighbours that lean alike become one stretch, white space between included."""
    spoken = [(reason.span, reason.weight) for reason in reasons if reason.span]
    made: list[Stretch] = []
    end = 0
    for (leaning, strong), group in groupby(spoken, key=lambda item: _leaning(item[1])):
        words = list(group)
        start, stop = words[0][0].start, words[-1][0].end
        made += [Stretch(text[end:start])] if start > end else []
        made.append(Stretch(text[start:stop], leaning, strong=strong, weight=sum(weight for _, weight in words)))
        end = stop
    return (*made, Stretch(text[end:])) if text[end:] else tuple(made)


def _leaning(weight: float) -> tuple[str, bool]:
    if abs(weight) < _WEAK:
        return "", False
    return ("filler" if weight > 0 else "news"), abs(weight) >= _STRONG
