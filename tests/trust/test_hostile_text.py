"""Scraped text, names and whatever is sent are shown on every page of the desk, and run, load and steer nothing."""

import csv
import io
import re
from html import unescape
from urllib.parse import quote

import pytest

from classifier.blocks import Block, Page
from classifier.store.judging import judge_stale
from classifier.store.queue import add_pages
from tests.hostile import FORMULAS, MARKUP, STEERING, TITLE
from tests.store.conftest import NOW
from tests.trust.conftest import Markup, addresses, fields

# on a desk of one person who is not in quarantine, of a version without a report, without blind samples
NOT_HERE = {"login.account", "password.form", "quarantine.ask", "model_page.picture", "model_page.live_picture"}
ALL = (" ".join(MARKUP), " ".join(STEERING), " ".join(FORMULAS))
STEERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """Return what a page shows and what a hint would show: nothing of what is only sent back with a form."""
    return unescape(re.sub(r'\b(?:value|href|action)="[^"]*"', "", text))


def assert_harmless(answer, where):
    if answer.mimetype == "text/html":
        assert Markup(answer.text).unsafe() == [], where
        assert not STEERS.search(shown(answer.text)), where
    else:
        assert answer.headers["X-Content-Type-Options"] == "nosniff", where
        assert answer.mimetype in {"text/plain", "text/csv", "application/x-ndjson", "image/svg+xml", "text/css"}, where
    assert str(1337 * 1337) not in answer.text, where


def test_every_page_shows_hostile_text_and_runs_none(client, database):
    seen = 0
    for endpoint, method, address in addresses(client, database):
        if method != "GET" or endpoint == "static":
            continue
        answer = client.get(address, query_string={"ruling": "filler"})  # without which there is no preview
        assert answer.status_code in (200, 303, 404), (endpoint, answer.status_code)
        assert answer.status_code != 404 or endpoint in NOT_HERE, endpoint
        assert_harmless(answer, address)
        seen += "pwned" in answer.text
    assert seen >= 9


NAMES = (
    *(
        "site",
        "person",
        "ruling",
        "since",
        "until",
        "next",
        "order",
        "state",
        "after",
        "at",
        "category",
        "days",
        "back",
    ),
    *("text", "reason", "name", "keys", "position", "file", "format", "label", "scope", "pending", "old", "new"),
)


@pytest.mark.parametrize("payload", ALL)
def test_what_a_query_says_is_shown_and_never_run(client, database, payload):
    for _endpoint, method, address in addresses(client, database):
        if method == "GET":
            with client.get(address, query_string=dict.fromkeys(NAMES, payload)) as answer:
                assert answer.status_code < 500, address
                assert_harmless(answer, address)


@pytest.mark.parametrize("payload", ALL)
def test_whatever_a_form_says_the_answer_runs_nothing(client, database, payload):
    given = fields(client)
    for endpoint, method, address in addresses(client, database):
        if method != "GET" and endpoint != "login.log_out":
            answer = client.post(address, data={**dict.fromkeys(NAMES, payload), "csrf_token": given["csrf_token"]})
            assert answer.status_code < 500, endpoint
            assert_harmless(answer, endpoint)


@pytest.mark.parametrize("payload", ALL)
def test_an_error_page_runs_nothing(client, payload):
    for address in ("/{}", "/pages/{}", "/verdicts/{}", "/texts/{}", "/model/plots/{}/scores-light.svg", "/static/{}"):
        answer = client.get(address.format(quote(payload, safe="")))
        assert answer.status_code in (303, 308, 404), address
        assert_harmless(answer, address)


def test_evidence_and_exports_are_files_and_no_pages(client, database):
    evidence = client.get("/campaigns/1/evidence.txt")
    assert TITLE in evidence.text
    assert evidence.mimetype == "text/plain"
    assert "attachment" in evidence.headers["Content-Disposition"]
    assert not STEERS.search(evidence.text)
    for kind in ("csv", "jsonl"):
        answer = client.get(f"/activity/decisions.{kind}")
        assert "pwned" in answer.text
        assert "attachment" in answer.headers["Content-Disposition"]


def test_no_cell_of_an_export_is_a_formula(client):
    rows = list(csv.reader(io.StringIO(client.get("/activity/decisions.csv").text)))
    assert len(rows) > 3
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in {first[0] for first in FORMULAS}]


def test_letters_in_disguise_are_told_beside_the_text(client, database, model):
    page = Page(
        "https://y.example/1",
        (Block("Веst саsinо b\u200bo\u200bn\u200bus", 0), Block("Beyoncé’s café in Łódź", 1)),
        "y.example",
    )
    (number,) = add_pages(database, [page], added_at=NOW)
    judge_stale(database, model)
    text = client.get(f"/pages/{number}").text
    assert re.findall(r'class="fact">odd letters; reads as “([^”]*)”<', text) == ["Best casino bonus"]
