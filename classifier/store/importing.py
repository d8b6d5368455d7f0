"""Acts from other databases into this one: those that are not here yet, all of them or none."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from classifier.errors import InputError
from classifier.store.act_files import read_acts
from classifier.store.act_records import ActRecord, Names, when_meant
from classifier.store.database import Database
from classifier.store.decisions import fold, times_toggled
from classifier.store.exchange import Reader
from classifier.store.learning_schema import pins
from classifier.store.queries import in_parts
from classifier.store.schema import acts, decisions, texts

_ACTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    acts: int  # added
    decisions: int  # added with them
    known: int  # acts of the files that were here already
    overruled: int  # texts with another ruling than before; those that had none do not count


def import_acts(database: Database, paths: Sequence[str]) -> Imported:
    """Add the acts in some files that are not here yet, all or none; what they say counts as said now, in their order.

    An act is here when one with the same facts is. Of what was taken back or done again here and elsewhere the newest
    counts, or what was done knowing of the other; what would change nothing is not added.
    Raises InputError naming file and row, HomeError, BusyError.
    """
    here = _Here()
    with database.reading() as connection:  # most of the reading, while moderators can still decide
        here.read(connection)
    with database.writing() as connection:
        here.read(connection)
        adding = _Import(connection, here.numbers)
        for path in paths:
            adding.add_file(read_acts(path), source="<stdin>" if path == "-" else Path(path).name)
        return adding.finished()


class _Here:
    """The acts that are here, by name."""

    def __init__(self) -> None:
        self._reader = Reader()
        self.numbers: dict[str, int] = {}

    def read(self, connection: sa.Connection) -> None:
        """Read what was added since the last time."""
        newest = connection.scalar(sa.select(sa.func.max(acts.c.id))) or 0
        while part := self._reader.part(connection, newest):
            self._reader.named |= {number: record.id for number, record in part}
            self.numbers |= {record.id: number for number, record in part}


@dataclass(slots=True)
class _Toggles:
    """How often an act was toggled here, and how far a file that is being read knows of that."""

    last: int | None  # number of the newest toggle here
    acted_at: datetime | None  # of that one
    away: bool  # the act is taken back here
    met: bool  # the file knows the newest toggle here: what it says further on comes after it
    held: ActRecord | None = None  # newest toggle of the file, not here and made without knowing of the newest one here

    def overruled(self) -> bool:
        """Tell whether the toggle that is held is newer than the newest one here; the same on both sides."""
        if self.held is None or self.met or self.acted_at is None:
            return False
        return (when_meant(self.held.acted_at), self.held.kind == "undo") > (self.acted_at, self.away)


class _Import:
    """Adds acts in a transaction that is under way."""

    def __init__(self, connection: sa.Connection, numbers: dict[str, int]) -> None:
        self._connection, self._numbers = connection, numbers
        self._pending: dict[str, tuple[str, ActRecord]] = {}  # by name, with their places
        self._texts: set[str] = set()
        self._toggled: dict[int, _Toggles] = {}  # by the number of the act that the file at hand toggles
        self._acts = self._decisions = self._seen = 0

    def add_file(self, found: Iterable[tuple[str, ActRecord]], *, source: str) -> None:
        """Add what is not here of one file. Raises InputError."""
        names = Names()
        for place, record in found:
            named = names.named(record)
            if record.id not in ("", named.id):
                raise InputError(
                    f"{place}: its id does not fit, so it was changed since its export; export it again, or leave the "
                    "id empty to import it as it is"
                )
            self._add(place, named, source)
            if len(self._pending) == _ACTS_AT_ONCE:
                self._flush(source)
        self._flush(source)
        for target, toggles in self._toggled.items():
            if toggles.held and toggles.overruled():
                self._take(toggles.held, target, source)
        self._toggled.clear()

    def finished(self) -> Imported:
        """Derive what stands now, and tell what was done."""
        before = self._rulings()
        fold(self._connection, self._texts)
        after = self._rulings()
        overruled = sum(ruling is not None and after[text] != ruling for text, ruling in before.items())
        return Imported(self._acts, self._decisions, self._seen - self._acts, overruled)

    def _add(self, place: str, record: ActRecord, source: str) -> None:
        self._seen += 1
        if record.toggles:
            self._flush(source)
            self._toggle(place, record, source)
        elif record.id not in self._numbers and record.id not in self._pending:
            self._pending[record.id] = (place, record)

    def _toggle(self, place: str, record: ActRecord, source: str) -> None:
        target = self._numbers.get(record.toggles or "")
        if target is None or (toggles := self._toggles(target)) is None:
            raise InputError(
                f"{place}: {record.kind} of {record.toggles}, which is no decision here or further up in the files; "
                "import the whole export"
            )
        number = self._numbers.get(record.id)
        if number is not None:
            toggles.met, toggles.held = toggles.met or number == toggles.last, None
        elif toggles.met:
            self._take(record, target, source)
        else:
            toggles.held = record

    def _toggles(self, target: int) -> _Toggles | None:
        """Return what the file at hand meets in an act; None when that toggles one itself."""
        if target not in self._toggled:
            state = sa.select(acts.c.toggles, times_toggled(acts.c.id) % 2).where(acts.c.id == target)
            toggled, away = self._connection.execute(state).one()
            if toggled:
                return None
            newest = sa.select(acts.c.id, acts.c.acted_at).where(acts.c.toggles == target).order_by(acts.c.id.desc())
            last, acted_at = self._connection.execute(newest.limit(1)).one_or_none() or (None, None)
            self._toggled[target] = _Toggles(last, acted_at, bool(away), last is None)
        return self._toggled[target]

    def _take(self, record: ActRecord, target: int, source: str) -> None:
        """Add a toggle, unless the act is already as it leaves it: two undos would cancel each other out."""
        toggles = self._toggled[target]
        if (record.kind == "undo") == toggles.away:
            return
        toggles.away = not toggles.away
        (self._numbers[record.id],) = self._insert([record], source, target)
        of_act = sa.select(decisions.c.fingerprint).where(decisions.c.act_id == target)
        self._texts.update(self._connection.scalars(of_act))

    def _flush(self, source: str) -> None:
        records = [record for _place, record in self._pending.values()]
        if not records:
            return
        self._refuse_forms()
        numbers = self._insert(records, source)
        self._numbers |= zip(self._pending, numbers, strict=True)
        said = [
            {**asdict(one), "act_id": number}
            for record, number in zip(records, numbers, strict=True)
            for one in record.decisions
        ]
        if said:
            self._connection.execute(sa.insert(decisions), said)
        pinned = [_pin_row(record, number) for record, number in zip(records, numbers, strict=True) if record.pin]
        if pinned:
            self._connection.execute(sa.insert(pins), pinned)
        self._decisions += len(said)
        self._texts.update(row["fingerprint"] for row in said)
        self._pending.clear()

    def _insert(self, records: Sequence[ActRecord], source: str, target: int | None = None) -> list[int]:
        """Insert acts that toggle `target`, or none, and return their numbers."""
        rows: list[dict[str, Any]] = [
            {
                "person": record.person,
                "acted_at": when_meant(record.acted_at),
                "kind": record.kind,
                "form": record.form,
                "toggles": target,
                "page_id": record.page,
                "campaign_id": record.campaign,
                "source": source,
                "settles": record.settles,
                "blind": record.blind,
            }
            for record in records
        ]
        numbered = sa.insert(acts).returning(acts.c.id, sort_by_parameter_order=True)
        self._acts += len(rows)
        return list(self._connection.scalars(numbered, rows))

    def _refuse_forms(self) -> None:
        forms: set[str] = set()
        given = [record.form for _place, record in self._pending.values() if record.form]
        for part in in_parts(given):
            forms |= set(self._connection.scalars(sa.select(acts.c.form).where(acts.c.form.in_(part))))
        for place, record in self._pending.values():
            if record.form and record.form in forms:
                raise InputError(f"{place}: form {record.form} is another act's; import the export as it was made")
            forms.add(record.form or "")

    def _rulings(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for part in in_parts(sorted(self._texts)):
            of_part = sa.select(texts.c.fingerprint, texts.c.ruling).where(texts.c.fingerprint.in_(part))
            found |= dict(self._connection.execute(of_part).all())
        return found


def _pin_row(record: ActRecord, act_id: int) -> dict[str, Any]:
    (said,) = record.decisions
    assert record.pin  # noqa: S101 - what the caller chose it by
    return {
        "act_id": act_id,
        "fingerprint": said.fingerprint,
        "label": said.ruling,
        "reason": record.pin.reason,
        "address": said.address,
        "site": said.site,
        "texts": list(record.pin.texts),
        "position": said.position,
    }
