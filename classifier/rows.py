"""JSON lines, CSV and Parquet files -> rows as dictionaries, streamed, each with its number in the file."""

import codecs
import io
import json
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from io import BufferedReader
from typing import Any, Literal, TextIO

from classifier.encodings import DecodedStream, decode
from classifier.errors import InputError

MOST_BYTES = 20_000_000  # bytes of one page, or of one row of a JSON lines file
COLUMNS = ("url", "page", "site", "voice", "source", "html", "text", "blocks", "label", "kind")  # read from Parquet
_ROWS_AT_ONCE = 200  # of pages, which may be large
_MOST_COLUMNS = 1_000
_BUFFER = 1 << 20  # bytes of a column that are read at once
_PIECE = 65_536  # characters of a JSON array that are read at once
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_END = object()  # of an array

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
        return _csv_records(stream, name, notify), _with_blocks
    if row_format == "parquet":
        return _parquet_records(stream, name, columns), lambda record, place: _decoded(record, place, notify)
    if stream.peek(1).lstrip(_BLANK).startswith(b"["):
        return _array_items(stream, name), _object
    return _lines(stream), lambda line, place: _json_line(line, place, notify)


def _array_items(stream: BufferedReader, name: str) -> Generator[Any, None, None]:
    """Yield the items of one JSON array, which need not fit into memory."""
    text = io.TextIOWrapper(stream, "utf-8-sig")
    try:
        yield from _items(text, name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 ({error.reason}); JSON is UTF-8 (RFC 8259)") from error
    finally:
        with suppress(ValueError):  # whoever reads no further may have closed the stream
            text.detach()


def _object(item: Any, place: str) -> Row:
    if not isinstance(item, dict):
        raise InputError(f"{place}: not a JSON object; each item must be one JSON object")
    return item


def _items(text: TextIO, name: str) -> Iterator[Any]:
    piece, at, number = text.read(_PIECE).lstrip(), 1, 0  # at: behind the bracket
    while True:
        try:
            item, at = _next_item(piece, at)
        except (ValueError, RecursionError) as error:
            more = text.read(max(_PIECE, len(piece) - at))
            if not more or len(piece) - at > MOST_BYTES:
                raise InputError(f"{name}:{number + 1}: broken JSON ({error}); the file is one JSON array") from error
            piece, at = piece[at:] + more, 0
            continue
        if item is _END:
            break
        number += 1
        yield item
    if (piece[at:] + text.read(_PIECE)).strip():
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


def _csv_records(stream: BufferedReader, name: str, notify: Callable[[str], None]) -> Generator[Row, None, None]:
    import pandas as pd  # noqa: PLC0415 - takes half a second to import

    # index_col=False: a row with a cell too many is an error, not a row with an index
    options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "index_col": False}
    try:
        text = _Narrow(DecodedStream(stream, name=name, notify=notify), name)
        parts = pd.read_csv(text, chunksize=_ROWS_AT_ONCE, **options)
        while (part := _strictly(parts)) is not None:
            yield from part.to_dict("records")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        raise InputError(f"{name}: broken CSV ({error}); give a header row and one page a row") from error


class _Narrow(io.TextIOBase):
    """The text of a CSV file, as long as its first line does not name columns by the thousand, each of which costs."""

    def __init__(self, text: DecodedStream, name: str) -> None:
        self._text, self._name, self._columns, self._below = text, name, 1, False

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        piece = self._text.read(size)
        if not self._below:
            line = re.match(r"[^\r\n]*", piece)[0]  # type: ignore[index]  # matches always
            self._below = len(line) < len(piece)
            self._columns += line.count(",")
            if self._columns > _MOST_COLUMNS:
                raise InputError(f"{self._name}: more than {_MOST_COLUMNS:,} columns; CSV may have at most that many")
        return piece


def _strictly(parts: Iterator[Any]) -> Any:
    """Return the next part of a CSV file, None after the last. What pandas only warns of is raised."""
    with warnings.catch_warnings(action="error"):
        return next(parts, None)


def _with_blocks(record: Row, place: str) -> Row:
    row = {str(key): value for key, value in record.items() if value != ""}
    return {**row, "blocks": _json(row["blocks"], place)} if "blocks" in row else row


def _parquet_records(stream: BufferedReader, name: str, wanted: Sequence[str] | None) -> Generator[Row, None, None]:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    number = 0
    try:
        with seekable(stream) as whole:
            file = pq.ParquetFile(whole, buffer_size=_BUFFER, pre_buffer=False)
            columns = [column for column in file.schema_arrow.names if wanted is None or column in wanted]
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                yield from batch.to_pylist()
                number += batch.num_rows
    except (pa.ArrowException, ValueError, OverflowError, OSError) as error:
        raise InputError(f"{name}: broken Parquet ({error}), after row {number:,}") from error


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


def _decoded(record: Row, place: str, notify: Callable[[str], None]) -> Row:
    return {k: _text(v, place, notify) for k, v in record.items() if v is not None}


def _text(value: Any, place: str, notify: Callable[[str], None]) -> Any:
    return decode(value, name=place, notify=notify, html=True) if isinstance(value, bytes) else value
