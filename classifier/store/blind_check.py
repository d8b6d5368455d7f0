"""The blind check: samples handed to people one by one, their answers, and all as the live figures need them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from classifier.blocks import LABELS, Page
from classifier.errors import ConflictError, NotFoundError
from classifier.live import Agreed, Sampled, State
from classifier.store.claims import Claim, held, take_claim
from classifier.store.database import Database
from classifier.store.decisions import Act, Ruled, Ruling, Shown, decide, recorded, times_toggled
from classifier.store.hidden import WAITING
from classifier.store.learning_schema import blind_samples
from classifier.store.queue import read_pages
from classifier.store.schema import acts, blocks, decisions, pages, texts

BLIND_RULINGS: tuple[Ruling, ...] = ("news", "filler", "boilerplate", "unsure")


@dataclass(frozen=True, slots=True)
class BlindBlock:
    """A sample that waits, where its text stands now."""

    id: int
    page_id: int
    page: Page
    position: int
    claim: Claim | None  # of the page, expired or not


def count_waiting(database: Database) -> int:
    """Return how many samples can be answered."""
    with database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(_waiting().subquery())).scalar_one())


def next_blind(database: Database, *, person: str, now: datetime, leaving: int | None = None) -> int | None:
    """Claim the page of the next sample for a person and return the sample's number; None when none is free.

    A sample is nobody else's while its page is claimed. The page of the sample `leaving`, skipped or answered, is
    given back, and the one that comes after it is taken.
    """
    free = sa.or_(~held(now), pages.c.claimed_by == person)
    after = leaving or 0
    coming = _waiting().where(free).order_by(blind_samples.c.id <= after, blind_samples.c.id).limit(1)
    with database.writing() as connection:
        left = connection.execute(_places().where(blind_samples.c.id == after)).one_or_none()
        found = connection.execute(coming).one_or_none()
        if left and (found is None or found.page_id != left.page_id):
            mine = sa.and_(pages.c.id == left.page_id, pages.c.claimed_by == person)
            connection.execute(sa.update(pages).where(mine).values(claimed_by=None, claimed_at=None))
        if found:
            take_claim(connection, found.page_id, person=person, now=now)
    return found.id if found else None


def blind_block(database: Database, sample: int) -> BlindBlock:
    """Return a sample that waits. Raises NotFoundError when it does not."""
    with database.reading() as connection:
        found = connection.execute(_waiting().where(blind_samples.c.id == sample)).one_or_none()
        if found is None:
            raise _not_waiting(sample)
        (queued,) = read_pages(connection, [found.page_id])
    return BlindBlock(sample, found.page_id, queued.page, found.position, queued.claim)


def answer_blind(database: Database, act: Act, sample: int, ruling: Ruling) -> Shown:
    """Record what a person says of a sample, and return the verdict that was hidden.

    Args:
        act: its scope is 'block' and it is blind; its page is the one where the person saw the text.
        ruling: one of BLIND_RULINGS.

    Raises:
        NotFoundError: there is no such sample, or its text does not stand on the page any more.
        ConflictError: it was answered, or decided elsewhere, since the person looked; or somebody else holds the page.
        HomeError, BusyError: nothing could be saved.
    """
    with database.reading() as connection:
        known = connection.execute(sa.select(blind_samples).where(blind_samples.c.id == sample)).one_or_none()
        again = recorded(connection, act)
        here = sa.and_(blocks.c.page_id == act.page_id, blocks.c.fingerprint == getattr(known, "fingerprint", ""))
        position = connection.scalar(sa.select(sa.func.min(blocks.c.position)).where(here))
    if known is None or (position is None and not again):
        raise _not_waiting(sample)
    if known.act_id is not None and not again:
        raise ConflictError("this text was decided while you looked; go on with the next one")
    shown = Shown(known.model, known.label, known.score)
    if not again:
        decide(database, act, [Ruled(position, ruling, shown, standing=0)], claiming=True)
    return shown


def read_samples(database: Database, *, since: datetime | None = None) -> list[Sampled]:
    """Return all samples drawn since then (UTC), or ever, with what became of them, in the order of drawing."""
    stands = sa.and_(acts.c.blind, times_toggled(acts.c.id) % 2 == 0)
    query = (
        sa.select(blind_samples, stands.label("stands"), WAITING.label("waits"), texts.c.pages, decisions.c.ruling)
        .select_from(blind_samples)
        .outerjoin(acts, acts.c.id == blind_samples.c.act_id)
        .outerjoin(
            decisions,
            sa.and_(decisions.c.act_id == acts.c.id, decisions.c.fingerprint == blind_samples.c.fingerprint),
        )
        .outerjoin(texts, texts.c.fingerprint == blind_samples.c.fingerprint)
        .order_by(blind_samples.c.id)
    )
    with database.reading() as connection:
        return [_sampled(row) for row in connection.execute(query if since is None else query.where(_since(since)))]


def agreement_shown(database: Database, *, since: datetime | None = None) -> list[Agreed]:
    """Return how often decisions on blocks, runs and pages were what the verdict shown said, since the first drawing.

    What was taken back does not count, nor what came with an import or answered a sample.
    """
    away = acts.alias()
    taken_back = sa.select(away.c.toggles).where(away.c.toggles.is_not(None)).group_by(away.c.toggles)
    answering = sa.select(blind_samples.c.act_id).where(blind_samples.c.act_id.is_not(None))
    began = sa.select(sa.func.min(blind_samples.c.drawn_at)).where(_since(since) if since else sa.true())
    outcome = sa.case((decisions.c.shown_label == "filler", "removed"), else_="passed")
    same = sa.func.sum(sa.case((decisions.c.ruling == decisions.c.shown_label, 1), else_=0))
    counted = (
        sa.select(outcome.label("outcome"), same.label("same"), sa.func.count().label("of"))
        .select_from(decisions.join(acts))
        .where(acts.c.acted_at >= began.scalar_subquery(), acts.c.source == "", ~acts.c.blind)
        .where(acts.c.kind.in_(("block", "run", "page")), decisions.c.ruling.in_(LABELS))
        .where(acts.c.id.not_in(taken_back.having(sa.func.count() % 2 == 1)), acts.c.id.not_in(answering))
        .group_by("outcome")
    )
    with database.reading() as connection:
        return [Agreed(row.outcome, row.same, row.of) for row in connection.execute(counted)]


@cache  # a statement takes longer to put together than to run
def _places() -> "sa.Select[Any]":
    """Return the query for samples, each with one block of its text: its own, or else the oldest there is."""
    block = blocks.alias()
    of_text = block.c.fingerprint == blind_samples.c.fingerprint
    own = sa.and_(block.c.page_id == blind_samples.c.page_id, block.c.position == blind_samples.c.position)
    place = sa.func.coalesce(
        sa.select(block.c.id).where(of_text, own).correlate(blind_samples).scalar_subquery(),
        sa.select(sa.func.min(block.c.id)).where(of_text).correlate(blind_samples).scalar_subquery(),
    )
    return (
        sa.select(blind_samples.c.id, blocks.c.page_id, blocks.c.position)
        .select_from(blind_samples)
        .join(blocks, blocks.c.id == place)
        .join(pages, pages.c.id == blocks.c.page_id)
    )


@cache
def _waiting() -> "sa.Select[Any]":
    return _places().where(WAITING)


def _since(since: datetime) -> "sa.ColumnElement[bool]":
    return blind_samples.c.drawn_at >= since


def _sampled(row: Any) -> Sampled:
    return Sampled(
        drawn_at=row.drawn_at,
        model=row.model,
        outcome=row.outcome,
        drawn=row.drawn,
        of=row.of,
        verdict=row.label,
        state=_state(row),
        ruling=row.ruling if row.stands else None,
    )


def _state(row: Any) -> State:
    if row.act_id is not None:
        return "answered" if row.stands and row.ruling != "undo" else "shown"
    return "waiting" if row.waits and row.pages else "closed"


def _not_waiting(sample: int) -> NotFoundError:
    return NotFoundError(f"blind sample {sample}: does not wait any more; the blind check has the next one")
