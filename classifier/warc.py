"""WARC files (ISO 28500) -> rows with ``url`` and ``html`` or ``text``: what crawlers keep.

The only module that knows fastwarc. What is no page (requests, pictures, redirects) is left out without a word. A
record that is broken is told of and passed over: the file is searched for where the next one begins.
"""

import io
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from io import BufferedReader
from typing import Any

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from classifier.compressed import is_gzip
from classifier.encodings import decode
from classifier.errors import InputError
from classifier.rows import MOST_BYTES, Fault, Row, seekable

_MEMBER = b"\x1f\x8b\x08"  # begins a gzip member (RFC 1952); each holds one record
_RECORD = b"WARC/1."
_PIECE = 1 << 20  # bytes searched at once
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_DECODERS: dict[str, Callable[[Any], Any]] = {
    "chunked": ChunkedReader,
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "deflate": GzipReader,
    "br": BrotliReader,
}


def warc_rows(
    stream: BufferedReader, *, name: str, notify: Callable[[str], None], fault: Fault
) -> Iterator[tuple[int, Row]]:
    """Yield the pages of a WARC file, gzipped or not, each with the byte in the file where its record begins.

    Pages are HTML that came with status 200 or was kept as a resource, and the plain text of conversion records (WET).
    `fault` is told of a record that is broken, cut off or larger than 20,000,000 bytes.
    """
    with seekable(stream) as archive:
        search = _Search(archive, _MEMBER if is_gzip(archive) else _RECORD)
        start: int | None = 0
        while start is not None:
            start = yield from _rows_from(search, start, name, notify, fault)


class _Search:
    """Where records begin in a file, whatever they say of their length."""

    def __init__(self, archive: Any, mark: bytes) -> None:
        self.archive, self.mark = archive, mark

    def after(self, start: int) -> int | None:
        """Return the first byte after `start` where a record may begin, None where there is none."""
        self.archive.seek(start + 1)
        at, kept = start + 1, b""
        while piece := self.archive.read(_PIECE):
            found = (kept + piece).find(self.mark)
            if found >= 0:
                return int(at - len(kept) + found)
            at, kept = at + len(piece), piece[1 - len(self.mark) :]
        return None

    def is_whole(self, start: int, end: int | None) -> bool:
        """Tell whether the bytes from `start` to `end` are one record of the length that it names."""
        self.archive.seek(start)
        data = self.archive.read(-1 if end is None else end - start)
        try:
            raw = zlib.decompressobj(31).decompress(data, 2 * MOST_BYTES) if self.mark == _MEMBER else data
        except zlib.error:
            return False
        head, _, rest = raw.partition(b"\r\n\r\n")
        lengths = [
            line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        ]
        return [str(len(rest) - 4).encode()] == [length.strip() for length in lengths]


def _rows_from(
    search: _Search, start: int, name: str, notify: Callable[[str], None], fault: Fault
) -> Generator[tuple[int, Row], None, int | None]:
    """Yield rows from the record at `start` on; return where to go on after one that is broken, None at the end."""
    search.archive.seek(start)
    at, held = start, None  # a record's length is proved by the next one
    try:
        for record in ArchiveIterator(search.archive, WarcRecordType.any_type, parse_http=False):
            if held:
                yield at, held
            at, held = record.stream_pos, None
            if record.content_length > MOST_BYTES and search.mark == _MEMBER:
                _tell_of_size(record, f"{name}:{at}", fault)
                return search.after(at)  # without decompressing what may be a bomb
            held = _row(record, f"{name}:{at}", notify, fault)
    except (OSError, ValueError) as error:
        after = search.after(at)
        if held and search.is_whole(at, after):
            yield at, held
        else:
            fault(InputError(f"{name}:{at}: broken WARC record ({error}); the next one is looked for"))
        return after
    if held:
        yield at, held
    return None


def _tell_of_size(record: WarcRecord, place: str, fault: Fault) -> None:
    if _is_page(record):
        fault(InputError(f"{place}: more than {MOST_BYTES:,} bytes; a page may have at most that many"))


def _row(record: WarcRecord, place: str, notify: Callable[[str], None], fault: Fault) -> Row | None:
    if not _is_page(record):
        return None
    try:
        return _page(record, place, notify)
    except InputError as error:
        fault(error)
        return None


def _is_page(record: WarcRecord) -> bool:
    kind = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if record.record_type == WarcRecordType.response:
        return kind == "application/http"
    if record.record_type == WarcRecordType.resource:
        return kind in _HTML
    return bool(record.record_type == WarcRecordType.conversion and kind == "text/plain")


def _page(record: WarcRecord, place: str, notify: Callable[[str], None]) -> Row | None:
    """Return the row of a page; None where the answer was none. Raises InputError for one that cannot be read."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if record.record_type != WarcRecordType.response:
        key = "text" if record.record_type == WarcRecordType.conversion else "html"
        text = decode(_body(record, place), name=place, notify=notify, html=key == "html")
        return {"url": url, key: text} if text else None
    record.parse_http()
    kind = record.http_content_type
    if record.http_headers.status_code != 200 or (kind and kind not in _HTML):
        return None
    body = _unpacked(_body(record, place), record, place)
    html = decode(body, name=place, notify=notify, html=True, charset=record.http_charset or "") if kind else ""
    return {"url": url, "html": html} if html else None


def _body(record: WarcRecord, place: str) -> bytes:
    """Return what is left to be read of a record. Raises InputError where it is too large or cut off."""
    if record.content_length > MOST_BYTES:
        raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a page may have at most that many")
    body = record.reader.read(record.content_length)
    if len(body) < record.content_length:
        raise InputError(f"{place}: cut off in mid-record; fetch the file again")
    return body


def _unpacked(body: bytes, record: WarcRecord, place: str) -> bytes:
    """Return the body without its transfer and content encodings (RFC 9112, RFC 9110)."""
    for header in ("Transfer-Encoding", "Content-Encoding"):
        for coding in reversed((record.http_headers.get(header) or "").lower().split(",")):
            if coding.strip() in _DECODERS and body:
                body = _decoded(body, _DECODERS[coding.strip()], place)
    return body


def _decoded(body: bytes, decoder: Callable[[Any], Any], place: str) -> bytes:
    try:
        with closing(decoder(io.BytesIO(body))) as reader:
            unpacked: bytes = reader.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: an encoding of HTTP that is broken ({error}); fetch the page again") from error
    if len(unpacked) > MOST_BYTES:
        raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a page may have at most that many")
    return unpacked
