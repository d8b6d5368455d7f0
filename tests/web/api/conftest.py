"""The interface for programs on an empty queue, and a client that may use it."""

import pytest

from classifier.registry import Registry
from classifier.store.opening import open_database
from classifier.store.tokens import add_token
from tests.store.conftest import NOW
from web import create_app

FILLER = "9 Tips for Choosing the Perfect Wedding Photographer"
NEWS = "The council said on Tuesday that the pool would stay shut until March."
PAGE = {"url": "https://www.paper.example/1", "blocks": [FILLER, {"text": NEWS, "label": "news"}]}


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "newsieve.db")
    yield opened
    opened.close()


@pytest.fixture
def app(trained_home, database):
    """An application on the shared home, whose models nobody changes."""
    return create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"k" * 32)


@pytest.fixture
def secret(database):
    return add_token(database, "crawler", now=NOW)


@pytest.fixture
def client(app, secret):
    """A client that sends its token with every request."""
    return client_with(app, secret)


def client_with(app, secret):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def failed(answer, status):
    """Assert that an answer is an error as documented; return its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.json["code"] == status
    assert set(answer.json) <= {"code", "status", "message", "errors"}
    return answer.json["message"]
