"""A desk with accounts, and short ways to log in to it. On SQLite only: tests/store/test_people.py runs on both."""

import re
from html import unescape

import pytest

from classifier.registry import Registry
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.people import add_person
from classifier.store.queue import add_pages
from tests.store.conftest import NOW
from tests.store.test_people import PASSWORD, QUICK
from tests.web.conftest import PAGE
from web import create_app

OURS = {"Sec-Fetch-Site": "same-origin"}  # what a browser says of a form of our own page


@pytest.fixture
def database(tmp_path, model):
    """A database with a page, a moderator anna and a viewer vic."""
    opened = open_database(tmp_path / "newsieve.db")
    add_pages(opened, [PAGE], added_at=NOW)
    judge_stale(opened, model)
    for name, role in (("anna", "moderator"), ("vic", "viewer")):
        add_person(opened, name, password=PASSWORD, role=role, now=NOW, hasher=QUICK)
    yield opened
    opened.close()


@pytest.fixture
def make_app(trained_home, database):
    def make(**options):
        options = {"registry": Registry(trained_home / "models"), "database": database, **options}
        return create_app(secret_key=b"k" * 32, hasher=QUICK, **options)

    return make


@pytest.fixture
def client(make_app):
    return make_app().test_client()


def log_in(client, name="anna", password=PASSWORD, headers=None, **fields):
    """Fill in the log-in page as a browser would."""
    given = {**hidden(client.get("/login").text), "name": name, "password": password, **fields}
    return client.post("/login", data=given, headers=headers)


def log_out(client):
    return client.post("/logout", data=hidden(client.get("/account").text))


def hidden(text):
    """Return the hidden fields of the first form of a page."""
    form = re.search(r"<form(.*?)</form>", text, re.DOTALL)[1]
    inputs = re.findall(r'<input type="hidden" name="([^"]+)"(?: id="\w+")? value="([^"]*)"', form)
    return {name: unescape(value) for name, value in inputs}


def cookie(client):
    """Return the name and value of the session cookie."""
    found = next(iter(client._cookies.values()))
    return found.key, found.value
