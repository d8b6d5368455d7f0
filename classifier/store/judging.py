"""The verdicts of the current model version, stored with each page so that the queue can be ordered and counted.

They are a copy that any version can make anew: :func:`judge_stale` does so for pages that another version judged.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Verdict
from classifier.model import Model
from classifier.store.campaigns import Run, replace_runs
from classifier.store.database import Database
from classifier.store.queue import QueuedPage, read_pages
from classifier.store.schema import blocks, pages
from classifier.store.summaries import refresh_pages

_PAGES_AT_ONCE = 20  # in one transaction, so that a moderator's decision never waits long


def judge_stale(database: Database, model: Model, *, limit: int = _PAGES_AT_ONCE) -> int:
    """Judge up to `limit` pages that this model version has not judged yet, and return how many it were."""
    version = model.card.version
    stale = sa.select(pages.c.id).where(_not_judged_by(version)).limit(limit)
    with database.reading() as connection:
        found = read_pages(connection, list(connection.scalars(stale)))
    judge_pages(database, model, found)
    return len(found)


def count_stale(database: Database, version: str) -> int:
    """Return how many pages this version has not judged yet."""
    stale = sa.select(sa.func.count()).select_from(pages).where(_not_judged_by(version))
    with database.reading() as connection:
        return int(connection.execute(stale).scalar_one())


def judge_numbered(
    database: Database, model: Model, page_ids: Sequence[int], *, progress: Callable[[str, int, int], None]
) -> None:
    """Judge some pages by their numbers, part by part; `progress` is told (what, pages done, pages)."""
    for start in range(0, len(page_ids), _PAGES_AT_ONCE):
        with database.reading() as connection:
            found = read_pages(connection, page_ids[start : start + _PAGES_AT_ONCE])
        judge_pages(database, model, found)
        progress("pages judged", min(start + _PAGES_AT_ONCE, len(page_ids)), len(page_ids))


def judge_pages(database: Database, model: Model, found: Sequence[QueuedPage]) -> None:
    """Store what `model` says of some pages, together; one that was dropped or replaced meanwhile is left."""
    judged = {queued.id: (queued, model.classify(queued.page.blocks, explain=False)) for queued in found}
    if not judged:
        return
    with database.writing() as connection:
        now = connection.execute(sa.select(pages.c.id, pages.c.content).where(pages.c.id.in_(list(judged)))).all()
        there = sorted(row.id for row in now if row.content == judged[row.id][0].content)
        for queued, verdicts in (judged[number] for number in there):
            _record(connection, queued, verdicts, model)
        replace_runs(connection, [(judged[number][0], _runs(*judged[number])) for number in there])
        refresh_pages(connection, there)


def runs_of(called_filler: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the first and last position of each run of blocks that are called filler, in reading order."""
    spots = [(filler, position) for position, filler in enumerate(called_filler)]
    stretches = [
        [position for _filler, position in group] for filler, group in groupby(spots, lambda s: s[0]) if filler
    ]
    return [(stretch[0], stretch[-1]) for stretch in stretches]


def doubt_of(score: float, threshold: float) -> float:
    """Return how doubtful a score is: 1 at the threshold, falling to 0 at the scores 0 and 1."""
    return min(score / threshold if threshold else 1.0, (1 - score) / (1 - threshold) if threshold < 1 else 1.0)


def _not_judged_by(version: str) -> "sa.ColumnElement[bool]":
    return sa.or_(pages.c.model.is_(None), pages.c.model != version)


def _record(connection: sa.Connection, queued: QueuedPage, verdicts: Sequence[Verdict], model: Model) -> None:
    threshold = model.threshold(len(verdicts))
    rows = [
        {
            "page": queued.id,
            "at": block.position,
            "label": verdict.label,
            "score": verdict.score,
            "needs_review": verdict.needs_review,
            "doubt": 0.0 if verdict.label == "boilerplate" else doubt_of(verdict.score, threshold),
        }
        for block, verdict in zip(queued.page.blocks, verdicts, strict=True)
    ]
    here = sa.and_(blocks.c.page_id == sa.bindparam("page"), blocks.c.position == sa.bindparam("at"))
    values: dict[str, Any] = {name: sa.bindparam(name) for name in ("label", "score", "needs_review", "doubt")}
    connection.execute(sa.update(blocks).where(here).values(values), rows)
    connection.execute(sa.update(pages).where(pages.c.id == queued.id).values(model=model.card.version))


def _runs(queued: QueuedPage, verdicts: Sequence[Verdict]) -> list[Run]:
    called = [queued.called(position, verdict.label) for position, verdict in enumerate(verdicts)]
    return [Run(first, last) for first, last in runs_of([label == "filler" for label in called])]
