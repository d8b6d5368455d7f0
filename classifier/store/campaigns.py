"""Campaigns: the same or nearly the same run of filler on several pages or sites.

Runs are compared by MinHash signatures of their word pairs (Broder 1997) and found by locality-sensitive hashing of the
signatures' bands (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch. 3). A run belongs to the campaign whose
founding run it is like; comparing with the founder alone keeps a campaign from drifting.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import sqlalchemy as sa
from datasketch import MinHash

from classifier.store.queue import QueuedPage
from classifier.store.schema import campaign_bands, campaigns, pages, runs
from classifier.text import masked

_PERMUTATIONS = 64
_ROWS = 4  # of a band: two runs that share half of their word pairs meet in one of the 16 bands 64 times in 100
ALIKE = 0.6  # estimated Jaccard similarity from which two runs are nearly the same
_FEWEST_WORDS = 5  # of a run: shorter ones are alike by chance


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive filler blocks of one page."""

    first: int  # position of the first block
    last: int  # position of the last block


def replace_runs(connection: sa.Connection, queued: QueuedPage, found: Sequence[Run]) -> None:
    """Put the runs of a page into campaigns, in place of those it had."""
    left = set(connection.scalars(sa.select(runs.c.campaign_id).where(runs.c.page_id == queued.id)))
    connection.execute(sa.delete(runs).where(runs.c.page_id == queued.id))
    joined = {run: _campaign(connection, queued, run) for run in found}
    rows = [
        {"page_id": queued.id, "first": run.first, "last": run.last, "campaign_id": campaign}
        for run, campaign in joined.items()
        if campaign is not None
    ]
    if rows:
        connection.execute(sa.insert(runs), rows)
    count_campaigns(connection, sorted(left | {row["campaign_id"] for row in rows}))


def count_campaigns(connection: sa.Connection, numbers: Sequence[int]) -> None:
    """Count anew the pages and sites of some campaigns; one without any is forgotten."""
    for number in numbers:
        of_it = (
            sa.select(
                sa.func.count(sa.distinct(pages.c.id)).label("pages"),
                sa.func.count(sa.distinct(pages.c.site)).label("sites"),
                sa.func.min(pages.c.added_at).label("first_seen"),
                sa.func.max(pages.c.added_at).label("last_seen"),
            )
            .select_from(runs.join(pages))
            .where(runs.c.campaign_id == number)
        )
        counted = connection.execute(of_it).mappings().one()
        here = campaigns.c.id == number
        if counted["pages"]:
            connection.execute(sa.update(campaigns).where(here).values(**counted))
        else:
            connection.execute(sa.delete(campaign_bands).where(campaign_bands.c.campaign_id == number))
            connection.execute(sa.delete(campaigns).where(here))


def _campaign(connection: sa.Connection, queued: QueuedPage, run: Run) -> int | None:
    texts = [block.text for block in queued.page.blocks[run.first : run.last + 1]]
    signature = signature_of(texts)
    if signature is None:
        return None
    bands = _bands(signature)
    return _like(connection, signature, bands) or _found(connection, queued, texts[0], signature, bands)


def signature_of(texts: Sequence[str]) -> np.ndarray | None:
    """Return the MinHash signature of a run's texts, shape (64,), uint32; None for a run of too few words."""
    grams = [words for text in texts for words in pairwise(masked(text).split())]
    if len(grams) < _FEWEST_WORDS - 1:
        return None
    hashed = MinHash(num_perm=_PERMUTATIONS)
    hashed.update_batch([" ".join(words).encode("utf-8", "replace") for words in grams])
    return np.asarray(hashed.hashvalues, dtype=np.uint32)


def _bands(signature: np.ndarray) -> list[int]:
    rows = signature.reshape(-1, _ROWS)
    digests = (hashlib.blake2b(bytes([n]) + row.tobytes(), digest_size=8).digest() for n, row in enumerate(rows))
    return [int.from_bytes(digest, "big", signed=True) for digest in digests]


def _like(connection: sa.Connection, signature: np.ndarray, bands: Sequence[int]) -> int | None:
    near = (
        sa.select(campaigns.c.id, campaigns.c.signature)
        .where(campaigns.c.id.in_(sa.select(campaign_bands.c.campaign_id).where(campaign_bands.c.band.in_(bands))))
        .order_by(campaigns.c.id)
    )
    alike = {
        row.id: float(np.mean(np.frombuffer(row.signature, dtype=np.uint32) == signature))
        for row in connection.execute(near)
    }
    best = max(alike, key=alike.__getitem__, default=None)
    return best if best is not None and alike[best] >= ALIKE else None


def _found(
    connection: sa.Connection, queued: QueuedPage, sample: str, signature: np.ndarray, bands: Sequence[int]
) -> int:
    row = {
        "signature": signature.tobytes(),
        "sample": sample,
        "pages": 0,
        "sites": 0,
        "first_seen": queued.added_at,
        "last_seen": queued.added_at,
    }
    number = int(connection.execute(sa.insert(campaigns).returning(campaigns.c.id), row).scalar_one())
    rows = [{"band": band, "campaign_id": number} for band in sorted(set(bands))]
    connection.execute(sa.insert(campaign_bands), rows)
    return number
