"""CSV (RFC 4180) -> records, row by row: what is wrong with one costs that one only."""

import csv
import io
from collections.abc import Callable, Generator, Iterator
from io import BufferedReader

from classifier.encodings import DecodedStream
from classifier.errors import InputError

Cells = dict[str, str]
_MOST_COLUMNS = 1_000
_PIECE = 1 << 20  # characters that are read at once


def csv_records(
    stream: BufferedReader, *, name: str, notify: Callable[[str], None], most: int
) -> Generator[Cells | str, None, None]:
    """Yield for each row below the header its cells by their columns, or why there are none; blank lines are no rows.

    Of columns of one name the first counts. A cell may have `most` characters. Raises InputError, naming the file
    `name`, where the header is broken or what follows cannot be read.
    """
    csv.field_size_limit(most)
    lines = _Lines(DecodedStream(stream, name=name, notify=notify), most)
    rows = csv.reader(lines)
    header = _header(rows, lines, name)
    while not lines.are_over:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield str(error)
            continue
        if len(cells) > 1 or "".join(cells).strip() or lines.are_over:
            yield _record(header, cells, lines)


def _header(rows: Iterator[list[str]], lines: "_Lines", name: str) -> list[str]:
    try:
        header = next(filter(None, rows), [])
    except csv.Error as error:
        raise InputError(f"{name}: broken CSV ({error}); begin it with a row of columns") from error
    if not header or lines.are_over:
        raise InputError(f"{name}: broken CSV (no header); begin it with a row of columns")
    if len(header) > _MOST_COLUMNS:
        raise InputError(f"{name}: more than {_MOST_COLUMNS:,} columns; CSV may have at most that many")
    return header


def _record(header: list[str], cells: list[str], lines: "_Lines") -> Cells | str:
    if lines.are_over:
        return "a quote that is never closed"
    if len(cells) != len(header):
        return f"{len(cells):,} cells; the header has {len(header):,}"
    return dict(zip(reversed(header), reversed(cells), strict=True))


class _Lines(Iterator[str]):
    """The lines of a text with their ends; one of more than `most` characters comes in pieces.

    They are over as soon as somebody asks for more: a row asks for as many as it needs, so none asks in vain but one
    in which a quote is open.
    """

    def __init__(self, text: DecodedStream, most: int) -> None:
        self._found = _lines_of(text, most)
        self.are_over = False

    def __next__(self) -> str:
        try:
            return next(self._found)
        except StopIteration:
            self.are_over = True
            raise


def _lines_of(text: DecodedStream, most: int) -> Iterator[str]:
    begun = ""
    while piece := text.read(_PIECE):
        *whole, last = io.StringIO(begun + piece, newline="")  # as csv asks for
        yield from whole
        is_whole = last.endswith("\n") or len(last) > most
        begun = "" if is_whole else last
        if is_whole:
            yield last
    if begun:
        yield begun
