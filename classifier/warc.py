"""WARC files (ISO 28500) -> rows with ``url`` and ``html`` or ``text``: what crawlers keep.

The only module that knows fastwarc. What is no page (requests, pictures, redirects) is left out without a word. A
record that is broken is told of and passed over.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from io import BufferedReader
from typing import Any

from fastwarc.stream_io import BrotliReader, ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from classifier.encodings import decode
from classifier.errors import InputError
from classifier.rows import MOST_BYTES, Fault, Row
from classifier.warc_records import RawRecord, raw_records

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PLAIN = (b"<!doctype", b"<html", b"<?xml", b"<head")  # begins HTML that was unpacked when it was kept


def warc_rows(
    stream: BufferedReader, *, name: str, notify: Callable[[str], None], fault: Fault
) -> Iterator[tuple[int, Row]]:
    """Yield the pages of a WARC file, gzipped or not, each with the byte in the file where its record begins.

    Pages are HTML that came with status 200 or was kept as a resource, and the plain text of conversion records (WET).
    `fault` is told of a record that is broken or cut off, and of a page larger than 20,000,000 bytes.
    """
    for raw in raw_records(stream, name=name, fault=fault):
        row = None
        try:
            row = _row(raw, f"{name}:{raw.at}", notify)
        except InputError as error:
            fault(error)
        if row is not None:
            yield raw.at, row


def _row(raw: RawRecord, place: str, notify: Callable[[str], None]) -> Row | None:
    """Return the row of a record; None where it is no page. Raises InputError for one that cannot be read."""
    if raw.fault:
        raise InputError(f"{place}: {raw.fault}")
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(raw.data), WarcRecordType.any_type, parse_http=False)), None)
        if not record or not _is_page(record):
            return None
    except (OSError, ValueError) as error:
        raise InputError(f"{place}: broken header ({error}); fetch the page again") from error
    if not raw.is_whole:
        raise _too_large(place)
    url, body = (record.headers.get("WARC-Target-URI") or "").strip("<>"), record.reader.read()
    charset = ""
    if record.record_type == WarcRecordType.response:
        body, charset = _unpacked(body, record, place), record.http_charset or ""
    key = "text" if record.record_type == WarcRecordType.conversion else "html"
    text = decode(body, name=place, notify=notify, html=key == "html", charset=charset)
    return {"url": url, key: text} if text else None


def _is_page(record: WarcRecord) -> bool:
    """Tell whether a record holds a page; of an answer the HTTP header is read."""
    kind = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if record.record_type == WarcRecordType.response and kind == "application/http":
        record.parse_http()
        return record.http_headers.status_code == 200 and record.http_content_type in _HTML
    if record.record_type == WarcRecordType.resource:
        return kind in _HTML
    return bool(record.record_type == WarcRecordType.conversion and kind == "text/plain")


def _too_large(place: str) -> InputError:
    return InputError(f"{place}: more than {MOST_BYTES:,} bytes; a page may have at most that many")


def _unpacked(body: bytes, record: WarcRecord, place: str) -> bytes:
    """Return the body without its transfer and content encodings (RFC 9112, RFC 9110)."""
    for header in ("Transfer-Encoding", "Content-Encoding"):
        for coding in reversed((record.http_headers.get(header) or "").lower().split(",")):
            if coding.strip() in _DECODERS and not body[:64].lstrip().lower().startswith(_PLAIN):
                body = _decoded(body, _DECODERS[coding.strip()], place)
    return body


def _decoded(body: bytes, decoder: Callable[[bytes], bytes], place: str) -> bytes:
    try:
        unpacked = decoder(body)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise InputError(f"{place}: an encoding of HTTP that is broken ({error}); fetch the page again") from error
    if len(unpacked) > MOST_BYTES:
        raise _too_large(place)
    return unpacked


def _inflated(body: bytes) -> bytes:
    """Return what is in gzip or zlib, or as some servers send it, in DEFLATE alone (RFC 1950 to 1952)."""
    unpacker = zlib.decompressobj(47 if body.startswith(b"\x1f\x8b") or body[:1] == b"\x78" else -15)
    unpacked = unpacker.decompress(body, MOST_BYTES + 1)
    if body and not unpacker.eof and len(unpacked) <= MOST_BYTES:
        raise EOFError("cut off")
    return unpacked


def _read_by(reader: Callable[[Any], Any], body: bytes) -> bytes:
    with closing(reader(io.BytesIO(body))) as stream:
        unpacked: bytes = stream.read(MOST_BYTES + 1)
    return unpacked


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "chunked": partial(_read_by, ChunkedReader),
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": partial(_read_by, BrotliReader),
}
