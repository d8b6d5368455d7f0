"""JSON lines, CSV and Parquet files -> rows as dictionaries, streamed, each with its number in the file."""

import codecs
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

from classifier.encodings import decode
from classifier.errors import InputError

MOST_BYTES = 20_000_000  # bytes of one page, or of one row of a JSON lines file
COLUMNS = ("url", "page", "site", "voice", "source", "html", "text", "blocks", "label", "kind")  # read from Parquet
_ROWS_AT_ONCE = 1_000

RowFormat = Literal["jsonl", "csv", "parquet"]
Row = dict[str, Any]
_SUFFIXES: dict[str, RowFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


def row_format(suffix: str) -> RowFormat | None:
    """Return the format that a file's ending announces, None when it announces none of ours."""
    return _SUFFIXES.get(suffix.lower())


def read_rows(
    stream: BinaryIO, *, name: str, row_format: RowFormat, notify: Callable[[str], None]
) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a file with their numbers: lines from 1; in CSV and Parquet, records from 1.

    Raises InputError at the first row that cannot be read, naming file and row.
    """
    if row_format == "csv":
        yield from _csv_rows(stream, name, notify)
    elif row_format == "parquet":
        yield from _parquet_rows(stream, name, notify)
    else:
        yield from _json_rows(stream, name, notify)


def _json_rows(stream: BinaryIO, name: str, notify: Callable[[str], None]) -> Iterator[tuple[int, Row]]:
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        place = f"{name}:{number}"
        if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InputError(f"{place}: UTF-16; JSON lines are UTF-8 (RFC 8259)")
        if len(line) > MOST_BYTES:
            raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a row may have at most that many")
        text = decode(line, name=place, notify=notify)
        if text.strip():
            yield number, _json_object(text, place)


def _json_object(text: str, place: str) -> Row:
    row = _json(text, place)
    if not isinstance(row, dict):
        raise InputError(f"{place}: not a JSON object; each line must be one JSON object")
    return row


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: broken JSON ({error}); a row holds one JSON value") from error


def _csv_rows(stream: BinaryIO, name: str, notify: Callable[[str], None]) -> Iterator[tuple[int, Row]]:
    import io  # noqa: PLC0415 - with pandas, which takes half a second to import

    import pandas as pd  # noqa: PLC0415 - see above

    text = decode(stream.read(), name=name, notify=notify)
    number = 0
    try:
        # index_col=False: a row with a cell too many is an error, not a row with an index
        options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "index_col": False}
        parts = pd.read_csv(io.StringIO(text), chunksize=_ROWS_AT_ONCE, **options)
        while (part := _strictly(parts)) is not None:
            for row in part.to_dict("records"):
                number += 1
                yield number, _with_blocks({str(k): v for k, v in row.items() if v != ""}, f"{name}:{number}")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        raise InputError(f"{name}: broken CSV ({error}); give a header row and one page a row") from error


def _strictly(parts: Iterator[Any]) -> Any:
    """Return the next part of a CSV file, None after the last. What pandas only warns of is raised."""
    with warnings.catch_warnings(action="error"):
        return next(parts, None)


def _with_blocks(row: Row, place: str) -> Row:
    return {**row, "blocks": _json(row["blocks"], place)} if "blocks" in row else row


def _parquet_rows(stream: BinaryIO, name: str, notify: Callable[[str], None]) -> Iterator[tuple[int, Row]]:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    number = 0
    try:
        file = pq.ParquetFile(pa.BufferReader(stream.read()))
        columns = [column for column in COLUMNS if column in file.schema_arrow.names]
        for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
            for row in batch.to_pylist():
                number += 1
                place = f"{name}:{number}"
                yield number, {k: _text(v, place, notify) for k, v in row.items() if v is not None}
    except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
        raise InputError(f"{name}: broken Parquet ({error}), after row {number:,}") from error


def _text(value: Any, place: str, notify: Callable[[str], None]) -> Any:
    return decode(value, name=place, notify=notify, html=True) if isinstance(value, bytes) else value
