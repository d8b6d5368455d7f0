"""JSON lines, CSV and Parquet files -> rows as dictionaries, streamed, each with its number in the file."""

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

from classifier.encodings import decode
from classifier.errors import InputError
from classifier.text import printable

MOST_BYTES = 20_000_000  # bytes of one page, or of one row of a JSON lines file
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
        yield from _parquet_rows(stream, name)
    else:
        yield from _json_rows(stream, name, notify)


def _json_rows(stream: BinaryIO, name: str, notify: Callable[[str], None]) -> Iterator[tuple[int, Row]]:
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        place = f"{name}:{number}"
        if len(line) > MOST_BYTES:
            raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a row may have at most that many")
        text = decode(line, name=place, notify=notify)
        if text.strip():
            yield number, _json_object(text, place)


def _json_object(text: str, place: str) -> Row:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: broken JSON ({error}); each line must be one JSON object") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: not a JSON object; each line must be one JSON object")
    return row


def _csv_rows(stream: BinaryIO, name: str, notify: Callable[[str], None]) -> Iterator[tuple[int, Row]]:
    import io  # noqa: PLC0415 - with pandas, which takes half a second to import

    import pandas as pd  # noqa: PLC0415 - see above

    text = decode(stream.read(), name=name, notify=notify)
    try:
        parts = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, chunksize=_ROWS_AT_ONCE)
        number = 0
        for part in parts:
            for row in part.to_dict("records"):
                number += 1
                yield number, _with_blocks({str(k): v for k, v in row.items() if v != ""}, f"{name}:{number}")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{name}: broken CSV ({error}); give a header row and one page a row") from error


def _with_blocks(row: Row, place: str) -> Row:
    if "blocks" not in row:
        return row
    return {**row, "blocks": _json_object(f'{{"blocks": {row["blocks"]}}}', place)["blocks"]}


def _parquet_rows(stream: BinaryIO, name: str) -> Iterator[tuple[int, Row]]:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    try:
        number = 0
        for batch in pq.ParquetFile(pa.BufferReader(stream.read())).iter_batches(batch_size=_ROWS_AT_ONCE):
            for row in batch.to_pylist():
                number += 1
                yield number, {key: _clean(value) for key, value in row.items() if value is not None}
    except pa.ArrowException as error:
        raise InputError(f"{name}: broken Parquet ({error})") from error


def _clean(value: Any) -> Any:
    return printable(value) if isinstance(value, str) else value
