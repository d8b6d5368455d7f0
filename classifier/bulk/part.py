"""Verdicts -> one part, a Parquet file or JSON lines, written whole or not at all."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.blocks import Page, Verdict
from classifier.disk import whole_file
from classifier.errors import OutputError

PartFormat = Literal["parquet", "jsonl"]
PART_FORMATS: tuple[PartFormat, ...] = get_args(PartFormat)
SCHEMA = pa.schema(
    [
        pa.field("page", pa.string(), nullable=False),  # address, or file and row
        pa.field("site", pa.string(), nullable=False),  # registered domain, empty when unknown
        pa.field("position", pa.int32(), nullable=False),  # in reading order, from 0
        pa.field("text", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),  # news, filler or boilerplate
        pa.field("score", pa.float64(), nullable=False),  # P(filler) / (P(filler) + P(news)), 0..1
        pa.field("needs_review", pa.bool_(), nullable=False),
        pa.field("doubt", pa.string(), nullable=False),  # why a person should look; empty otherwise
        pa.field("hidden", pa.bool_(), nullable=False),  # a reader of the page would not see it
        pa.field("link_hosts", pa.list_(pa.string()), nullable=False),  # outside the site, each once
        pa.field("model", pa.string(), nullable=False),  # version
        pa.field("sites", pa.int32()),  # that the text stands on; null for boilerplate, and unless repeats were judged
        pa.field("score_on_page", pa.float64()),  # where repeats changed the score: what it was
    ]
)
"""The columns of a part, a row a block; documented in README.md."""

_BLOCKS_A_GROUP = 20_000  # rows of a row group, which is held in memory
Write = Callable[[pa.Table], None]


class Part:
    """A part that is being written."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._columns: tuple[list[Any], ...] = tuple([] for _ in SCHEMA)

    def add(self, page: Page, verdicts: Sequence[Verdict]) -> None:
        """Add the blocks of a page with a verdict on each."""
        for column, values in zip(self._columns, _columns(page, verdicts), strict=True):
            column.extend(values)
        if len(self._columns[0]) >= _BLOCKS_A_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what was added."""
        if self._columns[0]:
            arrays = [pa.array(column, field.type) for column, field in zip(self._columns, SCHEMA, strict=True)]
            self._write(pa.table(arrays, SCHEMA))
        for column in self._columns:
            column.clear()


@contextmanager
def new_part(path: Path) -> Iterator[Part]:
    """Yield a part that becomes the file `path` when the block ends well; its ending says in which format.

    Raises OSError when it cannot be written.
    """
    with rewritten_part(path) as write:
        part = Part(write)
        yield part
        part.flush()


@contextmanager
def rewritten_part(path: Path) -> Iterator[Write]:
    """Yield a function that takes tables of SCHEMA; they replace the file `path` when the block ends well."""
    with whole_file(path) as stream:
        if path.suffix == ".jsonl":
            yield lambda table: stream.writelines(map(_json_line, table.to_pylist()))
            return
        with pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer:
            yield writer.write_table


def read_part(path: Path) -> Iterator[pa.Table]:
    """Yield a part as tables of SCHEMA, some thousand blocks at a time. Raises OSError, and OutputError if damaged."""
    try:
        for table in _json_tables(path) if path.suffix == ".jsonl" else _parquet_tables(path):
            if any(table[field.name].null_count for field in SCHEMA if not field.nullable):
                raise ValueError("a row of another file")
            yield table
    except (pa.ArrowException, ValueError, TypeError, AttributeError, KeyError) as error:
        raise damaged(path) from error
    except OSError as error:
        raise error if error.errno else damaged(path) from error  # Arrow's, of what cannot be unpacked


def damaged(path: Path) -> OutputError:
    """Return the error of a part or receipt that is not as it was written."""
    return OutputError(f"{path}: gone or damaged; run newsieve classify --out again, it is then made anew")


def _json_tables(path: Path) -> Iterator[pa.Table]:
    with path.open("rb") as stream:
        while lines := list(islice(stream, _BLOCKS_A_GROUP)):
            yield pa.Table.from_pylist([json.loads(line) for line in lines], SCHEMA)


def _parquet_tables(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BLOCKS_A_GROUP):
            yield pa.Table.from_batches([batch]).cast(SCHEMA)


def _json_line(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _columns(page: Page, verdicts: Sequence[Verdict]) -> tuple[list[Any], ...]:
    """Return the values of each column of SCHEMA for the blocks of a page."""
    blocks, count = page.blocks, len(verdicts)
    return (
        [page.address] * count,
        [page.site] * count,
        [block.position for block in blocks],
        [block.text for block in blocks],
        [verdict.label for verdict in verdicts],
        [verdict.score for verdict in verdicts],
        [verdict.needs_review for verdict in verdicts],
        [verdict.doubt for verdict in verdicts],
        [block.hidden for block in blocks],
        [block.link_hosts for block in blocks],
        [verdict.model for verdict in verdicts],
        [None] * count,
        [None] * count,
    )
