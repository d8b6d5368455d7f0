"""What people did beside the verdicts that they saw: the acts that stand, each with the label it gave against them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from classifier.blocks import LABELS
from classifier.bursts import ShownAct
from classifier.left_out import Rule
from classifier.store.database import Database
from classifier.store.schema import acts, decisions
from classifier.store.statements import is_left_out, taken_back

_ROWS_AT_ONCE = 5_000


def shown_acts(database: Database, *, without: Sequence[Rule] = ()) -> list[ShownAct]:
    """Return the acts that stand and label something, oldest first, but for what the rules leave out."""
    query = sa.select(
        *(decisions.c.act_id, decisions.c.fingerprint, decisions.c.site, decisions.c.ruling, decisions.c.shown_label),
        *(acts.c.person, acts.c.acted_at, acts.c.import_id),
    )
    ordered = query.select_from(decisions.join(acts)).where(decisions.c.ruling.in_(LABELS)).order_by(decisions.c.id)
    with database.reading() as connection:
        away = taken_back(connection, without)
        said = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(ordered)
        return list(_acts(row for row in said if row.act_id not in away and not is_left_out(row, without)))


def _acts(rows: Iterable[Any]) -> Iterator[ShownAct]:
    for _, of_act in groupby(rows, key=attrgetter("act_id")):
        first, *more = of_act
        overturned = {row.ruling for row in (first, *more) if row.ruling != row.shown_label}
        yield ShownAct(first.person, first.acted_at, first.site, overturned.pop() if len(overturned) == 1 else None)
