"""What became of one verdict: recomputed from the version that gave it, what people decided, what is said of it today.

Nothing of a verdict is kept but its identity: a version and a page never change, so the version gives it again, bit for
bit on the same machine. Where the version or the page has gone, what people were shown when they decided remains.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from classifier.blocks import Reason, Verdict
from classifier.card import Thresholds
from classifier.errors import ModelError, NotFoundError
from classifier.model import Model
from classifier.store.database import Database
from classifier.store.queue import QueuedPage, read_pages
from classifier.store.schema import decisions, pages
from classifier.store.text_history import Said, read_said
from classifier.text import fingerprint
from classifier.verdict_ids import VerdictId

_RECALLED = 20  # decisions, where the page has gone


@dataclass(frozen=True, slots=True)
class Explained:
    """A verdict with all that led to it."""

    verdict: Verdict  # with every reason
    limits: Thresholds  # of the version, for a page of that size

    @property
    def words(self) -> tuple[Reason, ...]:
        """The contributions of the block's words, in reading order."""
        return tuple(reason for reason in self.verdict.reasons if reason.span)

    @property
    def facts(self) -> tuple[Reason, ...]:
        """The contributions of what is said of the block and its page, and the prior."""
        return tuple(reason for reason in self.verdict.reasons if not reason.span)

    @property
    def log_odds(self) -> float:
        """The sum of all contributions: the natural log-odds of the score."""
        return math.fsum(reason.weight for reason in self.verdict.reasons)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one verdict."""

    id: VerdictId
    page: QueuedPage | None  # None when it is in the queue no more
    then: Explained | None  # None when its page or its version has gone
    today: Explained | None  # by the current version; None when the page has gone, or no version is current
    said: tuple[Said, ...]  # on the text, newest first; of a page that has gone, what may have been said
    missing: str  # a sentence on what has gone; empty when nothing has

    @property
    def differs(self) -> bool | None:
        """Whether the current version labels the block otherwise; None when that cannot be told."""
        return self.then.verdict.label != self.today.verdict.label if self.then and self.today else None


def receipt_of(
    database: Database, wanted: VerdictId, *, load: Callable[[str], Model], current: Model | None
) -> Receipt:
    """Return what is known of a verdict.

    Args:
        database: where its page was queued.
        wanted: its identity.
        load: gives a version by its name; raises ModelError when it has gone or is damaged.
        current: the current version, if there is one.

    Raises NotFoundError when its page has no such block, HomeError, BusyError.
    """
    with database.reading() as connection:
        page = _page(connection, wanted)
        said = _said(connection, wanted, page)
    judge = current if current and current.card.version == wanted.version else _loaded(load, wanted.version)
    return Receipt(
        id=wanted,
        page=page,
        then=_explained(judge, page, wanted.position),
        today=_explained(current, page, wanted.position),
        said=said,
        missing=_missing(wanted, page, judge),
    )


def _page(connection: sa.Connection, wanted: VerdictId) -> QueuedPage | None:
    begins = pages.c.content.between(wanted.page, wanted.page + "g")  # "g" comes after every hexadecimal digit
    number = connection.scalar(sa.select(pages.c.id).where(begins).limit(1))
    if number is None:
        return None
    (page,) = read_pages(connection, [number])
    if wanted.position >= len(page.page.blocks):
        raise NotFoundError(
            f"{wanted}: its page has {len(page.page.blocks):,} blocks, counted from 0, and none at {wanted.position}"
        )
    return page


def _said(connection: sa.Connection, wanted: VerdictId, page: QueuedPage | None) -> tuple[Said, ...]:
    """Return the decisions on the text; of a page that has gone, those that were shown such a verdict on such a page.

    Which of them was of this very page cannot be told: decisions hold no digest of their page.
    """
    if page:
        return read_said(connection, decisions.c.fingerprint == fingerprint(page.page.blocks[wanted.position].text))
    shown = sa.and_(decisions.c.shown_model == wanted.version, decisions.c.position == wanted.position)
    there = sa.exists().where(pages.c.address == decisions.c.address)
    return read_said(connection, shown, ~there, limit=_RECALLED)


def _loaded(load: Callable[[str], Model], version: str) -> Model | None:
    try:
        return load(version)
    except ModelError:
        return None


def _explained(judge: Model | None, page: QueuedPage | None, position: int) -> Explained | None:
    if judge is None or page is None:
        return None
    found = page.page.blocks
    verdicts = judge.classify(found, explain=range(position, position + 1))
    return Explained(verdicts[position], judge.limits(len(found)))


def _missing(wanted: VerdictId, page: QueuedPage | None, judge: Model | None) -> str:
    gone = []
    if page is None:
        gone.append(f"no page of the queue has the digest {wanted.page}, so it was dropped, or never here")
    if judge is None:
        gone.append(f"version {wanted.version} is not on this disk any more, or is damaged")
    return f"{wanted}: {', and '.join(gone)}; bring back what has gone to see it" if gone else ""
