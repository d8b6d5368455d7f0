"""Campaigns: the same or nearly the same run of filler on several pages or sites.

A run belongs to the campaign whose founding run it is most like; comparing with the founder alone keeps a campaign from
drifting. What campaigns say of themselves is counted in :mod:`classifier.store.campaign_counts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from classifier.signatures import Signature, signature_of, stored
from classifier.store.campaign_counts import counting_campaigns, delete_runs
from classifier.store.queue import QueuedPage
from classifier.store.schema import campaign_bands, campaigns, runs

_COMPARED = 50  # founders that a run is compared with: those that share most bands with it
_SAMPLE = 300  # characters


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive filler blocks of one page."""

    first: int  # position of the first block
    last: int  # position of the last block


def replace_runs(connection: sa.Connection, found: Sequence[tuple[QueuedPage, Sequence[Run]]]) -> None:
    """Put the runs of some pages into campaigns, in place of those they had."""
    page_ids = [queued.id for queued, _its_runs in found]
    with counting_campaigns(connection, page_ids):
        delete_runs(connection, page_ids)
        rows = [
            {"page_id": queued.id, "first": run.first, "last": run.last, "campaign_id": campaign}
            | {"added_at": queued.added_at}
            for queued, its_runs in found
            for run in its_runs
            if (campaign := _campaign(connection, queued, run)) is not None
        ]
        if rows:
            connection.execute(sa.insert(runs), rows)


def _campaign(connection: sa.Connection, queued: QueuedPage, run: Run) -> int | None:
    texts = [block.text for block in queued.page.blocks[run.first : run.last + 1]]
    signature = signature_of(texts)
    if signature is None:
        return None
    bands = sorted(set(signature.bands()))
    return _like(connection, signature, bands) or _found(connection, queued, texts[0], signature, bands)


def _like(connection: sa.Connection, signature: Signature, bands: Sequence[int]) -> int | None:
    in_common = sa.func.count().label("in_common")
    near = (
        sa.select(campaign_bands.c.campaign_id, in_common)
        .where(campaign_bands.c.band.in_(bands))
        .group_by(campaign_bands.c.campaign_id)
        .order_by(in_common.desc(), campaign_bands.c.campaign_id)
        .limit(_COMPARED)
        .subquery()
    )
    founders = sa.select(campaigns.c.id, campaigns.c.signature).join(near, near.c.campaign_id == campaigns.c.id)
    rows = connection.execute(founders.order_by(campaigns.c.id)).all()
    if not rows:
        return None
    likeness = signature.likeness(stored([row.signature for row in rows]))
    best = int(np.argmax(likeness))  # the oldest of several
    return int(rows[best].id) if likeness[best] >= signature.alike else None


def _found(
    connection: sa.Connection, queued: QueuedPage, sample: str, signature: Signature, bands: Sequence[int]
) -> int:
    row = {
        "signature": signature.to_bytes(),
        "sample": sample[:_SAMPLE],
        "pages": 0,
        "sites": 0,
        "undecided": 0,
        "first_seen": queued.added_at,
        "last_seen": queued.added_at,
    }
    number = int(connection.execute(sa.insert(campaigns).returning(campaigns.c.id), row).scalar_one())
    connection.execute(sa.insert(campaign_bands), [{"band": band, "campaign_id": number} for band in bands])
    return number
