"""Bytes -> text: byte order mark, declared encoding, detected encoding; never an exception, always a count."""

import codecs
import re
from collections.abc import Callable

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
_DEBRIS = re.compile(r"[\x01-\x08\x0e-\x1a\x7f\ufffd]")
_SAMPLE = 65_536  # bytes looked at to detect an encoding; characters looked at to tell text from a binary file
_PAGE_FILES = "text, HTML, JSON lines, CSV or Parquet"
_MOST_DEBRIS = 0.1  # a larger share of control and replacement characters is not text


def decode(
    data: bytes, *, name: str, notify: Callable[[str], None], html: bool = False, taken: str = _PAGE_FILES
) -> str:
    """Return the text of `data`; `notify` is told how many characters of it had to be replaced by U+FFFD.

    A byte order mark decides, then (for HTML) a declaration in the first kilobyte, then UTF-8 if it fits, then
    detection, then Windows-1252. Raises InputError, naming what is `taken`, when the result is not text.
    """
    if data.startswith(b"%PDF-"):
        raise InputError(f"{name}: not text but PDF; give a page as {taken}")
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", ""))
    text = data[len(mark) :].decode(encoding or _encoding(data, html=html), "replace")
    given = data.count("\ufffd".encode()) if encoding in {"", "utf-8"} else 0
    text = printable(text)
    sample = text[:_SAMPLE]
    if len(_DEBRIS.findall(sample)) > _MOST_DEBRIS * len(sample):
        raise InputError(f"{name}: not text; give a page as {taken}")
    if (replaced := text.count("\ufffd") - given) > 0:
        notify(f"{name}: {replaced:,} characters could not be decoded and were replaced")
    return text


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
