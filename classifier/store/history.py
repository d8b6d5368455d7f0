"""Taking acts back and doing them again, without limit, and the list of what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from classifier.errors import ConflictError
from classifier.store.acted import noted
from classifier.store.database import Database
from classifier.store.decisions import Ruling, fold, times_toggled
from classifier.store.learning_schema import pins
from classifier.store.schema import acts, decisions

Toggle = Literal["undo", "redo"]


@dataclass(frozen=True, slots=True)
class Toggled:
    """An act that was taken back or done again."""

    act: int  # its number
    kind: str  # 'block', 'run', 'page' or 'campaign'
    texts: int  # on which it decided
    ruling: Ruling | None  # if it was the same on all
    page_id: int | None  # where the person was; None for an act that was imported
    position: int | None  # of its first block
    pinned: bool  # it made a test as well


def undo(database: Database, *, person: str, now: datetime, act: int | None = None) -> Toggled | None:
    """Take back the newest standing act that `person` made here, or the `act` named; None when there is none.

    Raises ConflictError when the act named is another person's, or is taken back already.
    """
    return _toggle(database, "undo", person=person, now=now, act=act)


def redo(database: Database, *, person: str, now: datetime) -> Toggled | None:
    """Do again what `person` took back last, unless they decided something since; None when there is nothing."""
    return _toggle(database, "redo", person=person, now=now, act=None)


def _toggle(database: Database, kind: Toggle, *, person: str, now: datetime, act: int | None) -> Toggled | None:
    with database.writing() as connection:
        target = _named(connection, act, person) if act else _last(connection, kind, person)
        if target is None:
            return None
        row = {"person": person, "acted_at": now, "kind": kind, "toggles": target, "source": ""}
        noted(int(connection.execute(sa.insert(acts).returning(acts.c.id), row).scalar_one()))
        of_act = sa.select(decisions).where(decisions.c.act_id == target).order_by(decisions.c.id)
        found = connection.execute(of_act).all()
        fold(connection, [row.fingerprint for row in found])
        pinned = connection.execute(sa.select(pins.c.id).where(pins.c.act_id == target)).first()
        what = connection.execute(sa.select(acts).where(acts.c.id == target)).one()
    return Toggled(
        act=target,
        kind=what.kind,
        texts=len(found),
        ruling=_one({row.ruling for row in found}),
        page_id=None if what.source else what.page_id,
        position=min((row.position for row in found), default=None),
        pinned=pinned is not None,
    )


def _named(connection: sa.Connection, act: int, person: str) -> int:
    query = sa.select(acts.c.person, (times_toggled(acts.c.id) % 2).label("away")).where(acts.c.id == act)
    found = connection.execute(query.where(acts.c.toggles.is_(None))).one_or_none()
    if found is None or found.person != person:
        raise ConflictError(f"act {act}: not one of yours; only who decided can take a decision back")
    if found.away:
        raise ConflictError(f"act {act}: taken back already")
    return act


def _last(connection: sa.Connection, kind: Toggle, person: str) -> int | None:
    mine = sa.and_(acts.c.person == person, acts.c.source == "")  # not what came from another desk under their name
    if kind == "undo":
        standing = sa.and_(mine, acts.c.toggles.is_(None), times_toggled(acts.c.id) % 2 == 0)
        return connection.execute(sa.select(sa.func.max(acts.c.id)).where(standing)).scalar()
    since = sa.select(sa.func.coalesce(sa.func.max(acts.c.id), 0)).where(mine, acts.c.toggles.is_(None))
    back = (
        sa.select(acts.c.toggles)
        .where(mine, acts.c.toggles.is_not(None), acts.c.id > since.scalar_subquery())
        .where(times_toggled(acts.c.toggles) % 2 == 1)
        .order_by(acts.c.id.desc())
        .limit(1)
    )
    return connection.execute(back).scalar()


def _one(rulings: set[Ruling]) -> Ruling | None:
    return next(iter(rulings)) if len(rulings) == 1 else None
