"""Pages taken out of the queue. What was decided on their texts stays."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from classifier.errors import missing_page
from classifier.store.campaign_counts import counting_campaigns, delete_runs
from classifier.store.database import Database
from classifier.store.learning_schema import shadow_verdicts
from classifier.store.listing import in_state
from classifier.store.repeats import count_texts
from classifier.store.schema import blocks, pages

_DROPPED_AT_ONCE = 500  # pages in one transaction, so that a moderator's decision never waits long


def drop_pages(database: Database, page_ids: Sequence[int]) -> int:
    """Take pages out of the queue, all or none, and return how many. Raises NotFoundError when one is not there."""
    with database.writing() as connection:
        return _drop(connection, page_ids)


def drop_done(database: Database, *, now: datetime) -> int:
    """Take out every page on which nothing is left to check and return how many; what is reopened meanwhile stays."""
    done = sa.select(pages.c.id).where(*in_state("done", now)).order_by(pages.c.id).limit(_DROPPED_AT_ONCE)
    dropped = 0
    while True:
        with database.writing() as connection:  # found and dropped in one
            part = _drop(connection, connection.scalars(done).all())
        dropped += part
        if not part:
            return dropped


def _drop(connection: sa.Connection, page_ids: Sequence[int]) -> int:
    with counting_campaigns(connection, page_ids):
        delete_runs(connection, page_ids)
    for page_id in page_ids:
        _drop_page(connection, page_id)
    return len(page_ids)


def _drop_page(connection: sa.Connection, page_id: int) -> None:
    row = connection.execute(sa.select(pages.c.site).where(pages.c.id == page_id)).one_or_none()
    if row is None:
        raise missing_page(page_id)
    found = set(connection.scalars(sa.select(blocks.c.fingerprint).where(blocks.c.page_id == page_id)))
    connection.execute(sa.delete(shadow_verdicts).where(shadow_verdicts.c.page_id == page_id))
    connection.execute(sa.delete(blocks).where(blocks.c.page_id == page_id))
    connection.execute(sa.delete(pages).where(pages.c.id == page_id))
    count_texts(connection, Counter({(text, row.site): -1 for text in found}))
