"""Bytes -> text: byte order mark, declared encoding, detected encoding; never an exception, always a count."""

import codecs
import io
import re
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from classifier.errors import InputError
from classifier.text import printable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_CONTROLS = bytes([*range(1, 9), *range(0x0E, 0x1B), 0x7F])
_SAMPLE = 65_536  # bytes looked at to detect an encoding; characters looked at to tell text from a binary file
_PAGE_FILES = "text, HTML, JSON lines, CSV or Parquet"
_PIECE = 1 << 22  # bytes
_REPLACED = "\ufffd".encode()
_NO_ASCII = bytes(range(0x80, 0x100))
_MOST_DEBRIS = 0.1  # a larger share of control and replacement characters is not text


def decode(
    data: bytes,
    *,
    name: str,
    notify: Callable[[str], None],
    html: bool = False,
    charset: str = "",
    taken: str = _PAGE_FILES,
) -> str:
    """Return the text of `data`; `notify` is told how many characters of it had to be replaced by U+FFFD.

    A byte order mark decides, then the `charset` that HTTP gave, then (for HTML) a declaration in the first kilobyte,
    then UTF-8 if it fits, then detection, then Windows-1252. Raises InputError, naming what is `taken`, when the
    result is not text.
    """
    if data.startswith(b"%PDF-"):
        raise InputError(f"{name}: not text but PDF; give a page as {taken}")
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", ""))
    encoding = encoding or _known(charset)
    text = data[len(mark) :].decode(encoding or _encoding(data, html=html), "replace")
    given = data.count(_REPLACED) if encoding in {"", "utf-8"} else 0
    text = text.replace("\0", "\ufffd")  # which makes it printable: no decoder returns lone surrogates
    sample = text[:_SAMPLE]
    if _debris(sample) > _MOST_DEBRIS * len(sample):
        raise InputError(f"{name}: not text; give a page as {taken}")
    if (count := text.count("\ufffd") - given) > 0:
        notify(_replaced(name, count))
    return text


def _debris(text: str) -> int:
    """Return how many control and replacement characters a printable text has."""
    data = text.encode()
    return len(data) - len(data.translate(None, _CONTROLS)) + text.count("\ufffd")


def _replaced(name: str, count: int) -> str:
    return f"{name}: {count:,} characters could not be decoded and were replaced"


class DecodedStream(io.TextIOBase):
    """The text of a stream of bytes, read piece by piece; the encoding is told from where it leaves ASCII.

    Reading raises InputError for what is not text. At the end `notify` is told how many characters had to be replaced.
    """

    def __init__(self, stream: BinaryIO, *, name: str, notify: Callable[[str], None]) -> None:
        self._stream, self._name, self._notify = stream, name, notify
        head = stream.read(_PIECE)
        decode(head, name=name, notify=lambda _: None)  # raises for what is not text
        mark, encoding = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", ""))
        self._waiting, self._encoding, self._replaced = head[len(mark) :], encoding or "ascii", 0
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")

    def read(self, size: int | None = -1) -> str:
        """Return about `size` characters, all that is left without; an empty text at the end."""
        if size is None or size < 0:
            return "".join(iter(lambda: self.read(_PIECE), ""))
        data = self._waiting or self._stream.read(size)
        self._waiting = b""
        if self._encoding == "ascii" and not data.isascii():
            data = self._decided(data)
        text = self._decoder.decode(data, final=not data)
        self._replaced += text.count("\ufffd") - (data.count(_REPLACED) if self._encoding == "utf-8" else 0)
        if not data and self._replaced > 0:
            self._notify(_replaced(self._name, self._replaced))
            self._replaced = 0
        return printable(text) if text or not data else self.read(size)

    def _decided(self, data: bytes) -> bytes:
        """Decide on the encoding by `data` and what follows, and return both."""
        more = b""
        with suppress(InputError):  # what cannot be read is told of when it is read again
            more = self._stream.read(_PIECE)
        goes_on = len(more) == _PIECE
        telling = (data + more).rstrip(_NO_ASCII) if goes_on else data + more  # the last character may be cut in two
        self._encoding = _encoding(telling, html=False)
        self._decoder = codecs.getincrementaldecoder(self._encoding)("replace")
        return data + more


def _encoding(data: bytes, *, html: bool) -> str:
    declared = _DECLARED.search(data[:1024]) if html else None
    if declared and (known := _known(declared[1].decode("ascii"))):
        return "utf-8" if known.startswith("utf-16") else known  # the HTML standard: it could not have been read
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = _known(detect_encoding(_telling(data), max_len=0))
        some_utf_8 = not data.decode("utf-8", "ignore").isascii()
        return found if found not in {"", "utf-8"} else "utf-8" if some_utf_8 else "cp1252"  # as browsers do
    return "utf-8"


def _telling(data: bytes) -> bytes:
    """Return the part of `data` that tells its encoding: what follows the first byte that is no ASCII."""
    first = re.search(rb"[\x80-\xff]", data)
    return data[max(0, first.start() - 1000) :][:_SAMPLE] if first else data[:_SAMPLE]


def _known(encoding: str | None) -> str:
    name = str(map_encoding_to_html5(encoding or "", fallback_utf8=False) or "")
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""
