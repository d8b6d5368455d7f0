"""Settling a conflict: one decision on a text after which what was said of it before no longer counts."""

from dataclasses import replace

import sqlalchemy as sa

from classifier.errors import ConflictError, NotFoundError
from classifier.store.database import Database
from classifier.store.decisions import Act, Ruling, record, recorded
from classifier.store.schema import acts, decisions

_COPIED = ("fingerprint", "text", "address", "site", "position", "shown_model", "shown_label", "shown_score")


def settle(database: Database, act: Act, fingerprint: str, ruling: Ruling, *, seen: int) -> bool:
    """Record that a text is what `ruling` says, whoever said otherwise before; False for a form recorded before.

    Args:
        seen: number of the newest act on the text that the person was shown.

    Raises NotFoundError when nobody decided on the text, ConflictError when somebody decided since the person looked,
    HomeError, BusyError.
    """
    with database.writing() as connection:
        if recorded(connection, act):
            return False
        of_text = sa.select(decisions).where(decisions.c.fingerprint == fingerprint).order_by(decisions.c.id.desc())
        newest = connection.execute(of_text.limit(1)).one_or_none()
        if newest is None:
            raise NotFoundError(
                f"{fingerprint}: nobody decided on such a text; newsieve conflicts lists those in conflict"
            )
        if newest.act_id > seen:
            by = connection.scalar(sa.select(acts.c.person).where(acts.c.id == newest.act_id))
            raise ConflictError(
                f"{by} has decided on {newest.text[:60]!r} since you looked; look again before you settle it"
            )
        row = {**{name: getattr(newest, name) for name in _COPIED}, "ruling": ruling}
        record(connection, replace(act, settles=True), [row])
    return True
