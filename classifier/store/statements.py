"""What each person says of each text now: the newest of their decisions that stands."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from classifier.consensus import Conflict, Statement, conflicts
from classifier.left_out import Rule, leaves_out_act, leaves_out_text
from classifier.store.database import Database
from classifier.store.decisions import times_toggled
from classifier.store.queries import in_parts
from classifier.store.schema import acts, decisions

_ROWS_AT_ONCE = 5_000


def statements(database: Database, *, without: Sequence[Rule] = ()) -> list[Statement]:
    """Return what each person says of each text, as if what the rules leave out had never been done.

    So an undo by a person who is left out takes nothing back, and a text that they settled is in conflict again.
    """
    with database.reading() as connection:
        return _folded(connection, _said(), without)


def disputed(database: Database) -> list[Conflict]:
    """Return the texts that people label differently, the newest first."""
    several = sa.func.count(acts.c.person.distinct()) > 1, sa.func.count(decisions.c.ruling.distinct()) > 1
    may_be = sa.select(decisions.c.fingerprint).select_from(decisions.join(acts))
    named = may_be.group_by(decisions.c.fingerprint).having(*several)
    with database.reading() as connection:
        return conflicts(_folded(connection, _said().where(decisions.c.fingerprint.in_(named)), ()))


def disputed_among(database: Database, fingerprints: Sequence[str]) -> list[Conflict]:
    """Return which of some texts people label differently."""
    standing = _said().where(times_toggled(decisions.c.act_id) % 2 == 0)  # a few texts: no need to read every undo
    with database.reading() as connection:
        said = [
            one
            for part in in_parts(fingerprints)
            for one in _newest(connection.execute(standing.where(decisions.c.fingerprint.in_(part))))
        ]
    return conflicts(said)


def _folded(connection: sa.Connection, said: "sa.Select[Any]", without: Sequence[Rule]) -> list[Statement]:
    away = taken_back(connection, without)
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(said)
    return _newest(row for row in rows if row.act_id not in away and not is_left_out(row, without))


def _newest(standing: Iterable[Any]) -> list[Statement]:
    """Return the newest statement of each person on each text, of decisions that stand, in their order."""
    newest: dict[str, dict[str, Any]] = {}  # by text and person
    for row in standing:
        _say(newest.setdefault(row.fingerprint, {}), row)
    return [_statement(row) for of_text in newest.values() for row in of_text.values()]


def _say(of_text: dict[str, Any], row: Any) -> None:
    if row.ruling == "undo":
        of_text.clear()
    else:
        of_text[row.person] = row


def taken_back(connection: sa.Connection, without: Sequence[Rule]) -> set[int]:
    """Return the numbers of the acts that do not stand, as if what the rules leave out had never been done."""
    away: set[int] = set()
    toggling = sa.select(acts).where(acts.c.toggles.is_not(None)).order_by(acts.c.id)
    for row in connection.execute(toggling):
        if not leaves_out_act(without, person=row.person, acted_at=row.acted_at, import_id=row.import_id):
            away ^= {row.toggles}
    return away


def _said() -> "sa.Select[Any]":
    said = sa.select(
        *(decisions.c.act_id, decisions.c.fingerprint, decisions.c.text, decisions.c.address, decisions.c.site),
        *(decisions.c.ruling, acts.c.person, acts.c.acted_at, acts.c.kind, acts.c.settles, acts.c.import_id),
    )
    return said.select_from(decisions.join(acts)).order_by(decisions.c.id)


def is_left_out(row: Any, without: Sequence[Rule]) -> bool:
    """Tell whether the rules leave out a decision, a row of both tables."""
    return leaves_out_act(
        without, person=row.person, acted_at=row.acted_at, import_id=row.import_id
    ) or leaves_out_text(without, site=row.site, fingerprint=row.fingerprint)


def _statement(row: Any) -> Statement:
    return Statement(
        person=row.person,
        ruling=row.ruling,
        fingerprint=row.fingerprint,
        text=row.text,
        address=row.address,
        site=row.site,
        act=row.act_id,
        acted_at=row.acted_at,
        of_campaign=row.kind == "campaign",
        settles=row.settles,
        import_id=row.import_id,
    )
