"""Markup -> its pieces of text between two breaks, each with the element it stands in.

Read by ``_markup.c`` where it was compiled, else here.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from classifier.blocks import Span
from classifier.text import fold_space

SKIPPED = frozenset({"head", "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas"})
"""Elements whose text nobody reads on the page."""
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
RAW = frozenset({"script", "style", "iframe", "xmp", "noembed", "noframes", "plaintext"})
"""Elements whose text the parser writes as it is; everywhere else ``<`` is always markup."""
_PASSED = RAW & SKIPPED
_SHOWN = RAW - SKIPPED
_FOREIGN = frozenset({"svg", "math"})
_MARKUP = re.compile(r"([^<]++)|<(?:!--.*?--|\?[^>]*+|(/?)([^ />]++)([^>]*+))>", re.DOTALL)  # each taken whole
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
_USUAL_STYLE = 200  # characters; what is longer is not remembered, as pages could fill the memory with it
_BLANK = " \t\n\v\f\r"


class Piece(NamedTuple):
    """A stretch of text between two breaks, before markers are recognised."""

    text: str  # printable, white space folded
    place: Span | str | None = None
    list_item: bool = False
    heading: bool = False
    hidden: bool = False
    linked: int = 0  # characters of link text
    hosts: tuple[str, ...] = ()


HostOf = Callable[[str], str]


def read_markup(markup: str, link_host: HostOf, *, escaped: bool = False) -> list[Piece] | None:
    """Return the pieces of a body in reading order; places are element paths. Hidden elements are read and marked.

    Args:
        markup: the body as the parser writes it, every element closed.
        link_host: the host that an absolute address leads to, '' for one inside the site.
        escaped: whether the texts of RAW elements are escaped or left out as well. Where they are not, None is returned
            when some of them could be taken for markup.
    """
    compiled = _compiled()
    if not compiled:
        return read_in_python(markup, link_host, escaped=escaped)
    found = compiled.read(markup, link_host, escaped)
    return found if found is None else list(map(Piece._make, found))


def read_in_python(markup: str, link_host: HostOf, *, escaped: bool = False) -> list[Piece] | None:
    """Return the same, without the compiled module."""
    reader = _Reader(link_host, escaped=escaped)
    return reader.pieces if reader.read(markup) else None


def is_compiled() -> bool:
    """Tell whether there is the compiled module."""
    return _compiled() is not None


@cache
def _compiled() -> Any:
    try:
        module = import_module("classifier._markup")
    except ImportError:
        return None
    return module.Reader(_flags(), hides, _PATH_DEPTH, secrets.randbits(64))


def _flags() -> dict[str, int]:
    """Return what a tag is, as bits."""
    kinds = (SKIPPED, _BLOCK_LEVEL, _HEADINGS, _LIST_ITEMS, _VOID, _PASSED, _SHOWN, _FOREIGN)
    return {tag: sum((tag in kind) << bit for bit, kind in enumerate(kinds)) for tag in frozenset().union(*kinds)}


def hides(style: str) -> bool:
    """Tell whether a style attribute hides its element from readers."""
    return _hides(style) if len(style) <= _USUAL_STYLE else _hides.__wrapped__(style)


@lru_cache(maxsize=10_000)
def _hides(style: str) -> bool:
    return bool(_HIDING_STYLE.search(_STYLE_NOISE.sub("", style).lower()))


class _Frame:
    """An open element and what it says of the text inside it."""

    def __init__(self, tag: str, parent: "_Frame | None", *, hidden: bool = False, breaks: bool = True) -> None:
        self.tag, self.parent, self.hidden = tag, parent, hidden
        self.breaks = breaks  # a block begins and ends with it
        self.owner: _Frame = parent.owner if parent and not breaks else self  # the nearest element with a break
        self.list_item: bool = tag in _LIST_ITEMS or (parent is not None and parent.list_item)
        self.heading: bool = tag in _HEADINGS or (parent is not None and parent.heading)
        self.foreign: bool = tag in _FOREIGN or (parent is not None and parent.foreign)
        self.skipped: bool = tag in SKIPPED or (parent is not None and parent.skipped)
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

    def __init__(self, link_host: HostOf, *, escaped: bool) -> None:
        self._link_host, self._escaped = link_host, escaped
        self.pieces: list[Piece] = []
        self._stack = [_Frame("html", None)]
        self._block = self._stack[0]  # the element that the piece being read belongs to
        self._texts: list[str] = []
        self._hosts: dict[str, None] = {}
        self._linked = 0

    def read(self, html: str) -> bool:
        """Read a body to its end; return False where text could be taken for markup."""
        begin = 0
        for text, closing, tag, attributes, end in _tokens(html, 0):
            if text:
                self._read(_unescaped(text))
            elif closing:
                self._leave(tag)
            elif tag:
                if not self._escaped and self._may_mislead(tag, html[begin:end]):
                    return False
                self._enter(tag, attributes, html, end)
            begin = end
        self._flush()
        return True

    def _may_mislead(self, tag: str, written: str) -> bool:
        """Tell whether the text of an element, which ends `written`, may hold what looks like markup and is none.

        Of scripts it is what the HTML standard calls the script data double escaped state.
        """
        if tag in _SHOWN or (tag in _PASSED and self._stack[-1].foreign):
            return True
        return tag == "script" and "<!--" in written and "<script" in written[1:]

    def _flush(self) -> None:
        """End the piece that is being read."""
        if not self._texts:
            return
        text, block, hosts = fold_space("".join(self._texts)), self._block, tuple(self._hosts)
        if text:
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
        farm = not parent.aria_hidden and told.get("aria-hidden", "").strip(_BLANK).lower() == "true"
        hidden = parent.hidden or "hidden" in told or hides(told.get("style", ""))
        hidden = hidden or (farm and _is_or_has_link(tag, html, at))
        breaks = not parent.skipped and (tag in _BLOCK_LEVEL or hidden != parent.hidden)
        frame = _Frame(tag, parent, hidden=hidden, breaks=breaks)
        frame.aria_hidden = frame.aria_hidden or farm
        frame.step = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        if tag == "a":
            address = told.get("href", "")
            frame.link = self._link_host(address) if "//" in address else ""
        if frame.breaks:
            self._flush()
        if tag not in _VOID:
            self._stack.append(frame)

    def _leave(self, tag: str) -> None:
        if self._stack[-1].tag != tag:
            return  # of a void element inside SVG or MathML, where they have end tags
        if self._stack.pop().breaks:
            self._flush()


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
        if tag in _PASSED and not closing:
            at = max(at, html.find(f"</{tag}", at))
        yield text, closing, tag, attributes, at


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
