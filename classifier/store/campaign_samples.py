"""Samples of a campaign's run: a few pages on which it reads differently, with what is known of each block."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from classifier.blocks import Label
from classifier.store.campaign_counts import runs_with_blocks
from classifier.store.decisions import Ruling
from classifier.store.hidden import HIDDEN
from classifier.store.schema import blocks, pages, runs, texts

_COMPARED = 50  # of the oldest runs, and as many of the newest
_BLOCKS = 30  # of a run that are compared and shown
_CHARACTERS = 600  # of a block that are shown


@dataclass(frozen=True, slots=True)
class SampleBlock:
    """A block of a sample."""

    position: int
    text: str  # cut at 600 characters
    hidden: bool
    list_item: bool
    link_hosts: tuple[str, ...]
    label: Label | None  # verdict of the model that judged the page
    score: float | None  # 0..1
    ruling: Ruling | None  # that stands on the text


@dataclass(frozen=True, slots=True)
class Sample:
    """The run of a campaign as it stands on one page."""

    page_id: int
    address: str
    site: str
    added_at: datetime  # UTC
    model: str  # version that judged the page
    blocks: tuple[SampleBlock, ...]  # the first 30, but for those in the blind check
    length: int  # blocks of the run


def read_samples(connection: sa.Connection, campaign_id: int, *, site: str | None = None, most: int) -> list[Sample]:
    """Return up to `most` samples that differ in their texts, the most frequent first, of one site when given."""
    versions = Counter[tuple[str, ...]]()
    shown_by: dict[tuple[str, ...], int] = {}
    for run, found in _fingerprints(connection, _run_ids(connection, campaign_id, site)).items():
        versions[tuple(found)] += 1
        shown_by.setdefault(tuple(found), run)
    return [_sample(connection, shown_by[version]) for version, _times in versions.most_common(most)]


def _run_ids(connection: sa.Connection, campaign_id: int, site: str | None) -> list[int]:
    query = sa.select(runs.c.id).where(runs.c.campaign_id == campaign_id)
    if site is not None:
        query = query.join(pages, pages.c.id == runs.c.page_id).where(pages.c.site == site)
    oldest = query.order_by(runs.c.added_at, runs.c.page_id).limit(_COMPARED)
    newest = query.order_by(runs.c.added_at.desc(), runs.c.page_id.desc()).limit(_COMPARED)
    return sorted({*connection.scalars(oldest), *connection.scalars(newest)})


def _fingerprints(connection: sa.Connection, run_ids: list[int]) -> dict[int, list[str]]:
    query = (
        sa.select(runs.c.id, blocks.c.fingerprint)
        .select_from(runs_with_blocks())
        .where(runs.c.id.in_(run_ids), blocks.c.position < runs.c.first + _BLOCKS)
        .order_by(runs.c.id, blocks.c.position)
    )
    found: dict[int, list[str]] = {}
    for run, fingerprint in connection.execute(query):
        found.setdefault(run, []).append(fingerprint)
    return found


def _sample(connection: sa.Connection, run_id: int) -> Sample:
    run = connection.execute(sa.select(runs, pages).join(pages).where(runs.c.id == run_id)).one()
    shown = ("position", "hidden", "list_item", "link_hosts", "label", "score")
    text = sa.func.substr(blocks.c.text, 1, _CHARACTERS + 1).label("text")
    query = (
        sa.select(*(blocks.c[name] for name in shown), text, texts.c.ruling)
        .select_from(runs_with_blocks().join(texts, texts.c.fingerprint == blocks.c.fingerprint))
        .where(runs.c.id == run_id, blocks.c.position < runs.c.first + _BLOCKS, ~HIDDEN)
        .order_by(blocks.c.position)
    )
    return Sample(
        page_id=run.page_id,
        address=run.address,
        site=run.site,
        added_at=run.added_at,
        model=run.model or "",
        blocks=tuple(map(_block, connection.execute(query).mappings())),
        length=run.last - run.first + 1,
    )


def _block(row: Any) -> SampleBlock:
    text = row["text"] if len(row["text"]) <= _CHARACTERS else row["text"][:_CHARACTERS] + "…"
    return SampleBlock(**{**row, "text": text, "link_hosts": tuple(row["link_hosts"])})
