"""Every act of a database, with its undoing and redoing, oldest first, as records that another database can take in."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from classifier.store.act_records import ActRecord, DecisionRecord, Names, PinRecord, when_told
from classifier.store.database import Database
from classifier.store.learning_schema import pins
from classifier.store.schema import acts, decisions

_ACTS_AT_ONCE = 500
_COPIED = tuple(field.name for field in fields(DecisionRecord))


def export_acts(database: Database) -> Iterator[ActRecord]:
    """Yield every act there is now, oldest first. Raises HomeError or BusyError, before the first or on the way."""
    reader = Reader()
    with database.reading() as connection:
        newest = connection.scalar(sa.select(sa.func.max(acts.c.id))) or 0
    while reader.newest < newest:
        with database.reading() as connection:
            part = reader.part(connection, newest)
        yield from (record for _number, record in part)


class Reader:
    """Reads acts as records, part by part."""

    def __init__(self) -> None:
        self._names = Names()
        self.newest = 0  # number of the last act that was read
        self.named: dict[int, str] = {}  # names by number, at least of acts that others toggle

    def part(self, connection: sa.Connection, last: int) -> list[tuple[int, ActRecord]]:
        """Return the next acts with their numbers, up to the number `last`; none after it."""
        query = sa.select(acts).where(acts.c.id > self.newest, acts.c.id <= last).order_by(acts.c.id)
        rows = connection.execute(query.limit(_ACTS_AT_ONCE)).all()
        if not rows:
            return []
        ends = (rows[0].id, rows[-1].id)
        said: dict[int, list[DecisionRecord]] = {}
        of_part = sa.select(decisions).where(decisions.c.act_id.between(*ends))
        for row in connection.execute(of_part.order_by(decisions.c.id)):
            said.setdefault(row.act_id, []).append(DecisionRecord(*(getattr(row, name) for name in _COPIED)))
        of_acts = sa.select(pins.c.act_id, pins.c.reason, pins.c.texts).where(pins.c.act_id.between(*ends))
        pinned = {row.act_id: PinRecord(row.reason, tuple(row.texts)) for row in connection.execute(of_acts)}
        toggled = set(connection.scalars(sa.select(acts.c.toggles).where(acts.c.toggles.between(*ends))))
        return [
            (row.id, self._record(row, said.get(row.id, []), pinned.get(row.id), row.id in toggled)) for row in rows
        ]

    def _record(self, row: Any, said: list[DecisionRecord], pin: PinRecord | None, toggled: bool) -> ActRecord:
        self.newest = row.id
        record = self._names.named(
            ActRecord(
                id="",
                person=row.person,
                acted_at=when_told(row.acted_at),
                kind=row.kind,
                toggles=self.named[row.toggles] if row.toggles else None,
                form=row.form or None,
                page=row.page_id,
                campaign=row.campaign_id,
                decisions=tuple(said),
                settles=row.settles,
                blind=row.blind,
                pin=pin,
            )
        )
        if toggled:
            self.named[row.id] = record.id
        return record
