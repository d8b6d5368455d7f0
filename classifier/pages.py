"""Text or HTML -> a page: its blocks in reading order, each with its place in the untouched original.

The only module that knows the HTML parser (resiliparse, which wraps lexbor).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from resiliparse.parse.html import DOMContext, HTMLTree, NodeType, traverse_dom

from classifier.blocks import Block, Page, Span
from classifier.text import fold_space, is_visible, printable

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MARKERS = frozenset("-*•–")
"""A line that holds nothing but one of these is the list marker of the line that follows, not a block."""

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_SKIPPED = frozenset({"head", "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas"})
# The HTML standard's rendering section, with the inline elements that stand apart on a page all the same.
_BLOCK_LEVEL = frozenset(
    re.findall(
        r"\w+",
        """
        address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset
        figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol
        optgroup option p plaintext pre search section select summary table tbody td textarea tfoot th thead tr ul
        xmp
        """,
    )
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STYLE_NOISE = re.compile(r"\s|/\*.*?(?:\*/|\Z)", re.DOTALL)  # a comment that is not closed goes on to the end
_HIDING_STYLE = re.compile(  # of a style attribute without white space and comments, in lower case
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:(?:0+\.?0*|\.0+)(?=;|!|$)"
    r"|font-size:(?:0+\.?0*|\.0+)(?:px|pt|r?em|%|v[wh]|)(?=;|!|$)|font:0+[^1-9]"
    r"|(?:left|right|top|bottom|text-indent|inset):-\d{3,}|margin(?:-left|-top)?:[^;]*-\d{4,}"
    r"|transform:[^;]*translate[xy]?\(-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%)"
)
_IP_ADDRESS = re.compile(r"[\d.]+|.*:.*")  # an IP address has no registered domain
_PATH_DEPTH = 200  # elements; what is nested deeper is placed at its ancestor of this depth


@lru_cache(maxsize=10_000)
def registered_domain(address: str) -> str:
    """Return the registered domain of a URL's host (Public Suffix List), the host if it has none, or ''."""
    host = _host(address)
    return str(_suffixes().privatesuffix(host) or host) if host and not _IP_ADDRESS.fullmatch(host) else host


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - its list takes long to read, and files have no host

    return PublicSuffixList()


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""


def split_text(text: str, *, address: str) -> Page:
    """Cut plain text into blocks, one for each line that is not empty; places are spans of `text`."""
    lines = (_Piece(m.group(), place=_trimmed(m)) for m in _LINE.finditer(text))
    return Page(address, tuple(_blocks(lines)), registered_domain(address))


def split_blocks(texts: Sequence[str], *, address: str) -> Page:
    """Make a page of texts that were cut already; a block's position is its index in `texts`."""
    pieces = [_Piece(text) for text in texts]
    return Page(address, tuple(_blocks(pieces, keep_index=True)), registered_domain(address))


def split_html(html: str, *, address: str) -> Page:
    """Cut HTML into blocks at block-level elements and ``<br>``; places are element paths.

    Hidden elements are read and marked. Where `address` is no URL, a canonical one in the document's head replaces it.
    """
    tree = HTMLTree.parse(printable(html))
    address = address if registered_domain(address) else _canonical(tree) or address
    reader = _Reader(registered_domain(address))
    if tree.body is not None:
        traverse_dom(tree.body, reader.enter)
    reader.flush()
    return Page(address, tuple(_blocks(reader.pieces)), reader.site, html)


@dataclass
class _Piece:
    """A stretch of text between two breaks, before markers are recognised."""

    text: str
    place: Span | str | None = None
    list_item: bool = False
    heading: bool = False
    hidden: bool = False
    linked: int = 0  # characters of link text
    hosts: tuple[str, ...] = ()


def _trimmed(line: re.Match[str]) -> Span:
    text = line.group()
    start = line.start() + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))


def _blocks(pieces: Iterable[_Piece], *, keep_index: bool = False) -> Iterator[Block]:
    position, marked = 0, False
    for index, piece in enumerate(pieces):
        text = fold_space(printable(piece.text))
        if text in MARKERS or not is_visible(text):
            marked = marked or text in MARKERS
            continue
        yield Block(
            text=text,
            position=index if keep_index else position,
            place=piece.place,
            list_item=piece.list_item or marked or (text[0] in MARKERS and text[1:2] == " "),
            heading=piece.heading,
            hidden=piece.hidden,
            link_share=min(1.0, piece.linked / max(1, len(text.replace(" ", "")))),
            link_hosts=piece.hosts,
        )
        position, marked = position + 1, False


def _canonical(tree: Any) -> str:
    link = tree.document.query_selector("head link[rel=canonical]")
    address = printable((link.getattr("href") or "").strip()) if link else ""
    return address if registered_domain(address) else ""


@dataclass
class _Frame:
    """An open element and what it says of the text inside it."""

    path: str
    breaks: bool = True  # a block begins and ends with it
    hidden: bool = False
    list_item: bool = False
    heading: bool = False
    skipped: bool = False
    link: str | None = None  # host of the link this is in; '' for a link inside the site
    owner: "_Frame | None" = None  # the nearest element with a break around it; None: itself
    aria_hidden: bool = False  # it or an ancestor is, and was searched for links already
    counts: dict[str, int] | None = field(default_factory=dict)  # children so far by tag; None below _PATH_DEPTH


class _Reader:
    """Collects pieces while the parser walks the tree; keeps its own stack, so depth costs nothing."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.pieces: list[_Piece] = []
        self._stack = [_Frame("html")]
        self._block = self._stack[0]  # the element that the piece being read belongs to
        self._texts: list[str] = []
        self._hosts: dict[str, None] = {}
        self._linked = 0

    def enter(self, context: DOMContext) -> None:
        self._close(context.depth)
        node: Any = context.node  # the parser's stubs say `object`
        if node.type == NodeType.TEXT:
            self._read(node.value or "")
        elif node.type == NodeType.ELEMENT:
            frame = self._frame(node, (node.tag or "").lower())
            self._stack.append(frame)
            if frame.breaks:
                self.flush()

    def flush(self) -> None:
        """End the piece that is being read."""
        text, block, hosts = "".join(self._texts), self._block, tuple(self._hosts)
        if text.strip():
            self.pieces.append(
                _Piece(text, block.path, block.list_item, block.heading, block.hidden, self._linked, hosts)
            )
        self._texts, self._hosts, self._linked = [], {}, 0

    def _close(self, depth: int) -> None:
        closed = self._stack[depth + 1 :]
        del self._stack[depth + 1 :]
        if any(frame.breaks for frame in closed):
            self.flush()

    def _read(self, text: str) -> None:
        frame = self._stack[-1]
        if frame.skipped:
            return
        if not self._texts:
            self._block = frame.owner or frame
        self._texts.append(text)
        if frame.link is not None:
            self._linked += len("".join(text.split()))
            if frame.link:
                self._hosts[frame.link] = None

    def _frame(self, node: Any, tag: str) -> _Frame:
        parent = self._stack[-1]
        path, counts = _step(parent, tag)
        farm = not parent.aria_hidden and (node.getattr("aria-hidden") or "").strip().lower() == "true"
        links = farm and (tag == "a" or node.query_selector("a[href]") is not None)
        hidden = parent.hidden or _hides(node) or links
        breaks = tag in _BLOCK_LEVEL or hidden != parent.hidden
        return _Frame(
            path=path,
            breaks=breaks,
            hidden=hidden,
            list_item=parent.list_item or tag in {"li", "dt", "dd"},
            heading=parent.heading or tag in _HEADINGS,
            skipped=parent.skipped or tag in _SKIPPED,
            link=self._link_host(node.getattr("href") or "") if tag == "a" else parent.link,
            owner=None if breaks else (parent.owner or parent),
            aria_hidden=parent.aria_hidden or farm,
            counts=counts,
        )

    def _link_host(self, address: str) -> str:
        return "" if registered_domain(address) == self.site else _host(address)


def _step(parent: _Frame, tag: str) -> tuple[str, dict[str, int] | None]:
    if parent.counts is None:
        return parent.path, None
    number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
    path = f"{parent.path}/{tag}" if tag == "body" else f"{parent.path}/{tag}[{number}]"
    return path, {} if path.count("/") < _PATH_DEPTH else None


def _hides(node: Any) -> bool:
    style = _STYLE_NOISE.sub("", node.getattr("style") or "").lower()
    return node.hasattr("hidden") or bool(style and _HIDING_STYLE.search(style))
