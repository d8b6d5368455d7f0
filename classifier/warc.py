"""WARC files (ISO 28500) -> rows with ``url`` and ``html`` or ``text``: what crawlers keep.

What is no page (requests, pictures, redirects) is left out without a word. A record that is broken is told of and
passed over.
"""

from collections.abc import Callable, Iterator
from io import BufferedReader

from classifier.encodings import decode
from classifier.errors import InputError
from classifier.http_answers import good_answer, header_fields, media_type, too_large, unpacked
from classifier.rows import Fault, Row
from classifier.warc_records import RawRecord, raw_records

_HTML = frozenset({"text/html", "application/xhtml+xml"})


def warc_rows(
    stream: BufferedReader, *, name: str, notify: Callable[[str], None], fault: Fault
) -> Iterator[tuple[int, Row]]:
    """Yield the pages of a WARC file, gzipped or not, each with the byte in the file where its record begins.

    Pages are HTML that came with status 200 or was kept as a resource, and the plain text of conversion records (WET).
    `fault` is told of a record that is broken or cut off, and of a page larger than 20,000,000 bytes; `notify` of a
    page that the crawler itself did not fetch to its end.
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
    fields = header_fields(raw.head)
    what, kind = fields.get("warc-type", "").lower(), media_type(fields.get("content-type", ""))
    body, charset = _page_in(raw, what, kind, place)
    if not body:
        return None
    if reason := fields.get("warc-truncated"):
        notify(f"{place}: cut off by the crawler (WARC-Truncated: {reason}); judged as far as it goes")
    key = "text" if what == "conversion" else "html"
    text = decode(body, name=place, notify=notify, html=key == "html", charset=charset)
    return {"url": fields.get("warc-target-uri", "").strip("<>"), key: text} if text else None


def _page_in(raw: RawRecord, what: str, kind: str, place: str) -> tuple[bytes, str]:
    """Return the bytes of the page in a record and the charset that HTTP gave; no bytes where it is no page."""
    is_answer = what == "response" and kind == "application/http" and raw.block
    answer = good_answer(raw.block, place) if is_answer else None
    of_http = answer is not None and answer.kind in _HTML
    if not (of_http or (what == "resource" and kind in _HTML) or (what == "conversion" and kind == "text/plain")):
        return b"", ""
    if not raw.is_whole:
        raise too_large(place)
    return (unpacked(answer, place), answer.charset) if answer else (raw.block, "")
