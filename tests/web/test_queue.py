"""The queue over HTTP: filtered, ordered, counted, and handed out page by page."""

import re
from datetime import timedelta

import pytest

from classifier.blocks import Block, Page
from classifier.registry import Registry
from classifier.store.judging import judge_stale
from classifier.store.listing import Filter, list_pages
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, get_page
from classifier.store.worth import worthiest_block
from tests.store.conftest import NOW
from tests.web.conftest import RUN, send, token
from web import create_app


@pytest.fixture
def two(database, model):
    add_pages(database, [RUN], added_at=NOW + timedelta(days=1))
    judge_stale(database, model)
    return database


def addresses(client, **query):
    return re.findall(r'<a href="/pages/(\d+)', client.get("/", query_string=query).text)


def test_the_queue_lists_pages_with_what_is_left_to_check(client):
    text = client.get("/").text
    assert "https://www.paper.example/1" in text
    assert re.search(r'data-name="Blocks">4<', text)
    assert re.search(r'data-name="To check"><b>2</b>', text)


def test_an_empty_queue_says_how_to_fill_it(home, tmp_path):
    empty = open_database(tmp_path / "empty.db")
    app = create_app(registry=Registry(home / "models"), database=empty, secret_key=b"k" * 32)
    assert "newsieve queue add" in app.test_client().get("/").text


def test_the_queue_is_filtered_and_ordered(client, two):
    assert addresses(client, order="most filler") == ["2", "1"]
    assert addresses(client, order="oldest") == ["1", "2"]
    assert addresses(client, site="SPAM.example ") == ["2"]
    assert addresses(client, flagged="3") == ["2"]
    assert addresses(client, state="done") == []
    assert "No page of the queue is like that." in client.get("/?state=done").text


@pytest.mark.parametrize("name", ["part", "flagged", "share", "doubt", "days", "campaign", "state", "order", "site"])
def test_odd_addresses_of_the_queue_are_answered(client, name):
    for value in ("0", "-3", "99", "x", "9" * 30, "nan", "inf", "\0", "'"):
        assert client.get("/", query_string={name: value}).status_code == 200, value


def test_the_next_page_is_claimed_and_shown_with_the_list_it_came_from(client, two):
    answer = client.post("/next", data={"csrf_token": token(client), "order": "oldest"})
    assert (answer.status_code, answer.location) == (303, "/pages/1?order=oldest")
    assert get_page(two, 1).claim.person == "local"
    assert send(client, 0, order="oldest").location == "/pages/1?at=2&order=oldest#block-2"


def test_when_nothing_is_left_the_queue_says_so(client):
    for position in (0, 2):
        send(client, position)
    answer = client.post("/next", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "Nothing is left to check in this list." in answer.text


def test_a_page_can_be_claimed(client, database):
    assert client.post("/pages/1/claim", data={"csrf_token": token(client)}).location == "/pages/1"
    assert "You work on this page" in client.get("/pages/1").text
    assert client.post("/pages/77/claim", data={"csrf_token": token(client)}).status_code == 404


def test_a_page_that_no_model_has_judged_is_waiting(client, database):
    add_pages(database, [Page("fresh", (Block("New", 0),))], added_at=NOW)
    assert addresses(client, state="waiting") == ["2"]
    client.get("/pages/2")
    assert addresses(client, state="waiting") == []


def test_another_host_name_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8000"}).status_code == 200


def test_every_answer_forbids_foreign_scripts_frames_and_sniffing(client):
    for address in ("/", "/pages/1", "/keys", "/nothing", "/static/style.css"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_desk_opens_with_what_teaches_most_and_at_the_block_that_does(client, two):
    assert "<option selected>teaches most</option>" in client.get("/").text
    first = list_pages(two, Filter(), now=NOW, order="teaches most", limit=1)[0].id
    at = worthiest_block(two, first)
    answer = client.post("/next", data={"csrf_token": token(client)})
    assert answer.location == f"/pages/{first}?at={at}#block-{at}"
