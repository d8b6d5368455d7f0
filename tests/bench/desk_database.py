"""A moderation database filled with a made crawl at once, past the store; campaigns are found by the store itself."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from classifier.store.campaigns import Run, replace_runs
from classifier.store.database import Database
from classifier.store.judging import doubt_of, runs_of
from classifier.store.opening import open_database
from classifier.store.queue import QueuedPage, _content
from classifier.store.schema import metadata
from classifier.text import fingerprint
from tests.bench.made_crawl import Line, MadePage, made_crawl

_AT_ONCE = 500  # pages

_PAGES = "id address site content added_at model blocks flagged to_check unsure share doubt"
_BLOCKS = (
    "page_id position text fingerprint place list_item heading hidden link_share link_hosts "
    "label score needs_review doubt"
)
_ACTS = "id person acted_at kind page_id source"
_DECISIONS = "act_id fingerprint text address site position ruling shown_model shown_label shown_score"

_DERIVED = (
    "INSERT INTO text_sites (fingerprint, site, pages) SELECT fingerprint, site, count(DISTINCT page_id) "
    "FROM blocks JOIN pages ON pages.id = page_id GROUP BY fingerprint, site",
    "INSERT INTO texts (fingerprint, pages, sites) SELECT fingerprint, sum(pages), count(*) "
    "FROM text_sites GROUP BY fingerprint",
    "UPDATE texts SET decision_id = (SELECT max(id) FROM decisions WHERE decisions.fingerprint = texts.fingerprint) "
    "WHERE fingerprint IN (SELECT fingerprint FROM decisions)",
    "UPDATE texts SET ruling = (SELECT ruling FROM decisions WHERE decisions.id = decision_id) "
    "WHERE decision_id IS NOT NULL",
)


@dataclass(frozen=True, slots=True)
class Judge:
    """The model version that the made verdicts are said to be of."""

    version: str
    threshold: float  # score from which a block is filler


def fill(database: Database, pages: int, judge: Judge) -> None:
    """Put a made crawl into an empty SQLite database, judged and in part decided."""
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -1000000")  # kB
        for part in _parts(made_crawl(pages)):
            _pour(connection, "pages", _PAGES, (_page(made, judge) for made in part))
            _pour(connection, "blocks", _BLOCKS, (row for made in part for row in _blocks(made, judge)))
            _pour(connection, "acts", _ACTS, (_act(made) for made in part if _ruled(made)))
            _pour(connection, "decisions", _DECISIONS, (row for made in part for row in _decisions(made, judge)))
        for statement in _DERIVED:
            connection.exec_driver_sql(statement)
        for part in _parts(made_crawl(pages)):
            replace_runs(connection, [(queued(made, judge), its_runs) for made in part if (its_runs := _runs(made))])


def _parts(crawl: Iterator[MadePage]) -> Iterator[list[MadePage]]:
    return iter(lambda: list(islice(crawl, _AT_ONCE)), [])


def _pour(connection: sa.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    names = columns.split()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in names)
        driver.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _page(made: MadePage, judge: Judge) -> tuple[Any, ...]:
    page, blocks = made.page, len(made.lines)
    flagged = sum((line.ruling or line.label) == "filler" for line in made.lines)
    undecided = [line for line in made.lines if not line.ruling]
    to_check = sum(line.label == "filler" or line.needs_review for line in undecided)
    unsure = sum(line.ruling == "unsure" for line in made.lines)
    doubt = max((_doubt(line, judge) for line in undecided), default=0.0)
    counts = (blocks, flagged, to_check, unsure, flagged / blocks, doubt)
    return (made.number, page.address, page.site, _content(page), _time(made), judge.version, *counts)


def _blocks(made: MadePage, judge: Judge) -> Iterator[tuple[Any, ...]]:
    for block, line in zip(made.page.blocks, made.lines, strict=True):
        form = (json.dumps(block.place), False, False, False, 0.0, "[]")
        verdict = (line.label, line.score, line.needs_review, _doubt(line, judge))
        yield (made.number, block.position, line.text, fingerprint(line.text), *form, *verdict)


def _act(made: MadePage) -> tuple[Any, ...]:
    return (made.number, "before", _time(made), "page", made.number, "")


def _decisions(made: MadePage, judge: Judge) -> Iterator[tuple[Any, ...]]:
    page = made.page
    for position, line in _ruled(made):
        shown = (judge.version, line.label, line.score)
        text = (fingerprint(line.text), line.text, page.address, page.site, position)
        yield (made.number, *text, line.ruling, *shown)


def _ruled(made: MadePage) -> list[tuple[int, Line]]:
    return [(position, line) for position, line in enumerate(made.lines) if line.ruling]


def queued(made: MadePage, judge: Judge) -> QueuedPage:
    """Return a made page as the store would read it, before anybody decided."""
    nothing: dict[int, Any] = {}
    stored = (made.number, made.page, made.added_at, judge.version, None)
    return QueuedPage(*stored, 0, nothing, nothing, nothing, nothing, frozenset())


def _runs(made: MadePage) -> list[Run]:
    return [Run(first, last) for first, last in runs_of([line.label == "filler" for line in made.lines])]


def _doubt(line: Line, judge: Judge) -> float:
    return 0.0 if line.label == "boilerplate" else doubt_of(line.score, judge.threshold)


def _time(made: MadePage) -> str:
    return made.added_at.isoformat(" ", "microseconds")


def copy_to_postgresql(source: Path, url: str) -> None:
    """Copy a SQLite database, table by table, into a PostgreSQL database that has none of them."""
    target = open_database(url)
    with open_database(source).reading() as reading, target.writing() as writing:
        for table in metadata.sorted_tables:
            found = reading.exec_driver_sql(
                f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name}"
            )
            _pour(writing, table.name, " ".join(column.name for column in table.columns), map(tuple, found))
            if "id" in table.columns:
                _go_on_counting(writing, table.name)
    with target.writing() as connection:
        connection.exec_driver_sql("ANALYZE")  # as autovacuum would in a minute
    target.close()


def _go_on_counting(connection: sa.Connection, table: str) -> None:
    """Have PostgreSQL number what comes next after what is there."""
    newest = f"SELECT coalesce(max(id), 1) FROM {table}"
    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({newest}))")
