"""On how many pages and sites of the queue a text stands."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from classifier.store.queries import in_parts
from classifier.store.schema import text_sites, texts
from classifier.store.worth import reaching


def count_texts(connection: sa.Connection, more: "Counter[tuple[str, str]]") -> None:
    """Add to the counts of pages by fingerprint and site; what is taken off is a negative count."""
    for part in in_parts(sorted(more)):
        _count_part(connection, {key: more[key] for key in part})
    counted = sorted({text for text, _site in more})
    add_texts(connection, counted)
    with reaching(connection, counted):
        _sum_up(connection, counted)


def _sum_up(connection: sa.Connection, fingerprints: Sequence[str]) -> None:
    for texts_of_part in in_parts(fingerprints):
        here = text_sites.c.fingerprint == texts.c.fingerprint
        total = sa.select(sa.func.coalesce(sa.func.sum(text_sites.c.pages), 0)).where(here).scalar_subquery()
        sites = sa.select(sa.func.count()).where(here, text_sites.c.pages > 0).scalar_subquery()
        connection.execute(
            sa.update(texts).where(texts.c.fingerprint.in_(texts_of_part)).values(pages=total, sites=sites)
        )


def add_texts(connection: sa.Connection, fingerprints: Sequence[str]) -> None:
    """Make sure that each of these texts has its row, without a page and without a ruling at first."""
    for part in in_parts(fingerprints):
        known = set(connection.scalars(sa.select(texts.c.fingerprint).where(texts.c.fingerprint.in_(part))))
        missing = [{"fingerprint": text, "pages": 0, "sites": 0} for text in part if text not in known]
        if missing:
            connection.execute(sa.insert(texts), missing)


def _count_part(connection: sa.Connection, more: dict[tuple[str, str], int]) -> None:
    key = sa.tuple_(text_sites.c.fingerprint, text_sites.c.site)
    known = sa.select(text_sites.c.fingerprint, text_sites.c.site).where(key.in_(list(more)))
    there = set(connection.execute(known))
    rows = [{"text": text, "at": site, "more": count} for (text, site), count in more.items()]
    new = [row for row in rows if (row["text"], row["at"]) not in there]
    old = [row for row in rows if (row["text"], row["at"]) in there]
    if new:
        values: dict[str, Any] = {
            "fingerprint": sa.bindparam("text"),
            "site": sa.bindparam("at"),
            "pages": sa.bindparam("more"),
        }
        connection.execute(sa.insert(text_sites).values(values), new)
    if old:
        here = sa.and_(text_sites.c.fingerprint == sa.bindparam("text"), text_sites.c.site == sa.bindparam("at"))
        counted = text_sites.c.pages + sa.bindparam("more")
        connection.execute(sa.update(text_sites).where(here).values(pages=counted), old)
