"""What other tools keep of a page: three extractors of main text, and the one our HTML parser brings along.

They answer another question, which text is the article, and so keep or drop whole regions of the markup.
"""

from collections.abc import Callable
from html import escape
from importlib import import_module

from classifier.blocks import Page
from classifier.errors import InputError
from classifier.text import normalise


def _trafilatura(html: str) -> str:
    return import_module("trafilatura").extract(html, include_comments=False) or ""


def _justext(html: str) -> str:
    justext = import_module("justext")
    paragraphs = justext.justext(html, justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def _readability(html: str) -> str:
    summary = import_module("readability").Document(html).summary()
    return str(import_module("lxml.html").fromstring(summary).text_content())


def _resiliparse(html: str) -> str:
    return str(import_module("resiliparse.extract.html2text").extract_plain_text(html, main_content=True))


TOOLS: dict[str, Callable[[str], str]] = {
    "trafilatura": _trafilatura,
    "jusText": _justext,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
}
"""Name of each tool -> what text it keeps of an HTML page."""


def kept(page: Page) -> dict[str, list[bool]]:
    """Return, for each tool, which blocks of `page` it keeps.

    A page without markup is shown to the tools as HTML with a paragraph a block. A block counts as kept when its words
    stand in the tool's text; a tool that fails on a page keeps nothing of it. Raises InputError when a tool is not
    installed.
    """
    html = page.html or _as_html(page)
    wanted = [f" {normalise(block.text)} " for block in page.blocks]
    try:
        texts = {name: f" {normalise(_kept_text(tool, html))} " for name, tool in TOOLS.items()}
    except ImportError as error:
        raise InputError(
            f"{error.name} is not installed; install the other tools with: pip install 'newsieve[compare]'"
        ) from error
    return {name: [block in text for block in wanted] for name, text in texts.items()}


def _kept_text(tool: Callable[[str], str], html: str) -> str:
    """Return what a tool keeps; nothing where it gives up."""
    try:
        return tool(html)
    except ImportError:
        raise
    except Exception:  # other people's code on a scraped page: what it does not survive it does not keep
        return ""


def _as_html(page: Page) -> str:
    paragraphs = "".join(f"<p>{escape(block.text)}</p>\n" for block in page.blocks)
    return f"<html><body><article>{paragraphs}</article></body></html>"
