"""What the version in the shadow says of the queue's pages: stored apart, compared with the current version's, unseen.

Like the current version's verdicts they are a copy that can be made anew at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from classifier.flips import Flip
from classifier.model import Model
from classifier.store.compared_pages import StoredPage, campaign_here, stored_pages
from classifier.store.database import Database
from classifier.store.learning_schema import shadow_verdicts
from classifier.store.schema import blocks, pages, runs

_PAGES_AT_ONCE = 20  # in one transaction, so that a moderator's decision never waits long
_IDLE_LOOKS = 150  # with nothing to judge, five minutes of a running desk


@dataclass(frozen=True, slots=True)
class StoredFlips:
    """What the stored verdicts of the current version and of the shadow differ in."""

    pages: int  # that both have judged
    blocks: int  # on them
    flips: tuple[Flip, ...]


class Shadowing:
    """A version's way through the queue in the shadow, page after page.

    What it has passed it does not look through again, but for every so many looks that find nothing: then it begins
    anew, for the number of a dropped page may be given to another.
    """

    def __init__(self, database: Database, *, looks: int = _IDLE_LOOKS) -> None:
        """Take after how many `looks` that find nothing it begins anew."""
        self._database, self._looks = database, looks
        self._version, self._passed, self._idle = "", 0, 0

    def judge(self, model: Model, *, limit: int = _PAGES_AT_ONCE) -> int:
        """Judge up to `limit` pages that this version has not judged yet, and return how many it were."""
        if model.card.version != self._version or self._idle >= self._looks:
            self._version, self._passed, self._idle = model.card.version, 0, 0
        with self._database.reading() as connection:
            newest = connection.scalar(sa.select(sa.func.max(pages.c.id))) or 0
            found = list(connection.scalars(_unjudged(self._version, self._passed).limit(limit)))
        judge_numbered_in_shadow(self._database, model, found)
        self._passed = found[-1] if found else newest
        self._idle = 0 if found else self._idle + 1
        return len(found)


def judge_numbered_in_shadow(database: Database, model: Model, page_ids: Sequence[int]) -> None:
    """Judge some pages in the shadow by their numbers, part by part; one that is not there is left."""
    for start in range(0, len(page_ids), _PAGES_AT_ONCE):
        found = stored_pages(database, page_ids[start : start + _PAGES_AT_ONCE])
        judged = {page.id: (page, _rows(page, model)) for page in found}
        with database.writing() as connection:
            now = connection.execute(sa.select(pages.c.id, pages.c.content).where(pages.c.id.in_(list(judged)))).all()
            there = [row.id for row in now if row.content == judged[row.id][0].content]
            connection.execute(sa.delete(shadow_verdicts).where(shadow_verdicts.c.page_id.in_(there)))
            for number in there:
                connection.execute(sa.insert(shadow_verdicts), judged[number][1])


def count_in_shadow(database: Database, version: str) -> int:
    """Return how many pages of the queue a version has judged in the shadow."""
    counted = sa.select(sa.func.count()).select_from(pages.join(shadow_verdicts)).where(*_judged_by(version))
    with database.reading() as connection:
        return int(connection.execute(counted).scalar_one())


def stored_flips(database: Database, current: str, shadow: str) -> StoredFlips:
    """Return what flips from the stored verdicts of `current` to those of `shadow`, on the pages both have judged."""
    both = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(pages.c.blocks), 0)).select_from(
        pages.join(shadow_verdicts)
    )
    with database.reading() as connection:
        counted = connection.execute(both.where(pages.c.model == current, *_judged_by(shadow))).one()
        found = connection.execute(_flips(current, shadow)).all()
    flips = tuple(
        Flip(
            address=row.address,
            site=row.site,
            position=row.position,
            text=row.text,
            before=row.label,
            after=row.shadow_label,
            score_before=row.score,
            score_after=row.shadow_score,
            campaign=row.campaign_id,
        )
        for row in found
    )
    return StoredFlips(int(counted[0]), int(counted[1]), flips)


def _flips(current: str, shadow: str) -> "sa.Select[tuple[object, ...]]":
    same = sa.and_(blocks.c.page_id == shadow_verdicts.c.page_id, blocks.c.position == shadow_verdicts.c.position)
    return (
        sa.select(
            *(pages.c.address, pages.c.site, blocks.c.position, blocks.c.text, blocks.c.label, blocks.c.score),
            shadow_verdicts.c.label.label("shadow_label"),
            shadow_verdicts.c.score.label("shadow_score"),
            runs.c.campaign_id,
        )
        .select_from(shadow_verdicts)
        .join(blocks, same)
        .join(pages, pages.c.id == blocks.c.page_id)
        .outerjoin(runs, campaign_here())
        .where(pages.c.model == current, shadow_verdicts.c.model == shadow)
        .where(blocks.c.label != shadow_verdicts.c.label)
    )


def _unjudged(version: str, passed: int) -> "sa.Select[Any]":
    begun = sa.select(shadow_verdicts.c.page_id).where(*_judged_by(version)).exists()
    return sa.select(pages.c.id).where(pages.c.id > passed, ~begun).order_by(pages.c.id)


def _judged_by(version: str) -> tuple["sa.ColumnElement[bool]", ...]:
    # a page is judged whole: its first block tells
    own = shadow_verdicts.c.page_id == pages.c.id
    return own, shadow_verdicts.c.position == 0, shadow_verdicts.c.model == version


def _rows(page: StoredPage, model: Model) -> list[dict[str, object]]:
    verdicts = model.classify(page.blocks, explain=False)
    return [
        {
            "page_id": page.id,
            "position": position,
            "model": model.card.version,
            "label": verdict.label,
            "score": verdict.score,
        }
        for position, verdict in enumerate(verdicts)
    ]
