"""What the interface for programs refuses, each with a sentence."""

import json
import sqlite3

import pytest

from classifier.store.queue import count_pages
from tests.web.api.conftest import NEWS, PAGE, failed

REFUSED = [
    ({}, "has no page"),
    ({"url": "https://a.example/"}, "has no page"),
    ({"text": "a b", "html": "<p>a"}, "has text and html; give exactly one"),
    ({"text": "a", "blocks": ["b"]}, "has text and blocks; give exactly one"),
    ({"text": ""}, "text: empty"),
    ({"text": " \n\u200b"}, "no text in it"),
    ({"html": "<p> </p>"}, "no text in it"),
    ({"blocks": ["-", " "]}, "no text in it"),
    ({"blocks": []}, "not a list of blocks"),
    ({"blocks": {"text": "a"}}, "not a list of blocks"),
    ({"blocks": ["a", 1]}, "blocks.1: neither a string nor an object with 'text'"),
    ({"blocks": [{"words": "a"}]}, "blocks.0: neither"),
    ({"text": 1}, "text: not a string"),
    ({"text": None}, "text: null"),
    ({"text": "a", "colour": "red"}, "colour: no such field"),
    ({"text": "a", "url": " "}, "url: nothing of it can be seen"),
    ({"text": "a", "url": "x" * 9_000}, "url: more than 8,000 characters"),
    ({"text": "a", "url": 5}, "url: not a string"),
    (["a"], "not a JSON object"),
    ("a", "not a JSON object"),
]


@pytest.mark.parametrize("address", ["/api/v1/classify", "/api/v1/pages"])
@pytest.mark.parametrize(("sent", "sentence"), REFUSED)
def test_what_is_no_page_is_refused_with_a_sentence(client, database, address, sent, sentence):
    whole = {"url": "https://a.example/1", **sent} if isinstance(sent, dict) else sent
    assert sentence in failed(client.post(address, json=whole), 422)
    assert count_pages(database) == 0


def test_a_page_for_the_queue_needs_its_address(client):
    assert "url: missing" in failed(client.post("/api/v1/pages", json={"text": NEWS}), 422)


@pytest.mark.parametrize(
    ("data", "content_type", "status", "sentence"),
    [
        (b"", "application/json", 400, "broken JSON"),
        (b'{"text": ', "application/json", 400, "broken JSON"),
        (b'{"text": "\xff"}', "application/json", 400, "broken JSON"),
        (b"[" * 100_000, "application/json", 400, "broken JSON"),
        (b'{"blocks": ' + b"[" * 100_000, "application/json", 400, "broken JSON"),
        (b'{"text": "a"}', "text/plain", 415, "send the request as application/json"),
        (b'{"text": "a"}', None, 415, "send the request as application/json"),
        (b"text=a", "application/x-www-form-urlencoded", 415, "send the request as application/json"),
        (b'"' + b"a" * 20_000_000, "application/json", 413, "more than 20,000,000 bytes"),
    ],
    ids=range(9),
)
def test_a_body_that_cannot_be_read_is_refused(client, data, content_type, status, sentence):
    for address in ("/api/v1/classify", "/api/v1/pages"):
        assert sentence in failed(client.post(address, data=data, content_type=content_type), status)


def test_a_page_of_almost_20_mb_is_judged(client):
    page = json.dumps({"text": NEWS + " " * 19_999_000})
    assert client.post("/api/v1/classify", data=page, content_type="application/json").status_code == 200


def test_text_that_cannot_be_stored_or_printed_is_mended_as_on_the_command_line(client):
    sent = {"url": "https://a.example/\0\ud800", "text": "\0 \ud800 Council votes on plan"}
    queued = client.post("/api/v1/pages", json=sent)
    assert queued.status_code == 201
    page = client.get("/api/v1/pages/1").json
    assert (page["url"], page["blocks"][0]["text"]) == (
        "https://a.example/\ufffd\ufffd",
        "\ufffd \ufffd Council votes on plan",
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=", "since: no cursor"),
        ("since=x", "since: no cursor"),
        ("since=1", "since: no cursor"),
        ("limit=0", "limit: not from 1 to 1,000"),
        ("limit=1001", "limit: not from 1 to 1,000"),
        ("limit=many", "limit: not a whole number"),
        ("sinse=1.0", "sinse: no such argument; there are since and limit"),
    ],
)
def test_a_question_that_is_not_understood_is_refused(client, query, sentence):
    assert sentence in failed(client.get(f"/api/v1/decisions?{query}"), 422)


def test_a_cursor_beyond_the_end_finds_nothing(client):
    assert client.get("/api/v1/decisions?since=9999999999.9999999999").json["entries"] == []


@pytest.mark.parametrize(
    "address", ["/api/v1/pages/99", "/api/v1/pages/x", "/api/v1/pages/99999999999", "/api/nothing"]
)
def test_what_is_not_there_is_404_in_json(client, address):
    assert failed(client.get(address), 404)


def test_errors_of_the_desk_stay_pages_for_people(client):
    answer = client.get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_another_method_is_405_and_the_answer_says_which_would_do(client):
    answer = client.get("/api/v1/classify")
    failed(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_a_database_that_cannot_be_used_is_503(client, database):
    with sqlite3.connect(database.path) as connection:
        connection.execute("ALTER TABLE pages RENAME TO away")
    assert "cannot be used" in failed(client.post("/api/v1/pages", json=PAGE), 503)
    assert failed(client.get("/api/v1/metrics"), 503)
    database.path.unlink()
    assert failed(client.get("/api/v1/decisions"), 503)
