"""What moderators said. Acts and decisions are only ever added; what stands of a text is folded from them.

An act is what one key or button did: decisions on one block, on a run, a page or a campaign. Undo and redo are acts
that toggle another: an act stands when an even number of acts toggles it. The ruling of a text is that of its newest
decision whose act stands, and none when that decision is 'undo'.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa

from classifier.blocks import Label
from classifier.errors import ConflictError, NotFoundError
from classifier.store.acted import noted
from classifier.store.campaign_counts import counting_undecided
from classifier.store.claims import take_claim
from classifier.store.database import Database
from classifier.store.hidden import answer_samples
from classifier.store.page_counts import counting_pages
from classifier.store.queries import any_of, in_parts
from classifier.store.repeats import add_texts
from classifier.store.schema import acts, blocks, decisions, pages, texts

Ruling = Literal["boilerplate", "filler", "news", "unsure", "undo"]
RULINGS: tuple[Ruling, ...] = get_args(Ruling)
Scope = Literal["block", "run", "page", "campaign"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The verdict that the page showed when a person decided."""

    model: str  # version
    label: Label
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when and how."""

    person: str
    acted_at: datetime  # UTC
    scope: Scope = "block"
    form: str | None = None  # identity of the form that was sent: a form sent twice is one act
    seen: int | None = None  # newest decision when the person looked; None when that is not known
    page_id: int | None = None
    campaign_id: int | None = None
    settles: bool = False  # it ends a conflict: what was said of the texts before no longer counts
    blind: bool = False  # the verdict was hidden from the person


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a person said of the block at one position of a page, and what they saw there."""

    position: int
    ruling: Ruling
    shown: Shown
    standing: int | None = None  # decision that stood when the person looked, 0 for none; None when that is not known


def decide(database: Database, act: Act, ruled: Sequence[Ruled], *, claiming: bool = False) -> bool:
    """Record decisions on the texts of blocks of the act's page, all or none; they are on disk when this returns.

    With `claiming` the page is claimed for the person as well. Returns whether anything was recorded: False for a form
    that was recorded before.

    Raises:
        NotFoundError: there is no such block.
        ConflictError: somebody else has ruled otherwise on one of the texts since the person looked, or holds the page.
        HomeError, BusyError: nothing could be saved.
    """
    with database.writing() as connection:
        return decide_within(connection, act, ruled, claiming=claiming) is not None


def decide_within(connection: sa.Connection, act: Act, ruled: Sequence[Ruled], *, claiming: bool = False) -> int | None:
    """Record decisions as :func:`decide`, within a transaction; return the act's number, None for a form known."""
    if recorded(connection, act):
        return None
    if claiming and act.page_id is not None:
        take_claim(connection, act.page_id, person=act.person, now=act.acted_at)
    places = _places(connection, act, [one.position for one in ruled])
    for one in ruled:
        _refuse_unseen(act, one, places[one.position])
    return record(connection, act, [_row(one, places[one.position]) for one in ruled])


def recorded(connection: sa.Connection, act: Act) -> bool:
    """Tell whether the act's form was recorded before."""
    return bool(act.form and connection.execute(sa.select(acts.c.id).where(acts.c.form == act.form)).first())


def record(connection: sa.Connection, act: Act, rows: Sequence[dict[str, Any]]) -> int:
    """Add an act with its decisions, one a text, fold them, and return its number. Raises as :func:`decide`."""
    unique = {row["fingerprint"]: row for row in rows}
    _refuse_overruling(connection, act, unique)
    act_id = _add_act(connection, act)
    if unique:
        connection.execute(sa.insert(decisions), [{**row, "act_id": act_id} for row in unique.values()])
        fold(connection, unique)
    return act_id


def newest_decision(connection: sa.Connection) -> int:
    """Return the number of the newest decision, 0 when there is none."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(decisions.c.id), 0))).scalar_one())


def _add_act(connection: sa.Connection, act: Act) -> int:
    row = {
        "person": act.person,
        "acted_at": act.acted_at,
        "kind": act.scope,
        "form": act.form,
        "page_id": act.page_id,
        "campaign_id": act.campaign_id,
        "source": "",
        "settles": act.settles,
        "blind": act.blind,
    }
    return noted(int(connection.execute(sa.insert(acts).returning(acts.c.id), row).scalar_one()))


def fold(connection: sa.Connection, fingerprints: Iterable[str]) -> None:
    """Derive the standing ruling of some texts anew from their decisions, and what is derived from that in turn."""
    wanted = sorted(set(fingerprints))
    add_texts(connection, wanted)
    with counting_pages(connection, wanted), counting_undecided(connection, wanted):
        for part in in_parts(wanted):
            for statement in (_standing_decision(), _standing_ruling(), _answered_samples()):
                connection.execute(statement, {"part": list(part)})


def times_toggled(act: "sa.ColumnElement[int]") -> "sa.ScalarSelect[int]":
    """Return how often an act was taken back or done again: it stands when that is even."""
    toggling = acts.alias()
    return sa.select(sa.func.count()).where(toggling.c.toggles == act).scalar_subquery()


def newest_standing() -> "sa.Select[tuple[int]]":
    """Return the query for the newest decision whose act stands, of the texts that it is narrowed to."""
    return sa.select(sa.func.max(decisions.c.id)).where(times_toggled(decisions.c.act_id) % 2 == 0)


@cache  # a statement takes longer to put together than to run
def _standing_decision() -> sa.Update:
    newest = newest_standing().where(decisions.c.fingerprint == texts.c.fingerprint)
    return sa.update(texts).where(any_of(texts.c.fingerprint)).values(decision_id=newest.scalar_subquery())


@cache
def _standing_ruling() -> sa.Update:
    said = sa.select(decisions.c.ruling).where(decisions.c.id == texts.c.decision_id, decisions.c.ruling != "undo")
    return sa.update(texts).where(any_of(texts.c.fingerprint)).values(ruling=said.scalar_subquery())


@cache
def _answered_samples() -> sa.Update:
    return answer_samples()


def _places(connection: sa.Connection, act: Act, positions: Sequence[int]) -> dict[int, Any]:
    here = (
        sa.select(
            *(blocks.c.position, blocks.c.fingerprint, blocks.c.text, pages.c.address, pages.c.site),
            *(texts.c.ruling, texts.c.decision_id, acts.c.person),
        )
        .join(pages)
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .outerjoin(decisions, decisions.c.id == texts.c.decision_id)
        .outerjoin(acts, acts.c.id == decisions.c.act_id)
        .where(blocks.c.page_id == act.page_id)
    )
    found = {
        row.position: row
        for part in in_parts(positions)
        for row in connection.execute(here.where(blocks.c.position.in_(part)))
    }
    for position in positions:
        if position not in found:
            raise NotFoundError(f"page {act.page_id}, block {position}: not in the queue; the front page lists what is")
    return found


def _refuse_unseen(act: Act, ruled: Ruled, now: Any) -> None:
    """Refuse to overrule what somebody else has said since the person looked, be it by undo or redo."""
    unseen = now.ruling and now.decision_id != ruled.standing and now.person != act.person
    if ruled.standing is not None and unseen and now.ruling != ruled.ruling:
        raise _unseen(now.person, now.text, now.ruling)


def _unseen(person: str, text: str, ruling: str) -> ConflictError:
    return ConflictError(
        f"{person} has ruled {text[:60]!r} {ruling} since you looked; look again, and decide again to overrule"
    )


def _refuse_overruling(connection: sa.Connection, act: Act, rows: Mapping[str, dict[str, Any]]) -> None:
    if act.seen is None:
        return
    since = (
        sa.select(texts.c.fingerprint, decisions.c.ruling, acts.c.person)
        .join(decisions, decisions.c.id == texts.c.decision_id)
        .join(acts, acts.c.id == decisions.c.act_id)
        .where(texts.c.decision_id > act.seen, acts.c.person != act.person)
    )
    for part in in_parts(list(rows)):
        for other in connection.execute(since.where(texts.c.fingerprint.in_(part))):
            if other.ruling != rows[other.fingerprint]["ruling"]:
                raise _unseen(other.person, rows[other.fingerprint]["text"], other.ruling)


def _row(ruled: Ruled, place: Any) -> dict[str, Any]:
    return {
        "fingerprint": place.fingerprint,
        "text": place.text,
        "address": place.address,
        "site": place.site,
        "position": ruled.position,
        "ruling": ruled.ruling,
        "shown_model": ruled.shown.model,
        "shown_label": ruled.shown.label,
        "shown_score": ruled.shown.score,
    }
