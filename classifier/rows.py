"""JSON lines, CSV and Parquet files -> rows as dictionaries, streamed, each with its number in the file."""

import codecs
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from io import BufferedReader
from typing import Any, Literal

from classifier.csv_rows import csv_records
from classifier.encodings import decode
from classifier.errors import InputError

MOST_BYTES = 20_000_000  # bytes of one page, or of one row of a JSON lines file
COLUMNS = ("url", "page", "site", "voice", "source", "html", "text", "blocks", "label", "kind")  # read from Parquet
_ROWS_AT_ONCE = 200  # of pages, which may be large
_BUFFER = 1 << 20  # bytes of a column that are read at once
_PIECE = 65_536  # bytes of a JSON array that are read at once
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_END = object()  # of an array
_OF_PAGE: dict[str, Any] = {"html": "", "text": "", "blocks": []}  # columns, and what they hold of an empty page

RowFormat = Literal["jsonl", "csv", "parquet"]
Row = dict[str, Any]
Fault = Callable[[InputError], None]  # told of a row that cannot be read; when it returns, reading goes on
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


def sniffed_rows(head: bytes) -> RowFormat:
    """Return the format of a file of rows by its first bytes, of which one must be no white space."""
    head = head.lstrip(_BLANK)
    if head.startswith(b"PAR1"):
        return "parquet"
    return "jsonl" if head[:1] in {b"{", b"["} else "csv"


def stop(fault: InputError) -> None:
    """Raise `fault`: reading ends at the first row that cannot be read."""
    raise fault


def read_rows(
    stream: BufferedReader,
    *,
    name: str,
    row_format: RowFormat,
    notify: Callable[[str], None],
    fault: Fault = stop,
    columns: Sequence[str] | None = COLUMNS,
) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a file with their numbers: lines from 1; in CSV, Parquet and one JSON array, records from 1.

    Of Parquet only `columns` are read, or with None all. `fault` is told of a row that cannot be read, naming file and
    row. Raises InputError where what follows cannot be read either.
    """
    found, row_of = _found(stream, name, row_format, notify, columns)
    with closing(found):  # before the stream is
        for number, raw in enumerate(found, 1):
            row = None
            try:
                row = row_of(raw, f"{name}:{number}")
            except InputError as error:
                fault(error)
            if row is not None:
                yield number, row


def _found(
    stream: BufferedReader,
    name: str,
    row_format: RowFormat,
    notify: Callable[[str], None],
    columns: Sequence[str] | None,
) -> tuple[Generator[Any, None, None], Callable[[Any, str], Row | None]]:
    """Return what the file is cut into, and how a row is made of a piece; None is no row."""
    if row_format == "csv":
        return csv_records(stream, name=name, notify=notify, most=MOST_BYTES), _of_csv
    if row_format == "parquet":
        return _parquet_records(stream, name, columns), lambda record, place: _of_parquet(record, place, notify)
    if stream.peek(1).lstrip(_BLANK).startswith(b"["):
        return _array_items(stream, name), _object
    return _lines(stream), lambda line, place: _json_line(line, place, notify)


def _array_items(stream: BufferedReader, name: str) -> Generator[Any, None, None]:
    """Yield the items of one JSON array, which need not fit into memory."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def read(size: int) -> str:
        data = stream.read(size)
        return decoder.decode(data, final=not data)

    try:
        yield from _items(read, name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 ({error.reason}); JSON is UTF-8 (RFC 8259)") from error


def _object(item: Any, place: str) -> Row:
    if not isinstance(item, dict):
        raise InputError(f"{place}: not a JSON object; each item must be one JSON object")
    return item


def _items(read: Callable[[int], str], name: str) -> Iterator[Any]:
    piece, at, number = read(_PIECE).lstrip(), 1, 0  # at: behind the bracket
    while True:
        try:
            item, at = _next_item(piece, at)
        except (ValueError, RecursionError) as error:
            more = read(max(_PIECE, len(piece) - at))
            if not more or len(piece) - at > MOST_BYTES:
                raise InputError(f"{name}:{number + 1}: broken JSON ({error}); the file is one JSON array") from error
            piece, at = piece[at:] + more, 0
            continue
        if item is _END:
            break
        number += 1
        yield item
    if (piece[at:] + read(_PIECE)).strip():
        raise InputError(f"{name}: broken JSON (text after the array); the file is one JSON array")


def _next_item(piece: str, at: int) -> tuple[Any, int]:
    """Return the next item of an array and where what follows it begins. Raises ValueError when it goes on."""
    at = _SPACE.match(piece, at).end()  # type: ignore[union-attr]  # matches always
    if piece.startswith("]", at):
        return _END, at + 1
    item, end = _DECODER.raw_decode(piece, at)
    end = _SPACE.match(piece, end).end()  # type: ignore[union-attr]  # matches always
    if piece[end : end + 1] not in (",", "]"):
        raise ValueError("an item without a comma or a bracket after it")
    return item, end + piece.startswith(",", end)


def _lines(stream: BufferedReader) -> Generator[bytes, None, None]:
    """Yield the lines of a stream; of one that is too long the beginning."""
    while line := stream.readline(MOST_BYTES + 1):
        yield line
        while len(line) > MOST_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MOST_BYTES + 1)


def _json_line(line: bytes, place: str, notify: Callable[[str], None]) -> Row | None:
    if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{place}: UTF-16; JSON lines are UTF-8 (RFC 8259)")
    if len(line) > MOST_BYTES:
        raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a row may have at most that many")
    text = decode(line, name=place, notify=notify)
    return _json_object(text, place) if text.strip() else None


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


def _of_csv(record: Row | str, place: str) -> Row:
    if isinstance(record, str):
        raise InputError(
            f"{place}: broken CSV ({record}); a row has a cell for each column, in quotes where it needs them"
        )
    row = _filled(record)
    return {**row, "blocks": _json(row["blocks"], place)} if row.get("blocks") else row


def _filled(record: Row) -> Row:
    """Return a record without its empty cells, unless they are all that it has of a page: that is an empty page."""
    row = {str(key): value for key, value in record.items() if value is not None and value != ""}
    first = next((key for key in _OF_PAGE if key in record), None)
    return row if first is None or row.keys() & _OF_PAGE.keys() else {**row, first: _OF_PAGE[first]}


def _parquet_records(
    stream: BufferedReader, name: str, wanted: Sequence[str] | None
) -> Generator[Row | str, None, None]:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    number = 0
    try:
        with seekable(stream) as whole:
            file = pq.ParquetFile(whole, buffer_size=_BUFFER, pre_buffer=False)
            columns = [column for column in file.schema_arrow.names if wanted is None or column in wanted]
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                yield from _records_of(batch)
                number += batch.num_rows
    except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
        raise InputError(f"{name}: broken Parquet ({error}), after row {number:,}") from error


def _records_of(batch: Any) -> Iterator[Row | str]:
    """Yield the rows of a part of a Parquet file, or why there is none; row by row where one is broken."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError) as error:  # PyArrow's ArrowInvalid is a ValueError
        if batch.num_rows == 1:
            yield str(error)
            return
        for row in range(batch.num_rows):
            yield from _records_of(batch.slice(row, 1))


@contextmanager
def seekable(stream: BufferedReader) -> Iterator[Any]:
    """Yield a stream that can be read in any order: itself, or a copy on the disk."""
    if stream.seekable():
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


def _of_parquet(record: Row | str, place: str, notify: Callable[[str], None]) -> Row:
    if isinstance(record, str):
        raise InputError(f"{place}: broken Parquet ({record}); write this row again")
    return {k: _text(v, place, notify) for k, v in _filled(record).items()}


def _text(value: Any, place: str, notify: Callable[[str], None]) -> Any:
    return decode(value, name=place, notify=notify, html=True) if isinstance(value, bytes) else value
