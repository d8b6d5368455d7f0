"""An HTTP answer as a crawler kept it -> its kind, charset and body, without its encodings (RFC 9110, 9112).

The only module that knows fastwarc.
"""

import io
import re
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastwarc.stream_io import BrotliReader, ChunkedReader

from classifier.errors import InputError
from classifier.rows import MOST_BYTES

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_END = re.compile(rb"\r?\n\r?\n")  # of a header; servers that end its lines with LF alone are read too (RFC 9112, 2.2)
_FIELD = re.compile(r"\n((?:content|transfer|warc)-[\w-]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MOST_HEAD = 65_536  # bytes of a header
_GZIP = b"\x1f\x8b"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?/a-z]", re.IGNORECASE)  # begins HTML that was unpacked when it was kept


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer with status 200."""

    fields: dict[str, str]  # as of header_fields
    body: bytes  # as it was sent

    @property
    def kind(self) -> str:
        """Return the media type, such as 'text/html'; empty where none is told."""
        return media_type(self.fields.get("content-type", ""))

    @property
    def charset(self) -> str:
        """Return the charset, empty where none is told."""
        found = _CHARSET.search(self.fields.get("content-type", ""))
        return found[1] if found else ""


def good_answer(block: bytes, place: str) -> Answer | None:
    """Return the answer with status 200 that a record's block is, None for one with another status.

    Raises InputError, naming `place`, where its header is broken.
    """
    status, end = _STATUS.match(block), _END.search(block, 0, _MOST_HEAD)
    if status and status[1] != b"200":
        return None
    if not (status and end):
        raise InputError(f"{place}: an HTTP answer whose header is broken; fetch the page again")
    return Answer(header_fields(block[: end.start()].decode("latin-1")), block[end.end() :])


def header_fields(head: str) -> dict[str, str]:
    """Return of a header the lines that say what it is the header of, by their names in lower case.

    Lines of one name come with commas between: a media type that is given twice begins with the first.
    """
    fields: dict[str, str] = {}
    for written, value in _FIELD.findall(head):
        name = written.lower()
        fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
    return fields


def media_type(field: str) -> str:
    """Return the media type that begins a field, in lower case, however its parameters follow."""
    return re.split(r"[;,\s]", field.strip().lower(), maxsplit=1)[0]


def unpacked(answer: Answer, place: str) -> bytes:
    """Return the body without its transfer and content encodings.

    What was unpacked when it was kept is taken as it is. Raises InputError, naming `place`, where an encoding is broken
    or the page too large.
    """
    body = answer.body
    for field in ("transfer-encoding", "content-encoding"):
        for coding in reversed(answer.fields.get(field, "").lower().split(",")):
            decoder = _DECODERS.get(coding.strip())
            if decoder and not _MARKUP.match(body) and (decoder is not _gunzipped or body.startswith(_GZIP)):
                body = _decoded(body, decoder, place)
    return body


def too_large(place: str) -> InputError:
    """Return what is wrong with a page that is larger than a page may be."""
    return InputError(f"{place}: more than {MOST_BYTES:,} bytes; a page may have at most that many")


def _decoded(body: bytes, decoder: Callable[[bytes], bytes], place: str) -> bytes:
    try:
        plain = decoder(body)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise InputError(f"{place}: an encoding of HTTP that is broken ({error}); fetch the page again") from error
    if len(plain) > MOST_BYTES:
        raise too_large(place)
    return plain


def _gunzipped(body: bytes) -> bytes:
    """Return what is in gzip, of which there may be several pieces (RFC 1952); blanks may follow it."""
    parts, size = [], 0
    while body.startswith(_GZIP) and size <= MOST_BYTES:
        unpacker = zlib.decompressobj(31)
        parts.append(_whole(unpacker, body, MOST_BYTES + 1 - size))
        size, body = size + len(parts[-1]), unpacker.unused_data
    return b"".join(parts)


def _inflated(body: bytes) -> bytes:
    """Return what is in gzip or zlib, or as some servers send it, in DEFLATE alone (RFC 1950 to 1952)."""
    if body.startswith(_GZIP):
        return _gunzipped(body)
    return _whole(zlib.decompressobj(15 if body[:1] == b"\x78" else -15), body, MOST_BYTES + 1) if body else b""


def _whole(unpacker: Any, body: bytes, most: int) -> bytes:
    """Return what is in `body`, of more than `most` bytes the first. Raises EOFError where it is cut off."""
    plain: bytes = unpacker.decompress(body, most)
    if not unpacker.eof and len(plain) < most:
        raise EOFError("cut off")
    return plain


def _read_by(reader: Callable[[Any], Any], body: bytes) -> bytes:
    with closing(reader(io.BytesIO(body))) as stream:
        plain: bytes = stream.read(MOST_BYTES + 1)
    return plain


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "chunked": partial(_read_by, ChunkedReader),
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": partial(_read_by, BrotliReader),
}
