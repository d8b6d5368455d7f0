"""HTML -> its pieces of text between two breaks.

The only module that knows the HTML parser (resiliparse, which wraps lexbor).
"""

from html import escape
from typing import Any

from resiliparse.parse.html import HTMLTree, traverse_dom

from classifier.pieces import RAW, SKIPPED, Piece, read_markup
from classifier.sites import domain_of, host_of, registered_domain
from classifier.text import printable

_SHOWN_RAW = tuple(f"<{tag}" for tag in sorted(RAW - SKIPPED))
_FOREIGN = ("<svg", "<math")
_RAW_INSIDE = ", ".join(f"{root} {tag}" for root in ("svg", "math") for tag in sorted(RAW & SKIPPED))


def read_html(html: str, *, address: str) -> tuple[str, list[Piece]]:
    """Return the address of a page and its pieces in reading order; places are element paths.

    Hidden elements are read and marked. Where `address` is no URL, a canonical one in the document's head replaces it.
    """
    tree = _parsed(html)
    address = address if registered_domain(address) else _canonical(tree) or address
    site = registered_domain(address)

    def link_host(link: str) -> str:
        host = host_of(link)
        return "" if domain_of(host) == site else host

    return address, read_markup(_markup(tree.body), link_host) if tree.body is not None else []


def _parsed(html: str) -> HTMLTree:
    try:
        return HTMLTree.parse(html.replace("\0", "\ufffd"))
    except UnicodeEncodeError:
        return HTMLTree.parse(printable(html))


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
    is_foreign = any(map(html.__contains__, _FOREIGN)) and body.query_selector(_RAW_INSIDE)
    if is_foreign or any(map(html.__contains__, _SHOWN_RAW)) or _nests_scripts(html):
        nodes: list[Any] = []
        traverse_dom(body, lambda context: nodes.append(context.node))
        for node in nodes:
            if node.tag in RAW:
                node.text = "" if node.tag in SKIPPED else escape(node.text, quote=False)
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
