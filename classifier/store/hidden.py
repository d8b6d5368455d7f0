"""Texts in the blind check: drawn, not answered yet. Until they are, nothing that people see tells their verdict."""

import sqlalchemy as sa

from classifier.store.learning_schema import blind_samples
from classifier.store.queries import any_of
from classifier.store.schema import blocks, decisions, texts

MOST_WAITING = 500
"""A sample waits until so many newer ones were drawn: what nobody answers is not hidden for ever.

Counted, not timed: it holds whatever the clocks of the machines that draw say.
"""

_newest = sa.select(sa.func.coalesce(sa.func.max(blind_samples.c.id), 0)).scalar_subquery()
WAITING = sa.and_(blind_samples.c.act_id.is_(None), blind_samples.c.id > _newest - MOST_WAITING)
"""Of a blind sample: it can still be answered, if its text stands somewhere."""

HIDDEN = blocks.c.fingerprint.in_(sa.select(blind_samples.c.fingerprint).where(WAITING))
"""Of a block: its verdict is hidden, and it is not counted among what a page has to check."""


def hidden_texts() -> "sa.Select[tuple[str]]":
    """Return the query for those of some texts (given as `part`) whose verdict is hidden."""
    return sa.select(blind_samples.c.fingerprint).where(WAITING, any_of(blind_samples.c.fingerprint))


def answer_samples() -> sa.Update:
    """Return the statement by which the newest decisions on some texts (given as `part`) answer their samples.

    Whatever decides a text answers its sample, once and for all; whether the verdict was hidden is the act's to say.
    """
    act = (
        sa.select(decisions.c.act_id)
        .join(texts, texts.c.decision_id == decisions.c.id)
        .where(texts.c.fingerprint == blind_samples.c.fingerprint)
    )
    decided = sa.update(blind_samples).where(WAITING, any_of(blind_samples.c.fingerprint))
    return decided.values(act_id=act.scalar_subquery())
