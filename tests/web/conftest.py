"""A desk over HTTP with one page in its queue, on SQLite and on PostgreSQL, and short ways to use it."""

import re

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.registry import Registry
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.schema import acts, decisions
from tests.store.conftest import NOW
from web import create_app

FILLER = "9 Tips for Choosing the Perfect Wedding Photographer"
PAGE = Page(
    "https://www.paper.example/1",
    (
        Block(FILLER, 0, list_item=True),
        Block("The council said on Tuesday that the pool would stay shut until March.", 1),
        Block("<script>alert(1)</script> <b>bold</b> casino bonus", 2, hidden=True, link_hosts=("spam.example",)),
        Block("Advertisement", 3),
    ),
    "paper.example",
)
RUN = Page(
    "https://www.spam.example/run",
    (
        Block("The mayor opened the new bridge on Monday, officials said.", 0),
        Block("7 Reasons to Hire a Personal Injury Lawyer Today", 1),
        Block("How to Find the Best Casino Bonus Without a Deposit", 2),
        Block("Top 10 Benefits of CBD Oil for Your Pets", 3),
        Block("The bridge had been closed for two years, the council said in a statement.", 4),
    ),
    "spam.example",
)


@pytest.fixture
def database(place, model):
    opened = open_database(place)
    add_pages(opened, [PAGE], added_at=NOW)
    judge_stale(opened, model)
    yield opened
    opened.close()


@pytest.fixture
def app(home, database):
    return create_app(registry=Registry(home / "models"), database=database, secret_key=b"k" * 32)


@pytest.fixture
def client(app):
    return app.test_client()


def form(client, at, /, *, page=1, scope="block", **changes):
    """Return what a browser would send for the form of a block, or of the run that begins there, or of the page."""
    text = client.get(f"/pages/{page}", query_string={"at": at}).text
    forms = re.findall(rf'<form method="post" action="/pages/{page}/decide">(.*?)</form>', text, re.DOTALL)
    for found in forms:
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))
        chosen = re.findall(r'<select name="(\w+)">.*?value="(\d+)" selected', found, re.DOTALL)
        fields |= dict(chosen)
        if fields["scope"] == scope and (scope == "page" or fields["position"] == str(at)):
            return {**fields, **({} if scope == "page" else {"ruling": "filler"}), **changes}
    raise AssertionError(f"no {scope} form at {at}")


def send(client, at, /, *, page=1, **options):
    """Press a button as a browser would."""
    return client.post(f"/pages/{page}/decide", data=form(client, at, page=page, **options))


def token(client):
    """Return a CSRF token."""
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/keys").text)[1]


def recorded(database):
    """Return what was decided: ruling, model, label shown and person of every decision."""
    with database.reading() as connection:
        said = sa.select(decisions.c.ruling, decisions.c.shown_model, decisions.c.shown_label, acts.c.person).join(acts)
        return [tuple(row) for row in connection.execute(said.order_by(decisions.c.id))]
