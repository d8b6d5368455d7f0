"""While somebody else writes for long, the desk and its interface for programs say so, and when to come again."""

import sqlite3
from contextlib import closing

import pytest

from classifier.registry import Registry
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.tokens import add_token
from tests.store.conftest import NOW
from tests.web.conftest import PAGE, form
from web import create_app


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "newsieve.db")
    add_pages(opened, [PAGE], added_at=NOW)
    yield opened
    opened.close()


def test_a_refusal_for_now_says_when_to_try_again(trained_home, database, monkeypatch):
    app = create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"k" * 32)
    secret, client = add_token(database, "crawler", now=NOW), app.test_client()
    sent = form(client, 0)
    monkeypatch.setattr("classifier.store.database._PRAGMAS", ("busy_timeout=10",))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        headers = {"Authorization": f"Bearer {secret}"}
        page = {"url": "https://a.example/", "text": "One"}
        for answer in (
            client.post("/pages/1/decide", data=sent),
            client.post("/api/v1/pages", json=page, headers=headers),
        ):
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        other.execute("ROLLBACK")
    assert client.post("/pages/1/decide", data=sent).status_code == 303
