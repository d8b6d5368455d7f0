"""HTML -> its pieces of text between two breaks, each with the element it stands in.

The only module that knows the HTML parser (resiliparse, which wraps lexbor).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from resiliparse.parse.html import HTMLTree, traverse_dom

from classifier.blocks import Span
from classifier.sites import host_of, registered_domain
from classifier.text import printable

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
_LIST_ITEMS = frozenset({"li", "dt", "dd"})
# The HTML standard, 13.3 Serializing HTML fragments: what has no end tag, and what holds text that is not escaped.
_VOID = frozenset(
    re.findall(
        r"\w+", "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
    )
)
_RAW = frozenset({"script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext"})
_SKIPPED_RAW = _RAW & _SKIPPED
_SHOWN_RAW = re.compile(f"<(?:{'|'.join(sorted(_RAW - _SKIPPED))})[ >]")
_FOREIGN = re.compile("<(?:svg|math)[ >]")
_RAW_INSIDE = ", ".join(f"{root} {tag}" for root in ("svg", "math") for tag in sorted(_SKIPPED_RAW))
_MARKUP = re.compile(r"([^<]++)|<(?:!--.*?--|\?[^>]*+|(/?)([^\s/>]++)([^>]*+))>", re.DOTALL)  # each taken whole
_ATTRIBUTE = re.compile(r' ([^ />]+?)="([^"]*)"')
_TELLING = re.compile(r' (?:hidden|style|aria-hidden|href)="')
_STYLE_NOISE = re.compile(r"\s|/\*.*?(?:\*/|\Z)", re.DOTALL)  # a comment that is not closed goes on to the end
_HIDING_STYLE = re.compile(  # of a style attribute without white space and comments, in lower case
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:(?:0+\.?0*|\.0+)(?=;|!|$)"
    r"|font-size:(?:0+\.?0*|\.0+)(?:px|pt|r?em|%|v[wh]|)(?=;|!|$)|font:0+[^1-9]"
    r"|(?:left|right|top|bottom|text-indent|inset):-\d{3,}|margin(?:-left|-top)?:[^;]*-\d{4,}"
    r"|transform:[^;]*translate[xy]?\(-\d{3,}|clip:rect\(0|clip-path:inset\((?:50|100)%)"
)
_PATH_DEPTH = 200  # elements; what is nested deeper is placed at its ancestor of this depth


@dataclass
class Piece:
    """A stretch of text between two breaks, before markers are recognised."""

    text: str
    place: Span | str | None = None
    list_item: bool = False
    heading: bool = False
    hidden: bool = False
    linked: int = 0  # characters of link text
    hosts: tuple[str, ...] = ()


def read_html(html: str, *, address: str) -> tuple[str, list[Piece]]:
    """Return the address of a page and its pieces in reading order; places are element paths.

    Hidden elements are read and marked. Where `address` is no URL, a canonical one in the document's head replaces it.
    """
    tree = HTMLTree.parse(printable(html))
    address = address if registered_domain(address) else _canonical(tree) or address
    reader = _Reader(registered_domain(address))
    if tree.body is not None:
        reader.read(_markup(tree.body))
    return address, reader.pieces


def _canonical(tree: HTMLTree) -> str:
    document: Any = tree.document
    link = document.query_selector("head link[rel=canonical]")
    address = printable((link.getattr("href") or "").strip()) if link else ""
    return address if registered_domain(address) else ""


def _markup(body: Any) -> str:
    """Return the body as the parser writes it: every element closed, ``<`` always markup but in scripts and the like.

    Walking its nodes one by one would take ten times as long; that is done where raw text would read as markup.
    """
    html: str = body.html
    if _nests_scripts(html) or _SHOWN_RAW.search(html) or (_FOREIGN.search(html) and body.query_selector(_RAW_INSIDE)):
        nodes: list[Any] = []
        traverse_dom(body, lambda context: nodes.append(context.node))
        for node in nodes:
            if node.tag in _RAW:
                node.text = "" if node.tag in _SKIPPED else escape(node.text, quote=False)
        html = body.html
    return html


def _nests_scripts(html: str) -> bool:
    """Tell whether a script may hold ``</script>`` (the HTML standard's script data double escaped state)."""
    start = html.find("<script")
    while start >= 0:
        end = html.find("</script", start)
        if html.find("<script", start + 1, end) >= 0 and html.find("<!--", start, end) >= 0:
            return True
        start = html.find("<script", end) if end >= 0 else -1
    return False


class _Frame:
    """An open element and what it says of the text inside it."""

    def __init__(self, tag: str, parent: "_Frame | None", *, hidden: bool = False, breaks: bool = True) -> None:
        self.tag, self.parent, self.hidden = tag, parent, hidden
        self.breaks = breaks  # a block begins and ends with it
        self.owner: _Frame = parent.owner if parent and not breaks else self  # the nearest element with a break
        self.list_item: bool = tag in _LIST_ITEMS or (parent is not None and parent.list_item)
        self.heading: bool = tag in _HEADINGS or (parent is not None and parent.heading)
        self.skipped: bool = tag in _SKIPPED or (parent is not None and parent.skipped)
        self.aria_hidden: bool = parent is not None and parent.aria_hidden  # it or an ancestor is, and was searched
        self.link: str | None = parent.link if parent else None  # host of the link this is in; '' inside the site
        self.counts: dict[str, int] = {}  # children so far by tag
        self.step = 0  # number among the children of its tag, from 1
        self._path = ""

    @property
    def path(self) -> str:
        """The element path; below _PATH_DEPTH that of the ancestor of this depth."""
        if not self._path:
            self._path = self._found_path()
        return self._path

    def _found_path(self) -> str:
        line = [self]
        while (parent := line[-1].parent) and not parent._path:
            line.append(parent)
        path = parent._path if parent else ""
        for frame in reversed(line):
            if not path:
                path = frame.tag
            elif path.count("/") < _PATH_DEPTH:
                path = f"{path}/{frame.tag}" if frame.tag == "body" else f"{path}/{frame.tag}[{frame.step}]"
            frame._path = path
        return path


class _Reader:
    """Collects the pieces of a page; keeps its own stack, so depth costs nothing."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.pieces: list[Piece] = []
        self._stack = [_Frame("html", None)]
        self._block = self._stack[0]  # the element that the piece being read belongs to
        self._texts: list[str] = []
        self._hosts: dict[str, None] = {}
        self._linked = 0

    def read(self, html: str) -> None:
        """Read a body as :func:`_markup` returns it."""
        for text, closing, tag, attributes, end in _tokens(html, 0):
            if text:
                self._read(_unescaped(text))
            elif closing:
                self._leave(tag)
            elif tag:
                self._enter(tag, attributes, html, end)
        self._flush()

    def _flush(self) -> None:
        """End the piece that is being read."""
        if not self._texts:
            return
        text, block, hosts = "".join(self._texts), self._block, tuple(self._hosts)
        if text.strip():
            self.pieces.append(
                Piece(text, block.path, block.list_item, block.heading, block.hidden, self._linked, hosts)
            )
        self._texts, self._hosts, self._linked = [], {}, 0

    def _read(self, text: str) -> None:
        frame = self._stack[-1]
        if frame.skipped:
            return
        if not self._texts:
            self._block = frame.owner
        self._texts.append(text)
        if frame.link is not None:
            self._linked += len("".join(text.split()))
            if frame.link:
                self._hosts[frame.link] = None

    def _enter(self, tag: str, attributes: str, html: str, at: int) -> None:
        parent = self._stack[-1]
        told = _attributes(attributes) if _TELLING.search(attributes) else {}
        farm = not parent.aria_hidden and told.get("aria-hidden", "").strip().lower() == "true"
        hidden = parent.hidden or (bool(told) and _hides(told)) or (farm and _is_or_has_link(tag, html, at))
        breaks = not parent.skipped and (tag in _BLOCK_LEVEL or hidden != parent.hidden)
        frame = _Frame(tag, parent, hidden=hidden, breaks=breaks)
        frame.aria_hidden = frame.aria_hidden or farm
        frame.step = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        if tag == "a":
            frame.link = self._link_host(told.get("href", ""))
        if frame.breaks:
            self._flush()
        if tag not in _VOID:
            self._stack.append(frame)

    def _leave(self, tag: str) -> None:
        if self._stack[-1].tag != tag:
            return  # of a void element inside SVG or MathML, where they have end tags
        if self._stack.pop().breaks:
            self._flush()

    def _link_host(self, address: str) -> str:
        if "//" not in address or registered_domain(address) == self.site:
            return ""
        return host_of(address)


def _unescaped(text: str) -> str:
    """Return a text or an attribute's value as it was before the parser wrote it (the HTML standard, 13.3)."""
    if "&" not in text:
        return text
    return (
        text.replace("&nbsp;", "\xa0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )


def _attributes(written: str) -> dict[str, str]:
    return {name: _unescaped(value) for name, value in _ATTRIBUTE.findall(written)}


def _tokens(html: str, at: int) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield text or closing, tag and attributes, with where each token ends, from `at` on; no text of scripts."""
    while found := _MARKUP.match(html, at):
        text, closing, tag, attributes = found.groups()
        at = found.end()
        yield text, closing, tag, attributes, at
        if tag in _SKIPPED_RAW and not closing:
            at = max(at, html.find(f"</{tag}", at))


def _is_or_has_link(tag: str, html: str, at: int) -> bool:
    """Tell whether an element, whose content begins at `at`, is a link or has one in it."""
    depth = 1
    for _text, closing, inner, attributes, _end in _tokens(html, at) if tag not in _VOID and tag != "a" else ():
        if inner == "a" and not closing and "href" in _attributes(attributes):
            return True
        depth += bool(inner) and inner not in _VOID and (-1 if closing else 1)
        if not depth:
            break
    return tag == "a"


def _hides(attributes: dict[str, str]) -> bool:
    style = _STYLE_NOISE.sub("", attributes.get("style", "")).lower()
    return "hidden" in attributes or bool(style and _HIDING_STYLE.search(style))
