"""What several queries need: long lists in parts that every database takes, and counts that grow by some."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_AT_ONCE = 500  # values in one IN (...)

T = TypeVar("T")


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `values` in parts of at most 500."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def any_of(column: "sa.ColumnElement[str]") -> "sa.ColumnElement[bool]":
    """Return the condition that a column is one of the values given as `part` when the statement is executed."""
    return column.in_(sa.bindparam("part", expanding=True))


def add_to_pages(connection: sa.Connection, table: sa.Table, more: Mapping[tuple[Any, ...], int]) -> None:
    """Add to the column `pages` of a table by its primary key; what is taken off is negative, and a row at 0 goes."""
    keys = [column.name for column in table.primary_key]
    rows = [dict(zip(keys, key, strict=True), pages=count) for key, count in more.items() if count]
    if rows:
        insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
        grown = {"pages": table.c.pages + insert.excluded.pages}
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=grown), rows)
    gone = [{f"_{name}": row[name] for name in keys} for row in rows if row["pages"] < 0]
    if gone:
        here = [table.c[name] == sa.bindparam(f"_{name}") for name in keys]
        connection.execute(sa.delete(table).where(*here, table.c.pages <= 0), gone)
