"""A queued page with its verdicts, made ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from classifier.blocks import PRIOR, Block, Reason, Verdict
from classifier.store.queue import QueuedPage, Standing
from classifier.text import as_read

_WEAK, _STRONG = 0.15, 0.6  # natural log-odds from which a word is tinted, and tinted strongly
_FACTS_SHOWN = 3
BLOCKS_SHOWN = 100  # of a page at a time


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a block that speak alike."""

    text: str
    leaning: str = ""  # "filler", "news" or "" for neither
    strong: bool = False
    weight: float = 0.0  # summed natural log-odds of filler against news


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block as a page shows it."""

    block: Block
    verdict: Verdict
    stretches: tuple[Stretch, ...]  # together the block's text
    facts: tuple[Reason, ...]  # the strongest reasons that are no words
    standing: Standing | None = None  # what a person said of this text, if anybody did
    pages: int = 0  # of the queue with this text
    sites: int = 0  # of those pages
    hidden: bool = False  # in the blind check: nothing of the verdict is shown

    @property
    def position(self) -> int:
        """Place in reading order, from 0."""
        return self.block.position

    @property
    def called(self) -> str:
        """The ruling if there is one, else the verdict's label; a word of its own in the blind check."""
        if self.hidden:
            return "hidden"
        return self.standing.ruling if self.standing else self.verdict.label

    @property
    def disguised(self) -> str:
        """The text in plain letters where it is written in others that look like them, or unseen ones; else empty."""
        read = as_read(self.block.text)
        return read if read.casefold() != self.block.text.casefold() else ""

    @property
    def because(self) -> tuple[str, ...]:
        """Facts that speak for the verdict, in words; none for boilerplate, which is not ranked."""
        leaning = {"filler": 1, "news": -1}.get(self.verdict.label, 0)
        return tuple(fact.name for fact in self.facts if fact.weight * leaning > 0)

    @property
    def to_check(self) -> bool:
        """Whether a person should look: nobody ruled, and the model says filler or is in doubt, and may say so."""
        return (
            not self.hidden and self.standing is None and (self.verdict.label == "filler" or self.verdict.needs_review)
        )


@dataclass(frozen=True, slots=True)
class Stack:
    """Neighbouring blocks that are shown together: a run in its frame, or blocks between runs."""

    blocks: tuple[BlockView, ...]
    run: bool
    campaign: int | None = None  # of the run


@dataclass(frozen=True, slots=True)
class PageView:
    """A part of a page as the desk shows it, and counts of the whole page."""

    stacks: tuple[Stack, ...]
    blocks: int  # of the whole page
    flagged: int  # blocks that the model or a person calls filler
    to_check: int  # blocks that a person should look at
    ruled: int  # blocks that a person ruled on
    part: int  # from 1
    parts: int


def part_of(position: int) -> int:
    """Return the part of a page, from 1, that shows the block at `position`."""
    return position // BLOCKS_SHOWN + 1


def positions_of(part: int) -> range:
    """Return the positions that a part of a page shows."""
    return range((part - 1) * BLOCKS_SHOWN, part * BLOCKS_SHOWN)


def view_page(queued: QueuedPage, verdicts: Sequence[Verdict], part: int) -> PageView:
    """Return what the desk shows of a queued page."""
    shown = positions_of(part)
    told = {position: verdict for position, verdict in enumerate(verdicts) if position not in queued.hidden}
    called = [queued.called(position, verdict.label) for position, verdict in told.items()]
    blocks = [_view(queued, block, verdicts[block.position]) for block in queued.page.blocks[shown.start : shown.stop]]
    unruled = [verdict for position, verdict in told.items() if position not in queued.rulings]
    return PageView(
        stacks=_stacks(blocks, queued.campaigns),
        blocks=len(verdicts),
        flagged=called.count("filler"),
        to_check=sum(verdict.label == "filler" or verdict.needs_review for verdict in unruled),
        ruled=len(queued.rulings),
        part=part,
        parts=max(1, part_of(len(verdicts) - 1)),
    )


def view_block(
    block: Block, verdict: Verdict, standing: Standing | None = None, pages: int = 0, sites: int = 0
) -> BlockView:
    """Return what a page shows of one block."""
    facts = sorted((r for r in verdict.reasons if r.span is None and r.name != PRIOR), key=lambda r: -abs(r.weight))
    notable = tuple(reason for reason in facts if abs(reason.weight) >= _WEAK)[:_FACTS_SHOWN]
    return BlockView(block, verdict, _stretches(block.text, verdict.reasons), notable, standing, pages, sites)


def hide(block: Block, verdict: Verdict, pages: int = 0, sites: int = 0) -> BlockView:
    """Return what a page shows of a block in the blind check: its text, and nothing of the verdict."""
    return BlockView(block, verdict, (Stretch(block.text),), (), None, pages, sites, hidden=True)


def _view(queued: QueuedPage, block: Block, verdict: Verdict) -> BlockView:
    at = block.position
    if at in queued.hidden:
        return hide(block, verdict, *queued.repeats[at])
    return view_block(block, verdict, queued.rulings.get(at), *queued.repeats[at])


def _stacks(blocks: Sequence[BlockView], campaigns: dict[int, int]) -> tuple[Stack, ...]:
    stacks = []
    for filler, group in groupby(blocks, key=lambda view: view.called == "filler"):
        together = tuple(group)
        begun = [campaigns[view.position] for view in together if view.position in campaigns]
        stacks.append(Stack(together, filler and len(together) > 1, begun[0] if begun and filler else None))
    return tuple(stacks)


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
