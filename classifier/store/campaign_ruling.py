"""One decision for all texts of a campaign, after a preview of what it changes. It is undone as any other act."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from classifier.blocks import LABELS
from classifier.errors import ConflictError
from classifier.store.campaign_detail import RuledTexts, read_campaign
from classifier.store.database import Database
from classifier.store.decisions import Act, Ruling, newest_decision, record, recorded
from classifier.store.pins import Mark, ended_by, read_marks
from classifier.store.schema import acts, blocks, campaign_texts, decisions, pages, runs, text_sites, texts

CAMPAIGN_RULINGS: tuple[Ruling, ...] = (*LABELS, "unsure")


@dataclass(frozen=True, slots=True)
class Preview:
    """What one decision on a campaign would change."""

    campaign_id: int
    ruling: Ruling
    texts: int  # distinct ones that it decides
    pages: int  # of the queue with one of these texts, in a run of the campaign or elsewhere
    sites: int  # of those pages
    agreeing: int  # texts that the model calls so already
    changed: int  # texts that the model calls otherwise
    same: int  # texts that are ruled so already
    overruled: tuple[RuledTexts, ...]  # standing rulings that are other ones, most texts first
    unpinned: tuple[Mark, ...]  # tests that it ends
    seen: int  # newest decision at that time
    digest: str  # of the texts, their rulings and this one: the decision holds while it is the same


def preview_campaign(database: Database, campaign_id: int, ruling: Ruling) -> Preview:
    """Return what a ruling on all texts of a campaign would change. Raises NotFoundError."""
    with database.reading() as connection:
        read_campaign(connection, campaign_id)
        found = _texts(connection, campaign_id)
        others = Counter((row.standing, row.person) for row in found if row.standing not in (None, ruling))
        ruled: dict[str, Ruling] = {row.fingerprint: ruling for row in found}
        pages_with, sites_with = _reach(connection, campaign_id)
        return Preview(
            campaign_id=campaign_id,
            ruling=ruling,
            texts=len(found),
            pages=pages_with,
            sites=sites_with,
            agreeing=sum(row.label == ruling for row in found),
            changed=sum(row.label != ruling for row in found),
            same=sum(row.standing == ruling for row in found),
            overruled=tuple(RuledTexts(said, person, count) for (said, person), count in others.most_common()),
            unpinned=ended_by(read_marks(connection, ruled), ruled),
            seen=newest_decision(connection),
            digest=_digest(found, ruling),
        )


def decide_campaign(database: Database, act: Act, ruling: Ruling, *, digest: str) -> bool:
    """Record one ruling on every text of the act's campaign, as one act, if it is still what the preview showed.

    Returns whether anything was recorded: False for a form that was recorded before.

    Args:
        act: its scope is 'campaign', its `campaign_id` is set.
        ruling: one of CAMPAIGN_RULINGS.
        digest: the preview's.

    Raises:
        NotFoundError: there is no such campaign.
        ConflictError: its texts, or the rulings on them, are others than the preview showed.
        HomeError, BusyError: nothing could be saved.
    """
    campaign_id = act.campaign_id or 0
    with database.writing() as connection:
        if recorded(connection, act):
            return False
        read_campaign(connection, campaign_id)
        found = _texts(connection, campaign_id)
        if _digest(found, ruling) != digest:
            raise ConflictError(
                f"campaign {campaign_id}: its texts or their rulings have changed since the preview; look at the new "
                "preview, and decide again"
            )
        record(connection, act, [_row(row, ruling) for row in found])
    return True


def _texts(connection: sa.Connection, campaign_id: int) -> Sequence[Any]:
    """Return each text of a campaign with its standing ruling, and with the block of the oldest page that has it."""
    inside = sa.exists().where(
        runs.c.page_id == blocks.c.page_id,
        runs.c.campaign_id == campaign_id,
        blocks.c.position.between(runs.c.first, runs.c.last),
    )
    oldest = (
        sa.select(blocks.c.id)
        .where(blocks.c.fingerprint == campaign_texts.c.fingerprint, inside)
        .order_by(blocks.c.page_id, blocks.c.id)
        .limit(1)
        .correlate(campaign_texts)
        .scalar_subquery()
    )
    shown = ("fingerprint", "text", "position", "label", "score")
    block = blocks.alias()
    query = (
        sa.select(*(block.c[name] for name in shown), pages.c.address, pages.c.site, pages.c.model)
        .add_columns(texts.c.ruling.label("standing"), acts.c.person)
        .select_from(campaign_texts.join(texts, texts.c.fingerprint == campaign_texts.c.fingerprint))
        .join(block, block.c.id == oldest)
        .join(pages, pages.c.id == block.c.page_id)
        .outerjoin(decisions, decisions.c.id == texts.c.decision_id)
        .outerjoin(acts, acts.c.id == decisions.c.act_id)
        .where(campaign_texts.c.campaign_id == campaign_id)
        .order_by(campaign_texts.c.fingerprint)
    )
    return connection.execute(query).all()


def _reach(connection: sa.Connection, campaign_id: int) -> tuple[int, int]:
    of_it = sa.select(campaign_texts.c.fingerprint).where(campaign_texts.c.campaign_id == campaign_id)
    on_pages = sa.select(sa.func.count(sa.distinct(blocks.c.page_id))).where(blocks.c.fingerprint.in_(of_it))
    on_sites = sa.select(sa.func.count(sa.distinct(text_sites.c.site))).where(
        text_sites.c.fingerprint.in_(of_it), text_sites.c.pages > 0
    )
    return int(connection.execute(on_pages).scalar_one()), int(connection.execute(on_sites).scalar_one())


def _digest(found: Sequence[Any], ruling: Ruling) -> str:
    said = [ruling, *sorted(f"{row.fingerprint} {row.standing or ''}" for row in found)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _row(row: Any, ruling: Ruling) -> dict[str, Any]:
    return {
        "fingerprint": row.fingerprint,
        "text": row.text,
        "address": row.address,
        "site": row.site,
        "position": row.position,
        "ruling": ruling,
        "shown_model": row.model,
        "shown_label": row.label,
        "shown_score": row.score,
    }
