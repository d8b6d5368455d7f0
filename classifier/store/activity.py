"""What people decided, newest first: acts with their decisions, filtered, in parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from classifier.store.database import Database
from classifier.store.decisions import Ruling, Scope, times_toggled
from classifier.store.learning_schema import pins
from classifier.store.schema import acts, decisions, pages

ACTS_LOOKED_AT = 100_000  # for one part, so that a rare ruling or site is never searched for without end

Whether = Literal["standing", "taken back"]
WHETHER: tuple[Whether, ...] = get_args(Whether)


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts to list; None or empty lets everything pass."""

    person: str = ""
    ruling: Ruling | None = None  # of at least one of its decisions
    site: str = ""  # of at least one of its decisions; registered domain, whole
    since: datetime | None = None  # UTC
    until: datetime | None = None  # UTC, itself not
    standing: Whether | None = None


@dataclass(frozen=True, slots=True)
class ListedAct:
    """What one key did."""

    id: int
    person: str
    acted_at: datetime  # UTC
    kind: Scope
    source: str  # the import it came with, or empty
    standing: bool  # else it is taken back
    rulings: tuple[tuple[Ruling, int], ...]  # on how many texts, most first; none when it decided nothing
    text: str  # of its first decision, as the person saw it
    fingerprint: str  # of that text
    address: str
    site: str
    position: int | None  # of that text on its page
    page_id: int | None  # of that page if it is still in the queue
    pinned: bool  # it made a test as well

    @property
    def texts(self) -> int:
        """On how many texts it decided."""
        return sum(count for _ruling, count in self.rulings)


@dataclass(frozen=True, slots=True)
class ActPart:
    """Some acts, newest first."""

    acts: tuple[ListedAct, ...]
    older: int | None  # where the next part begins: acts before this number; None when this is the last


def list_acts(database: Database, wanted: ActFilter, *, before: int | None = None, limit: int) -> ActPart:
    """Return up to `limit` acts numbered below `before`; fewer, or none, when those that pass are far between."""
    with database.reading() as connection:
        begin, last = _range(connection, wanted, before)
        end = max(begin - ACTS_LOOKED_AT, last)
        found = connection.execute(_listed(wanted, begin, end, limit)).all()
        told = _told(connection, [row.id for row in found])
    older = found[-1].id if len(found) == limit else end
    return ActPart(tuple(_act(row, told.get(row.id, [])) for row in found), older if older > last else None)


def people_who_decided(database: Database) -> list[str]:
    """Return everybody who ever decided, by name."""
    with database.reading() as connection:
        return list(_names(connection))


def _names(connection: sa.Connection) -> Iterable[str]:
    # one look into the index a person: SELECT DISTINCT would read every act
    name = connection.scalar(sa.select(sa.func.min(acts.c.person)))
    while name is not None:
        yield name
        name = connection.scalar(sa.select(sa.func.min(acts.c.person)).where(acts.c.person > name))


def _range(connection: sa.Connection, wanted: ActFilter, before: int | None) -> tuple[int, int]:
    """Return the numbers between which acts can pass: below the first, not below the second."""
    newest = sa.select(sa.func.max(acts.c.id))
    begin = connection.scalar(newest.where(acts.c.acted_at < wanted.until) if wanted.until else newest) or 0
    oldest = sa.select(sa.func.min(acts.c.id))
    last = connection.scalar(oldest.where(acts.c.acted_at >= wanted.since)) if wanted.since else 1
    begin = min(begin + 1, before or begin + 1)
    return begin, begin if last is None else last


def _listed(wanted: ActFilter, begin: int, end: int, limit: int) -> "sa.Select[Any]":
    standing = (times_toggled(acts.c.id) % 2 == 0).label("standing")
    here = sa.and_(acts.c.id < begin, acts.c.id >= end, acts.c.toggles.is_(None))
    pinned = sa.exists().where(pins.c.act_id == acts.c.id).label("pinned")
    listed = sa.select(acts, standing, pinned).where(here, *_conditions(wanted))
    return listed.order_by(acts.c.id.desc()).limit(limit)


def _conditions(wanted: ActFilter) -> "list[sa.ColumnElement[bool]]":
    of_act = decisions.c.act_id == acts.c.id
    away = times_toggled(acts.c.id) % 2
    passing: dict[str, Any] = {
        "person": lambda person: acts.c.person == person,
        "ruling": lambda ruling: sa.exists().where(of_act, decisions.c.ruling == ruling),
        "site": lambda site: sa.exists().where(of_act, decisions.c.site == site),
        "since": lambda since: acts.c.acted_at >= since,
        "until": lambda until: acts.c.acted_at < until,
        "standing": lambda standing: away == (0 if standing == "standing" else 1),
    }
    given = {name: getattr(wanted, name) for name in passing}
    return [passing[name](value) for name, value in given.items() if value]


def _told(connection: sa.Connection, numbers: Sequence[int]) -> "dict[int, list[Any]]":
    """Return of each act its rulings: on how many texts, and the first of them; the first text first."""
    counted = (
        sa.select(decisions.c.ruling, sa.func.count().label("texts"), sa.func.min(decisions.c.id).label("first"))
        .where(decisions.c.act_id.in_(numbers))
        .group_by(decisions.c.act_id, decisions.c.ruling)
        .subquery()
    )
    where = (pages.c.id == acts.c.page_id, pages.c.address == decisions.c.address, acts.c.source == "")
    told = (
        sa.select(decisions, counted.c.texts, pages.c.id.label("page"))
        .join(counted, counted.c.first == decisions.c.id)
        .join(acts, acts.c.id == decisions.c.act_id)
        .outerjoin(pages, sa.and_(*where))
        .order_by(decisions.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in connection.execute(told):
        found.setdefault(row.act_id, []).append(row)
    return found


def _act(row: Any, told: "list[Any]") -> ListedAct:
    first = told[0] if told else None
    return ListedAct(
        id=row.id,
        person=row.person,
        acted_at=row.acted_at,
        kind=row.kind,
        source=row.source,
        standing=row.standing,
        rulings=tuple(sorted(((one.ruling, one.texts) for one in told), key=lambda pair: -pair[1])),
        text=first.text if first else "",
        fingerprint=first.fingerprint if first else "",
        address=first.address if first else "",
        site=first.site if first else "",
        position=first.position if first else None,
        page_id=first.page if first else None,
        pinned=row.pinned,
    )
