"""Text or HTML -> a page: its blocks in reading order, each with its place in the untouched original."""

import re
from collections.abc import Iterable, Iterator, Sequence

from classifier.blocks import Block, Page, Span
from classifier.markup import read_html
from classifier.pieces import Piece
from classifier.sites import registered_domain
from classifier.text import fold_space, is_visible, printable

MARKERS = frozenset("-*•–")
"""A line that holds nothing but one of these is the list marker of the line that follows, not a block."""

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")


def split_text(text: str, *, address: str) -> Page:
    """Cut plain text into blocks, one for each line that is not empty; places are spans of `text`."""
    lines = (Piece(_folded(m.group()), place=_trimmed(m)) for m in _LINE.finditer(text))
    return Page(address, tuple(_blocks(lines)), registered_domain(address))


def split_blocks(texts: Sequence[str], *, address: str) -> Page:
    """Make a page of texts that were cut already; a block's position is its index in `texts`."""
    pieces = map(Piece, map(_folded, texts))
    return Page(address, tuple(_blocks(pieces, keep_index=True)), registered_domain(address))


def split_html(html: str, *, address: str) -> Page:
    """Cut HTML into blocks at block-level elements and ``<br>``; places are element paths.

    Hidden elements are read and marked. Where `address` is no URL, a canonical one in the document's head replaces it.
    """
    address, pieces = read_html(html, address=address)
    return Page(address, tuple(_blocks(pieces)), registered_domain(address), html)


def _folded(text: str) -> str:
    return fold_space(printable(text))


def _trimmed(line: re.Match[str]) -> Span:
    text = line.group()
    start = line.start() + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _blocks(pieces: Iterable[Piece], *, keep_index: bool = False) -> Iterator[Block]:
    position, marked = 0, False
    for index, (text, place, list_item, heading, hidden, linked, hosts) in enumerate(pieces):
        if text in MARKERS or not is_visible(text):
            marked = marked or text in MARKERS
            continue
        listed = list_item or marked or (text[0] in MARKERS and text[1:2] == " ")
        link_share = min(1.0, linked / len(text.replace(" ", ""))) if linked else 0.0
        yield Block(text, index if keep_index else position, place, listed, heading, hidden, link_share, hosts)
        position, marked = position + 1, False
