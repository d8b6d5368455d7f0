"""HTML -> its pieces of text between two breaks.

The only module that knows the HTML parser (resiliparse, which wraps lexbor).
"""

from html import escape
from typing import Any

from resiliparse.parse.html import HTMLTree, traverse_dom

from classifier.pieces import RAW, SKIPPED, HostOf, Piece, read_markup
from classifier.sites import domain_of, host_of, registered_domain
from classifier.text import printable


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

    return address, _pieces(tree.body, link_host) if tree.body is not None else []


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


def _pieces(body: Any, link_host: HostOf) -> list[Piece]:
    """Return the pieces of a body, read from what the parser writes: every element closed, ``<`` always markup.

    Walking its nodes one by one would take ten times as long; that is done where text would read as markup.
    """
    found = read_markup(body.html, link_host)
    if found is not None:
        return found
    nodes: list[Any] = []
    traverse_dom(body, lambda context: nodes.append(context.node))
    for node in nodes:
        if node.tag in RAW:
            node.text = "" if node.tag in SKIPPED else escape(node.text, quote=False)
    return read_markup(body.html, link_host, escaped=True) or []
