"""Acts and pages from files into a database: those that are not here yet, all or none; the imports there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from classifier.blocks import Page
from classifier.store.adding_acts import Adding, Here
from classifier.store.database import Database
from classifier.store.decisions import fold
from classifier.store.incoming import UNDATED, Reading, opened
from classifier.store.learning_schema import imports
from classifier.store.queries import in_parts
from classifier.store.queue import add_dated
from classifier.store.schema import acts, decisions, texts
from classifier.text import printable

_TEXTS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    number: int | None  # the import's; None when it added no act
    acts: int  # added
    decisions: int  # added with them
    known: int  # acts of the files that were here already
    overruled: int  # texts with another ruling than before; those that had none do not count
    undated: int  # acts added that the files give no time for
    newcomers: tuple[str, ...]  # people of the acts added who had decided nothing here
    ahead: timedelta  # by how much the newest act added is dated later than now; 0 when none is
    pages: tuple[int, ...]  # numbers of those added
    known_pages: int  # pages of the files that were here already


@dataclass(frozen=True, slots=True)
class ListedImport:
    """One import."""

    id: int
    imported_at: datetime  # UTC
    person: str  # who ran it
    files: str  # their names
    acts: int  # that it added
    decisions: int  # that it added


def import_files(database: Database, paths: Sequence[str], reading: Reading, *, person: str, now: datetime) -> Imported:
    """Add the acts and pages in some files that are not here yet, all or none.

    What acts say counts as said now, in the order of the files, whatever the clocks say. An act is here when one with
    the same facts is. Of what was taken back or done again here and elsewhere the newest by the clocks counts, or what
    was done knowing of the other; what would change nothing is not added. The acts that are added make one import, of
    the `person` who runs it `now` (UTC). Raises InputError or TrainingDataError naming file and row, HomeError,
    BusyError.
    """
    here, run = Here(), _Run(person, now, paths)
    with database.reading() as connection:  # most of the reading, while moderators can still decide
        here.read(connection)
    with database.writing() as connection:
        here.read(connection)
        adding = Adding(connection, here.numbers, lambda: run.number(connection))
        for path in paths:
            with opened(path, reading) as incoming:
                run.pages += add_dated(connection, map(run.counted, incoming.pages))
                adding.add(incoming.acts, source=incoming.source)
        return run.finished(connection, adding)


def list_imports(database: Database) -> list[ListedImport]:
    """Return the imports, the newest first."""
    of_import = sa.select(sa.func.count()).select_from(acts).where(acts.c.import_id == imports.c.id)
    said = sa.select(sa.func.count()).select_from(decisions.join(acts)).where(acts.c.import_id == imports.c.id)
    query = sa.select(imports, of_import.scalar_subquery().label("acts"), said.scalar_subquery().label("decisions"))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(imports.c.id.desc())).all()
    return [ListedImport(row.id, row.imported_at, row.person, row.files, row.acts, row.decisions) for row in rows]


class _Run:
    """One import that is under way."""

    def __init__(self, person: str, now: datetime, paths: Sequence[str]) -> None:
        self._person, self._now = person, now
        self._files = ", ".join("<stdin>" if path == "-" else printable(Path(path).name) for path in paths)
        self._number: int | None = None  # once it adds an act
        self.pages: list[int] = []  # numbers of those added
        self._seen_pages = 0

    def number(self, connection: sa.Connection) -> int:
        """Return the number of the import, which it gets when it adds its first act."""
        if self._number is None:
            row = {"imported_at": self._now, "person": self._person, "files": self._files}
            self._number = int(connection.execute(sa.insert(imports).returning(imports.c.id), row).scalar_one())
        return self._number

    def counted(self, dated: tuple[Page, datetime]) -> tuple[Page, datetime]:
        """Count a page on its way."""
        self._seen_pages += 1
        return dated

    def finished(self, connection: sa.Connection, adding: Adding) -> Imported:
        """Derive what stands now, and tell what was done."""
        changed = sorted(adding.texts)
        parts = [changed[at : at + _TEXTS_AT_ONCE] for at in range(0, len(changed), _TEXTS_AT_ONCE)]
        ours = acts.c.import_id == self._number
        undated = sa.select(sa.func.count()).select_from(acts).where(ours, acts.c.acted_at == UNDATED)
        newest = connection.scalar(sa.select(sa.func.max(acts.c.acted_at)).where(ours)) or self._now
        return Imported(
            number=self._number,
            acts=adding.acts,
            decisions=adding.decisions,
            known=adding.seen - adding.acts,
            overruled=sum(_fold(connection, part) for part in parts),
            undated=connection.scalar(undated) or 0,
            newcomers=_newcomers(connection, self._number),
            ahead=max(newest - self._now, timedelta()),
            pages=tuple(self.pages),
            known_pages=self._seen_pages - len(self.pages),
        )


def _fold(connection: sa.Connection, part: Sequence[str]) -> int:
    """Derive what stands of some texts; return how many of them were overruled."""
    before = _rulings(connection, part)
    fold(connection, part)
    after = _rulings(connection, part)
    return sum(ruling is not None and after[text] != ruling for text, ruling in before.items())


def _rulings(connection: sa.Connection, wanted: Sequence[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for part in in_parts(wanted):
        of_part = sa.select(texts.c.fingerprint, texts.c.ruling).where(texts.c.fingerprint.in_(part))
        found |= dict(connection.execute(of_part).all())
    return found


def _newcomers(connection: sa.Connection, number: int | None) -> tuple[str, ...]:
    """Return who did something in an import and nothing before."""
    ours = sa.select(acts.c.person).where(acts.c.import_id == number).distinct()
    people = sorted(connection.scalars(ours))
    others = sa.select(acts.c.person).where(acts.c.import_id.is_distinct_from(number)).distinct()
    known = {name for part in in_parts(people) for name in connection.scalars(others.where(acts.c.person.in_(part)))}
    return tuple(name for name in people if name not in known)
