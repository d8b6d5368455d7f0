"""Acts that come with files, into a transaction: those that are not here yet, in the order of the files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.errors import InputError
from classifier.store.act_records import ActRecord, Names, decision_facts, when_meant
from classifier.store.decisions import times_toggled
from classifier.store.exchange import Reader
from classifier.store.learning_schema import pins
from classifier.store.queries import in_parts
from classifier.store.schema import acts, decisions

_ACTS_AT_ONCE = 500


class Here:
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


class Adding:
    """Adds acts in a transaction that is under way."""

    def __init__(self, connection: sa.Connection, numbers: dict[str, int], number: Callable[[], int]) -> None:
        """Take the numbers of the acts that are here, by name, and what gives the number of the import."""
        self._connection, self._numbers, self._number = connection, numbers, number
        self._pending: dict[str, tuple[str, ActRecord]] = {}  # by name, with their places
        self._toggled: dict[int, _Toggles] = {}  # by the number of the act that the file at hand toggles
        self.texts: set[str] = set()  # fingerprints of those that something new was said of
        self.acts = self.decisions = self.seen = 0  # added, added, met in the files

    def add(self, found: Iterable[tuple[str, ActRecord]], *, source: str) -> None:
        """Add what is not here of the acts of one file. Raises InputError."""
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

    def _add(self, place: str, record: ActRecord, source: str) -> None:
        self.seen += 1
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
        self.texts.update(self._connection.scalars(of_act))

    def _flush(self, source: str) -> None:
        records = [record for _place, record in self._pending.values()]
        if not records:
            return
        self._refuse_forms()
        numbers = self._insert(records, source)
        self._numbers |= zip(self._pending, numbers, strict=True)
        said = [
            {**decision_facts(one), "act_id": number}
            for record, number in zip(records, numbers, strict=True)
            for one in record.decisions
        ]
        if said:
            self._connection.execute(sa.insert(decisions), said)
        pinned = [_pin_row(record, number) for record, number in zip(records, numbers, strict=True) if record.pin]
        if pinned:
            self._connection.execute(sa.insert(pins), pinned)
        self.decisions += len(said)
        self.texts.update(row["fingerprint"] for row in said)
        self._pending.clear()

    def _insert(self, records: Sequence[ActRecord], source: str, target: int | None = None) -> list[int]:
        """Insert acts that toggle `target`, or none, and return their numbers."""
        number = self._number()
        rows: list[dict[str, Any]] = [
            {
                "import_id": number,
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
        self.acts += len(rows)
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
