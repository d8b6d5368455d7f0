"""The verdicts on the page that somebody works on, remembered: it is shown anew after every decision."""

from dataclasses import dataclass, field
from functools import lru_cache

from classifier.blocks import Block, Verdict
from classifier.model import Model
from classifier.store.judging import judge_pages
from classifier.store.queue import QueuedPage, get_page
from web.current import database, model

_PAGES = 32  # remembered: about 100 kB each, a page of 5,000 blocks 5 MB


@dataclass(frozen=True, slots=True)
class _Asked:
    version: str
    blocks: tuple[Block, ...]
    explained: range
    model: Model = field(compare=False)


def judged_now(page_id: int) -> tuple[Model, QueuedPage]:
    """Return the current version and a queued page that it has judged. Raises NotFoundError, ModelError."""
    judge, queued = model(), get_page(database(), page_id)
    if queued.model != judge.card.version:
        judge_pages(database(), judge, [queued])
        queued = get_page(database(), page_id)
    return judge, queued


def judged(judge: Model, blocks: tuple[Block, ...], *, explained: range) -> tuple[Verdict, ...]:
    """Return what a version says of the blocks of a page, with reasons for a range of positions."""
    return _judged(_Asked(judge.card.version, blocks, explained, judge))


@lru_cache(_PAGES)
def _judged(asked: _Asked) -> tuple[Verdict, ...]:
    return asked.model.classify(asked.blocks, explain=asked.explained)
