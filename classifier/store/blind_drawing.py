"""The day's blind sample: some blocks that the model removed and some that it passed, each as likely as any other.

Drawn is among the blocks that the current version judged and on whose text no ruling stands: nobody has seen the
answer. Each row keeps how many were drawn of how many, so that an answer can stand for those that were not drawn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from classifier.live import Outcome
from classifier.store.database import Database
from classifier.store.hidden import WAITING
from classifier.store.learning_schema import blind_samples
from classifier.store.page_counts import counting_pages
from classifier.store.queries import in_parts
from classifier.store.schema import blocks, pages, texts

AT_MOST_ONE_IN = 100  # blocks of an outcome: a small queue is not hidden from those who work on it
_FEW = 10_000  # blocks to draw from, up to which they are listed; more are found by trying numbers
_TRIED_AT_ONCE = 500
_CALLED_FILLER = blocks.c.label == "filler"


@dataclass(frozen=True, slots=True)
class SampleSizes:
    """How many blocks to draw a day, at most; together no more than can wait."""

    removed: int = 10
    passed: int = 20

    def of(self, outcome: Outcome) -> int:
        """Return the number for one outcome."""
        return self.removed if outcome == "removed" else self.passed


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Blocks drawn of one outcome."""

    outcome: Outcome
    of: int
    rows: tuple[Any, ...]


def draw_daily(database: Database, version: str, sizes: SampleSizes, *, now: datetime, random: Random) -> int:
    """Draw the samples of the UTC day of `now`, unless that is done, and return how many were drawn.

    A drawing counts for its day and, by a clock that is ahead, for the day before: machines whose clocks differ by less
    than a day draw once a day together. One that is further ahead draws for itself once a day of its own, and one that
    is behind does not draw while others do.

    Args:
        version: the model version whose verdicts are put to the test; pages that another judged are left out.
        random: decides which blocks and in what order; the order tells nothing of the outcome.

    Raises:
        HomeError, BusyError: nothing was drawn.
    """
    with database.reading() as connection:  # counting takes seconds in a large queue: nobody should wait for it
        if _drawn_on(connection, now.date()):
            return 0
        counted = _count(connection, version)
    with database.writing() as connection:
        if _drawn_on(connection, now.date()):
            return 0
        drawn = [
            _draw(
                connection, version, outcome, of=of, wanted=min(sizes.of(outcome), of // AT_MOST_ONE_IN), random=random
            )
            for outcome, of in counted.items()
        ]
        return _keep(connection, drawn, version, now, random)


class DailyDrawing:
    """Draws once a day of its clock, however often it is called; what could not be drawn, the next call tries again."""

    def __init__(self, sizes: SampleSizes, *, clock: Callable[[], datetime], random: Random) -> None:
        self._sizes = sizes
        self._clock = clock
        self._random = random
        self._done: date | None = None

    def __call__(self, database: Database, version: str) -> None:
        """Draw what is to be drawn today of the pages that `version` judged. Raises HomeError or BusyError."""
        now = self._clock()
        if now.date() != self._done:
            draw_daily(database, version, self._sizes, now=now, random=self._random)
            self._done = now.date()


def _drawn_on(connection: sa.Connection, day: date) -> bool:
    begin = datetime.combine(day, time())
    there = sa.select(blind_samples.c.id).where(
        blind_samples.c.drawn_at >= begin, blind_samples.c.drawn_at < begin + timedelta(days=2)
    )
    return connection.execute(there.limit(1)).first() is not None


def _count(connection: sa.Connection, version: str) -> dict[Outcome, int]:
    """Return of each outcome how many blocks may be drawn, in one reading of all blocks."""
    removed = sa.func.coalesce(sa.func.sum(sa.case((_CALLED_FILLER, 1), else_=0)), 0).label("removed")
    counted = sa.select(removed, sa.func.count().label("every")).select_from(blocks.join(pages))
    found = connection.execute(counted.where(*_eligible(version))).one()
    return {"removed": found.removed, "passed": found.every - found.removed}


def _eligible(version: str) -> "list[sa.ColumnElement[bool]]":
    """Return what holds of a block that may be drawn: nobody has seen its answer, or is asked for it already."""
    ruled = sa.exists().where(texts.c.fingerprint == blocks.c.fingerprint, texts.c.ruling.is_not(None))
    seen = sa.select(blind_samples.c.fingerprint).where(sa.or_(WAITING, blind_samples.c.act_id.is_not(None)))
    judged = sa.func.coalesce(pages.c.model, "") == version  # no range of an index: most pages are
    return [judged, ~ruled, blocks.c.fingerprint.not_in(seen)]


def _draw(connection: sa.Connection, version: str, outcome: Outcome, *, of: int, wanted: int, random: Random) -> _Drawn:
    """Draw blocks of different texts; fewer than `wanted` where there are no more."""
    of_pages = sa.select(blocks, pages.c.address, pages.c.site).select_from(blocks.join(pages))
    query = of_pages.where(_CALLED_FILLER if outcome == "removed" else ~_CALLED_FILLER, *_eligible(version))
    found = _one_by_one(connection, query, random) if of <= _FEW else _by_trying(connection, query, random)
    by_text: dict[str, Any] = {}
    for row in found if wanted > 0 else ():
        by_text.setdefault(row.fingerprint, row)
        if len(by_text) == wanted:
            break
    return _Drawn(outcome, of, tuple(by_text.values()))


def _one_by_one(connection: sa.Connection, query: "sa.Select[Any]", random: Random) -> Iterator[Any]:
    numbers = list(connection.scalars(query.with_only_columns(blocks.c.id).order_by(blocks.c.id)))
    random.shuffle(numbers)
    for number in numbers:
        yield connection.execute(query.where(blocks.c.id == number)).one()


def _by_trying(connection: sa.Connection, query: "sa.Select[Any]", random: Random) -> Iterator[Any]:
    """Yield blocks whose numbers are thrown like dice; numbers of other blocks, and of none, are thrown again."""
    first, last = connection.execute(sa.select(sa.func.min(blocks.c.id), sa.func.max(blocks.c.id))).one()
    enough = 1 + 1_000 * (last - first) // _FEW  # to find several hundred, if there are as many texts
    for _ in range(1 + enough // _TRIED_AT_ONCE):
        thrown = [random.randint(first, last) for _ in range(_TRIED_AT_ONCE)]
        found = {row.id: row for row in connection.execute(query.where(blocks.c.id.in_(thrown)))}
        yield from (found[number] for number in thrown if number in found)


def _keep(connection: sa.Connection, drawn: "list[_Drawn]", version: str, now: datetime, random: Random) -> int:
    rows = [_row(row, part, version, now) for part in drawn for row in part.rows]
    random.shuffle(rows)  # their numbers, by which they are asked for, do not tell the outcome
    if not rows:
        return 0
    ending = sa.select(blind_samples.c.fingerprint).where(blind_samples.c.act_id.is_(None)).order_by(blind_samples.c.id)
    waiting = connection.scalars(ending.where(WAITING)).all()
    with counting_pages(connection, sorted({*waiting, *(row["fingerprint"] for row in rows)})):
        for part in in_parts(rows):
            connection.execute(sa.insert(blind_samples), part)
    return len(rows)


def _row(row: Any, drawn: _Drawn, version: str, now: datetime) -> dict[str, Any]:
    return {
        "drawn_at": now,
        "model": version,
        "outcome": drawn.outcome,
        "drawn": len(drawn.rows),
        "of": drawn.of,
        **{name: getattr(row, name) for name in ("page_id", "position", "fingerprint", "text", "address", "site")},
        **{name: getattr(row, name) for name in ("label", "score")},
    }
