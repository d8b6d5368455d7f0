"""Files -> pages, row by row, and verdicts -> rows.

A page file is plain text, HTML, JSON lines, CSV, Parquet or WARC, as it is or in gzip or Zstandard. A row holds ``url``
(or ``page``) and one of ``html``, ``text`` and ``blocks``; blocks are strings or objects with ``text``, so labelled
pages can be read too.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from classifier.addresses import open_address
from classifier.blocks import Block, Page, Reason, Verdict
from classifier.compressed import SUFFIXES, decompressed, is_gzip
from classifier.encodings import decode
from classifier.errors import InputError, UnreadableError
from classifier.pages import split_blocks, split_html, split_text
from classifier.rows import MOST_BYTES, Fault, read_rows, row_format, stop
from classifier.text import printable

PageFormat = Literal["text", "html", "jsonl", "csv", "parquet", "warc"]
ROUNDED = 6  # decimals of scores and weights that are told without all their reasons
PAGE_FORMATS: tuple[PageFormat, ...] = get_args(PageFormat)
Notify = Callable[[str], None]
_HEAD = 4096  # bytes that tell a format
_WARC = b"WARC/"
_ROWS = re.compile(rb"(?:\[\s*)?\{")  # begins JSON lines, or an array

_SUFFIXES: dict[str, PageFormat] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".warc": "warc",
    ".wet": "warc",
}


def read_pages(
    path: str, *, page_format: PageFormat | None = None, notify: Notify, fault: Fault = stop
) -> Iterator[Page]:
    """Read the pages of a file, an address such as ``s3://...``, or of standard input for ``-``, one by one.

    Without `page_format` the file's ending decides, then its first bytes. `notify` is told in a sentence when bytes
    had to be replaced or a page came out empty, `fault` of each row that cannot be read. Raises InputError where what
    follows cannot be read either.
    """
    name = "<stdin>" if path == "-" else printable(path)
    try:
        with open_address(path) as file:
            if not file.peek(1):
                raise InputError(f"{name}: is empty; give a file with text in it")
            stream = file if is_gzip(file, of=_WARC) else decompressed(file, name=name)
            if stream is not file and is_gzip(stream) and not is_gzip(stream, of=_WARC):
                raise InputError(f"{name}: gzip inside gzip; unpack it once and give what is in it")
            for page in _pages(stream, name, page_format or _format_of(path, stream), notify, fault):
                if not page.blocks:
                    notify(f"{page.address}: no text in it")
                yield page
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror or error}; give a file that can be read") from error


def read_one_page(data: bytes, *, name: str, page_format: PageFormat | None = None, notify: Notify) -> tuple[str, Page]:
    """Return the text that `data` holds, and the page `name` that it is.

    Without `page_format` the first bytes decide. Raises InputError for what is no text, or holds rows of pages.
    """
    found = page_format or _sniffed(data[:_HEAD])
    if found not in {"text", "html"}:
        raise InputError(f"{name}: looks like {found}, with a page a row; give one page as text or HTML")
    text = decode(data, name=name, notify=notify, html=found == "html", taken="text or HTML")
    return text, page_of_text(text, address=name, html=found == "html")


def page_of_text(text: str, *, address: str, html: bool) -> Page:
    """Return the page that a text, plain or `html`, is."""
    return split_html(text, address=address) if html else split_text(text, address=address)


def verdict_row(page: Page, block: Block, verdict: Verdict, *, reasons: tuple[Reason, ...]) -> dict[str, Any]:
    """Return the output row of one block: the keys every output format shares."""
    return {
        "page": page.address,
        "position": block.position,
        "text": block.text,
        "label": verdict.label,
        "score": verdict.score,
        "needs_review": verdict.needs_review,
        "reasons": [reason_row(reason) for reason in reasons],
        "model": verdict.model,
    }


def reason_row(reason: Reason) -> dict[str, Any]:
    """Return the output row of one reason; of a word with its place in the text."""
    place = {"start": reason.span.start, "end": reason.span.end} if reason.span else {}
    return {"reason": reason.name, "weight": reason.weight, **place}


def page_format_of(path: str) -> PageFormat | None:
    """Return the format that a file's ending announces, None when it announces none of ours."""
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    if suffixes and suffixes[-1] in SUFFIXES:
        suffixes.pop()
    return (_SUFFIXES.get(suffixes[-1]) or row_format(suffixes[-1])) if suffixes else None


def _format_of(path: str, stream: io.BufferedReader) -> PageFormat:
    return page_format_of(path) or _sniffed(stream.peek(_HEAD)[:_HEAD])


def _sniffed(head: bytes) -> PageFormat:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((_WARC, b"\x1f\x8b")):  # gzip that is still to be unpacked holds WARC
        return "warc"
    if _ROWS.match(head):
        return "jsonl"
    return "html" if head.startswith(b"<") else "text"


def _pages(
    stream: io.BufferedReader, name: str, page_format: PageFormat, notify: Notify, fault: Fault
) -> Iterator[Page]:
    if page_format == "text" or page_format == "html":  # noqa: PLR1714 - two comparisons narrow the type
        yield _whole_page(stream, name, html=page_format == "html", notify=notify)
        return
    if page_format == "warc":
        from classifier.warc import warc_rows  # noqa: PLC0415 - most files hold one page

        rows = warc_rows(stream, name=name, notify=notify, fault=fault)
    else:
        rows = read_rows(stream, name=name, row_format=page_format, notify=notify, fault=fault)
    for number, row in rows:
        page = None
        try:
            page = page_of_row(row, place=f"{name}:{number}")
        except InputError as error:
            fault(error)
        if page is not None:
            yield page


def _whole_page(stream: io.BufferedReader, name: str, *, html: bool, notify: Notify) -> Page:
    parts, left = [], MOST_BYTES + 1
    while left and (part := stream.read1(left)):  # read would give what comes before a broken rest as if it were all
        parts.append(part)
        left -= len(part)
    data = b"".join(parts)
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: more than {MOST_BYTES:,} bytes; a page may have at most that many")
    return page_of_text(decode(data, name=name, notify=notify, html=html), address=name, html=html)


def page_of_row(row: dict[str, Any], *, place: str) -> Page:
    """Return the page that a row holds. Raises InputError, naming `place`, when it holds none."""
    address = printable(str(row.get("url") or row.get("page") or place))
    for key, split in (("html", split_html), ("text", split_text)):
        if isinstance(row.get(key), str) and row[key]:
            if len(row[key]) > MOST_BYTES:
                raise InputError(
                    f"{place}: {key} of more than {MOST_BYTES:,} characters; a page may have at most that many"
                )
            return split(row[key], address=address)
    if isinstance(row.get("blocks"), list):
        return split_blocks([_block_text(item, place) for item in row["blocks"]], address=address)
    given = next((key for key in ("html", "text", "blocks") if row.get(key) is not None), None)
    if given in {"html", "text"} and row[given] == "":
        return Page(address, ())
    fault = f"{given} is not {'a list' if given == 'blocks' else 'a string'}" if given else "no html, text or blocks"
    raise InputError(f"{place}: {fault}; a row is a page: 'url' and one of 'html', 'text' and 'blocks'")


def _block_text(item: Any, place: str) -> str:
    text = item.get("text") if isinstance(item, dict) else item
    if not isinstance(text, str):
        raise InputError(f"{place}: a block is neither a string nor an object with 'text'")
    return text
