"""A desk full of hostile text, and every address that it answers to. On SQLite: the store's tests run on both."""

import re
from html.parser import HTMLParser

import pytest

from classifier.registry import Registry
from classifier.store.opening import open_database
from classifier.store.queue import get_page
from classifier.text import fingerprint
from tests.hostile import fill
from web import create_app

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
HEADS = {"HEAD", "OPTIONS"}


@pytest.fixture
def database(tmp_path, model):
    opened = open_database(tmp_path / "newsieve.db")
    fill(opened, model)
    yield opened
    opened.close()


@pytest.fixture
def app(trained_home, database):
    return create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"k" * 32)


@pytest.fixture
def client(app):
    return app.test_client()


def addresses(client, database) -> list[tuple[str, str, str]]:
    """Return endpoint, method and a live address of every route of the desk, as its map of addresses lists them."""
    page = get_page(database, 1)
    values = {
        "page_id": "1",
        "position": "3",
        "act": "1",
        "campaign_id": "1",
        "fingerprint": fingerprint(page.page.blocks[9].text),
        "act_format": "csv",
        "scheme": "light",
        "version": page.model,
        "plot": "scores",
        "filename": "style.css",
        "verdict_id": page.verdict_id(2),
    }
    return [
        (rule.endpoint, method, re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: values[found[1]], str(rule)))
        for rule in client.application.url_map.iter_rules()
        for method in sorted(rule.methods - HEADS)
    ]


def fields(client) -> dict[str, str]:
    """Return the fields that the forms of a page send, all of them, with a token that holds."""
    text = client.get("/pages/1").text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


class Markup(HTMLParser):
    """What a page is made of: its elements with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def unsafe(self) -> list[tuple[str, str]]:
        """Return what would run, load, or send something elsewhere, or be styled by itself."""
        return [
            (tag, f"{name}={value}")
            for tag, attributes in self.elements
            for name, value in [*attributes.items(), ("", "")]
            if tag in {"iframe", "object", "embed", "base", "style", "math", "x", "svg"}
            or name.startswith("on")
            or name in {"style", "srcdoc"}
            or (name in {"href", "src", "action", "formaction", "srcset", "data"} and not _is_ours(value))
            or (tag == "script" and "src" not in attributes)
            or (tag == "meta" and attributes.get("http-equiv"))
        ]


def _is_ours(value: str) -> bool:
    ours = re.match(r"/(?!/)|#|\?|$|https://developers\.google\.com/", value)
    return bool(ours) and not re.search(r"[\x00-\x20]", value)
