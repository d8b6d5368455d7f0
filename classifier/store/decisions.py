"""What moderators said. Decisions are only ever added; what stands is the newest on a text's fingerprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args

import sqlalchemy as sa

from classifier.blocks import LABELS, Example, Label
from classifier.errors import NotFoundError
from classifier.store.database import Database
from classifier.store.schema import blocks, decisions, pages

Ruling = Literal["boilerplate", "filler", "news", "unsure", "undo"]
RULINGS: tuple[Ruling, ...] = get_args(Ruling)

_AT_ONCE = 500  # fingerprints in one query


@dataclass(frozen=True, slots=True)
class Shown:
    """The verdict that the page showed when a person decided."""

    model: str  # version
    label: Label
    score: float  # 0..1


def decide(
    database: Database, page_id: int, position: int, ruling: Ruling, *, person: str, decided_at: datetime, shown: Shown
) -> None:
    """Record a decision on the text of one block; it is on disk when this returns.

    Raises NotFoundError when there is no such block, HomeError when it could not be saved.
    """
    with database.writing() as connection:
        here = sa.select(blocks.c.id, blocks.c.fingerprint).filter_by(page_id=page_id, position=position)
        block = connection.execute(here).one_or_none()
        if block is None:
            raise NotFoundError(f"page {page_id}, block {position}: not in the queue; the front page lists what is")
        row = {
            "fingerprint": block.fingerprint,
            "block_id": block.id,
            "ruling": ruling,
            "person": person,
            "decided_at": decided_at,
            "shown_model": shown.model,
            "shown_label": shown.label,
            "shown_score": shown.score,
        }
        connection.execute(sa.insert(decisions), row)


def rulings(connection: sa.Connection, fingerprints: Sequence[str]) -> dict[str, Ruling]:
    """Return the standing ruling of each fingerprint that has one; what was undone has none."""
    wanted = sorted(set(fingerprints))
    found: dict[str, Ruling] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        newest = _newest().where(decisions.c.fingerprint.in_(part))
        found |= {row.fingerprint: row.ruling for row in connection.execute(newest) if row.ruling != "undo"}
    return found


def decided_examples(database: Database) -> list[Example]:
    """Return one example for each text whose standing ruling is a label."""
    where = sa.select(decisions, blocks.c.text, pages.c.address, pages.c.site).select_from(
        decisions.join(blocks, decisions.c.block_id == blocks.c.id).join(pages)
    )
    newest = where.where(_is_newest(), decisions.c.ruling.in_(LABELS)).order_by(decisions.c.fingerprint)
    with database.reading() as connection:
        return [
            Example(
                text=row.text,
                label=cast("Label", row.ruling),
                page=f"queue/{row.address}",
                site=row.site or f"queue/{row.address}",
                origin=f"decision {row.id} by {row.person}",
            )
            for row in connection.execute(newest)
        ]


def _newest() -> "sa.Select[tuple[str, Ruling]]":
    return sa.select(decisions.c.fingerprint, decisions.c.ruling).where(_is_newest())


def _is_newest() -> sa.ColumnElement[bool]:
    later = decisions.alias()
    same_text = sa.select(sa.func.max(later.c.id)).where(later.c.fingerprint == decisions.c.fingerprint)
    return decisions.c.id == same_text.scalar_subquery()
