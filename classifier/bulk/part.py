"""Verdicts -> one part, a Parquet file or JSON lines, written whole or not at all."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.blocks import Block, Page, Verdict
from classifier.disk import whole_file

PartFormat = Literal["parquet", "jsonl"]
PART_FORMATS: tuple[PartFormat, ...] = get_args(PartFormat)
_NAMES = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("page", pa.string(), nullable=False),  # address, or file and row
        pa.field("site", _NAMES, nullable=False),  # registered domain, empty when unknown
        pa.field("position", pa.int32(), nullable=False),  # in reading order, from 0
        pa.field("text", pa.string(), nullable=False),
        pa.field("label", _NAMES, nullable=False),  # news, filler or boilerplate
        pa.field("score", pa.float64(), nullable=False),  # P(filler) / (P(filler) + P(news)), 0..1
        pa.field("needs_review", pa.bool_(), nullable=False),
        pa.field("doubt", _NAMES, nullable=False),  # why a person should look; empty otherwise
        pa.field("hidden", pa.bool_(), nullable=False),  # a reader of the page would not see it
        pa.field("link_hosts", pa.list_(pa.string()), nullable=False),  # outside the site, each once
        pa.field("model", _NAMES, nullable=False),  # version
    ]
)
"""The columns of a part, a row a block; documented in README.md."""

_Row = tuple[Any, ...]
_BLOCKS_A_GROUP = 20_000  # rows of a row group, which is held in memory
Write = Callable[[list[_Row]], None]


class Part:
    """A part that is being written."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._rows: list[_Row] = []

    def add(self, page: Page, verdicts: Sequence[Verdict]) -> None:
        """Add the blocks of a page with a verdict on each."""
        self._rows += [_row(page, block, verdict) for block, verdict in zip(page.blocks, verdicts, strict=True)]
        if len(self._rows) >= _BLOCKS_A_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what was added."""
        if self._rows:
            self._write(self._rows)
        self._rows = []


@contextmanager
def new_part(path: Path, form: PartFormat) -> Iterator[Part]:
    """Yield a part that becomes the file `path` when the block ends well. Raises OSError when it cannot be written."""
    with whole_file(path) as stream, _writing[form](stream) as write:
        part = Part(write)
        yield part
        part.flush()


@contextmanager
def _parquet(stream: io.BufferedWriter) -> Iterator[Write]:
    with pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer:
        yield lambda rows: writer.write_table(_table(rows))


@contextmanager
def _json_lines(stream: io.BufferedWriter) -> Iterator[Write]:
    names = SCHEMA.names
    yield lambda rows: stream.writelines(
        (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n").encode() for row in rows
    )


_writing: dict[PartFormat, Callable[[io.BufferedWriter], Any]] = {"parquet": _parquet, "jsonl": _json_lines}


def _row(page: Page, block: Block, verdict: Verdict) -> _Row:
    return (
        page.address,
        page.site,
        block.position,
        block.text,
        verdict.label,
        verdict.score,
        verdict.needs_review,
        verdict.doubt,
        block.hidden,
        block.link_hosts,
        verdict.model,
    )


def _table(rows: list[_Row]) -> pa.Table:
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], SCHEMA)
