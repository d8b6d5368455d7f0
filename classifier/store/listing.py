"""The queue as a list: filtered, ordered, counted, in parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa

from classifier.errors import missing_page
from classifier.store.claims import Claim, claim_of, held, take_claim
from classifier.store.database import Database
from classifier.store.schema import blocks, campaigns, pages, runs, texts
from classifier.store.site_names import of_sites
from classifier.store.summaries import TO_CHECK

State = Literal["open", "claimed", "done", "unsure", "waiting"]
STATES: tuple[State, ...] = get_args(State)
Order = Literal["most filler", "most doubtful", "newest", "oldest", "random"]
ORDERS: tuple[Order, ...] = get_args(Order)

_ORDERED: dict[str, tuple[Any, ...]] = {
    "most filler": (pages.c.share.desc(), pages.c.flagged.desc(), pages.c.id.desc()),
    "most doubtful": (pages.c.doubt.desc(), pages.c.id.desc()),
    "newest": (pages.c.id.desc(),),
    "oldest": (pages.c.id,),
    "random": (pages.c.content,),  # a digest: as good as thrown dice, and the same at the next part
}

# The 0 is part of the statement, as in the indices of such pages: only so a planner sees that they serve it.
_LEFT = pages.c.to_check > sa.literal_column("0")  # only judged pages have blocks to check
_UNSURE = pages.c.unsure > sa.literal_column("0")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which pages to list; None or empty lets everything pass."""

    state: State | None = None
    site: str = ""  # registered domain, or a part of it where no site is called so
    share: float | None = None  # at least, 0..1
    flagged: int | None = None  # blocks, at least
    doubt: float | None = None  # at least, 0..1
    days: int | None = None  # added within so many days
    campaign: int | None = None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page as the queue lists it."""

    id: int
    address: str
    site: str
    added_at: datetime  # UTC
    state: State
    claim: Claim | None  # that holds
    blocks: int
    flagged: int  # blocks called filler
    to_check: int  # blocks that a person should look at
    unsure: int  # blocks that a person could not decide
    share: float  # flagged / blocks, 0..1
    doubt: float  # of the most doubtful undecided block, 0..1
    campaigns: tuple[int, ...]  # of its runs


def list_pages(
    database: Database, wanted: Filter, *, now: datetime, order: Order = "oldest", limit: int, offset: int = 0
) -> list[ListedPage]:
    """Return a part of the queue."""
    # the part is found by its numbers alone: what is passed over before it need not be read
    numbers = sa.select(pages.c.id).order_by(*_ORDERED[order]).limit(limit).offset(offset)
    query = sa.select(pages, _state(now).label("state")).order_by(*_ORDERED[order])
    with database.reading() as connection:
        part = numbers.where(*_conditions(connection, wanted, now))
        rows = connection.execute(query.where(pages.c.id.in_(part))).all()
        found = _campaigns(connection, [row.id for row in rows])
    return [_listed(row, found.get(row.id, ()), now) for row in rows]


def listed_page(database: Database, page_id: int, *, now: datetime) -> ListedPage:
    """Return one page as the queue lists it. Raises NotFoundError when there is none."""
    query = sa.select(pages, _state(now).label("state")).where(pages.c.id == page_id)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            raise missing_page(page_id)
        return _listed(row, _campaigns(connection, [page_id]).get(page_id, ()), now)


def count_listed(database: Database, wanted: Filter, *, now: datetime) -> int:
    """Return how many pages pass the filter."""
    with database.reading() as connection:
        return int(connection.execute(sa.select(_how_many(*_conditions(connection, wanted, now)))).scalar_one())


def count_states(database: Database, *, now: datetime) -> dict[State, int]:
    """Return how many pages are in each state."""
    query = sa.select(
        _how_many().label("all"),
        _how_many(_LEFT).label("left"),
        *(_how_many(*in_state(state, now)).label(state) for state in ("claimed", "unsure", "waiting")),
    )
    with database.reading() as connection:
        found = connection.execute(query).one()
    done = found.all - found.left - found.unsure - found.waiting
    return {
        "open": found.left - found.claimed,
        "claimed": found.claimed,
        "done": done,
        "unsure": found.unsure,
        "waiting": found.waiting,
    }


def claim_next(database: Database, wanted: Filter, *, order: Order, person: str, now: datetime) -> int | None:
    """Claim the first page of the list that nobody else works on and that needs a look; None when there is none."""
    free = sa.or_(~held(now), pages.c.claimed_by == person)
    waiting = pages.c.model.is_(None)  # not judged yet, it may need a look
    first = sa.select(pages.c.id).where(free).order_by(*_ORDERED[order]).limit(1)
    with database.writing() as connection:
        free_ones = first.where(*_conditions(connection, wanted, now))
        found = connection.scalar(free_ones.where(_LEFT)) or connection.scalar(free_ones.where(waiting))
        if found is not None:
            take_claim(connection, found, person=person, now=now)
    return found


def next_to_check(database: Database, page_id: int, *, after: int) -> int | None:
    """Return the position of the next block of a page that a person should look at, or else of the first."""
    with database.reading() as connection:
        found: int | None = connection.scalar(_next_to_check(), {"page": page_id, "after": after})
    return found


@cache  # a statement takes longer to put together than to run
def _next_to_check() -> Any:
    return (
        sa.select(blocks.c.position)
        .join(texts, texts.c.fingerprint == blocks.c.fingerprint)
        .where(blocks.c.page_id == sa.bindparam("page"), TO_CHECK)
        .order_by(blocks.c.position <= sa.bindparam("after"), blocks.c.position)
        .limit(1)
    )


def _conditions(connection: sa.Connection, wanted: Filter, now: datetime) -> list["sa.ColumnElement[bool]"]:
    passing: dict[str, Callable[[Any], sa.ColumnElement[bool]]] = {
        "state": lambda state: sa.and_(*in_state(state, now)),
        "site": lambda site: of_sites(connection, site),
        "share": lambda share: pages.c.share >= share,
        "flagged": lambda flagged: pages.c.flagged >= flagged,
        "doubt": lambda doubt: pages.c.doubt >= doubt,
        "days": lambda days: pages.c.added_at >= now - timedelta(days=days),
        "campaign": lambda campaign: pages.c.id.in_(sa.select(runs.c.page_id).where(runs.c.campaign_id == campaign)),
    }
    given = {name: getattr(wanted, name) for name in passing}
    return [passing[name](value) for name, value in given.items() if value not in (None, "")]


def _how_many(*conditions: "sa.ColumnElement[bool]") -> "sa.ScalarSelect[int]":
    return sa.select(sa.func.count()).select_from(pages).where(*conditions).scalar_subquery()


def in_state(state: State, now: datetime) -> list["sa.ColumnElement[bool]"]:
    """Return what :func:`_state` says, put so that an index answers it."""
    few = pages.alias()  # begun with, whatever the order
    judged = sa.func.coalesce(pages.c.model, "") != ""  # no range of an index: most pages are
    conditions: dict[State, list[sa.ColumnElement[bool]]] = {
        "open": [_LEFT, ~held(now)],
        "claimed": [_LEFT, held(now)],
        "done": [judged, ~_LEFT, ~_UNSURE],
        "unsure": [judged, ~_LEFT, pages.c.id.in_(sa.select(few.c.id).where(few.c.unsure > sa.literal_column("0")))],
        "waiting": [pages.c.model.is_(None)],
    }
    return conditions[state]


def _state(now: datetime) -> "sa.ColumnElement[str]":
    return sa.case(
        (pages.c.model.is_(None), sa.literal_column("'waiting'")),  # no model has judged it yet
        (sa.and_(_LEFT, held(now)), sa.literal_column("'claimed'")),
        (_LEFT, sa.literal_column("'open'")),
        (_UNSURE, sa.literal_column("'unsure'")),
        else_=sa.literal_column("'done'"),
    )


def _campaigns(connection: sa.Connection, page_ids: list[int]) -> dict[int, tuple[int, ...]]:
    repeated = sa.select(runs.c.page_id, runs.c.campaign_id).join(campaigns).where(campaigns.c.pages > 1)
    query = repeated.where(runs.c.page_id.in_(page_ids)).order_by(runs.c.first)
    found: dict[int, tuple[int, ...]] = {}
    for page, campaign in connection.execute(query):
        found[page] = (*found.get(page, ()), campaign)
    return found


def _listed(row: Any, campaigns: tuple[int, ...], now: datetime) -> ListedPage:
    claim = claim_of(row)
    return ListedPage(
        **{name: getattr(row, name) for name in _SHOWN},
        claim=claim if claim and claim.holds(now) else None,
        campaigns=tuple(dict.fromkeys(campaigns)),
    )


_SHOWN = ("id", "address", "site", "added_at", "state", "blocks", "flagged", "to_check", "unsure", "share", "doubt")
