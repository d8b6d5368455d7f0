"""How much each person decides, how fast, and how often others say the same of the same text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from classifier.blocks import LABELS
from classifier.proportion import Proportion
from classifier.store.database import Database
from classifier.store.schema import acts, decisions

STRETCH = timedelta(minutes=5)
_BEGINNING = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What one person did in a period. Decisions that were taken back do not count."""

    person: str
    acts: int  # keys and buttons
    decisions: int  # on texts
    hours: float  # of work: stretches of five minutes of the clock in which the person decided anything
    agreement: Proportion  # of texts that others labelled too: the newest label is the newest of anybody else

    @property
    def per_hour(self) -> float:
        """Decisions an hour of work; not a number for nobody's work."""
        return self.decisions / self.hours if self.hours else float("nan")


def people_figures(database: Database, *, since: datetime | None = None) -> list[PersonFigures]:
    """Return the figures of everybody who decided since then (UTC), or ever; who decided most comes first."""
    with database.reading() as connection:
        return _Fold(connection.execution_options(yield_per=5_000).execute(_standing(since))).figures()


def _standing(since: datetime | None) -> "sa.Select[Any]":
    """Return the decisions of the acts that stand, in their order."""
    away = acts.alias()
    # the acts that were taken back are few: to find them once is quicker than to ask of every act
    taken_back = sa.select(away.c.toggles).where(away.c.toggles.is_not(None)).group_by(away.c.toggles)
    stands = acts.c.id.not_in(taken_back.having(sa.func.count() % 2 == 1))
    said = sa.select(acts.c.id, acts.c.person, acts.c.acted_at, decisions.c.fingerprint, decisions.c.ruling)
    query = said.select_from(decisions.join(acts)).where(stands).order_by(decisions.c.id)
    if since is None:
        return query
    act = sa.select(sa.func.min(acts.c.id)).where(acts.c.acted_at >= since).scalar_subquery()
    first = sa.select(sa.func.min(decisions.c.id)).where(decisions.c.act_id >= act).scalar_subquery()
    return query.where(decisions.c.id >= first, acts.c.acted_at >= since)


class _Fold:
    """Counts decisions one after the other: for a million of them quicker than sorting them in the database."""

    def __init__(self, said: Iterable[Any]) -> None:
        self._decisions: Counter[str] = Counter()
        self._acts: Counter[str] = Counter()
        self._stretches: dict[str, set[int]] = {}
        self._newest: dict[str, dict[str, str]] = {}  # by text: each person's ruling, the newest last
        act = None
        for number, person, acted_at, fingerprint, ruling in said:
            if number != act:
                act = number
                self._acts[person] += 1
                self._stretches.setdefault(person, set()).add((acted_at - _BEGINNING) // STRETCH)
            self._decisions[person] += 1
            rulings = self._newest.setdefault(fingerprint, {})
            rulings.pop(person, None)
            rulings[person] = ruling

    def figures(self) -> list[PersonFigures]:
        """Return what was counted."""
        agreement = self._agreement()
        hour = timedelta(hours=1)
        return [
            PersonFigures(
                person, self._acts[person], said, len(self._stretches[person]) * STRETCH / hour, agreement[person]
            )
            for person, said in sorted(self._decisions.items(), key=lambda pair: (-pair[1], pair[0]))
        ]

    def _agreement(self) -> dict[str, Proportion]:
        same: Counter[str] = Counter()
        texts: Counter[str] = Counter()
        for rulings in self._newest.values():
            labels = [(person, ruling) for person, ruling in reversed(rulings.items()) if ruling in LABELS]
            for person, ruling in labels if len(labels) > 1 else ():
                other = labels[1] if person == labels[0][0] else labels[0]
                texts[person] += 1
                same[person] += ruling == other[1]
        return {person: Proportion(same[person], texts[person]) for person in self._acts}
