"""Who is in quarantine is asked for golden blocks, blind, and only they are; enough right answers end it."""

import re

import pytest

from classifier.labelled import read_examples, shipped_data
from classifier.store.people import NOBODY
from classifier.store.quarantine import begin_quarantine, quarantine_of
from tests.store.conftest import NOW
from tests.web.conftest import recorded, send, token

TOLD = "no model is trained on it for now"


@pytest.fixture(scope="module")
def golden():
    return {e.text: e.label for e in read_examples([shipped_data() / "golden.jsonl"], notify=print)}


@pytest.fixture
def held(database):
    begin_quarantine(database, NOBODY, by="root", now=NOW, reason="odd labels", needed=3)
    return database


def asked(client):
    """Return the text that is asked for, and the number of its form."""
    page = client.get("/quarantine").text
    text = re.search(r'<p class="text" dir="auto">(.*?)</p>', page, re.DOTALL)[1]
    return _plain(text), re.search(r'name="asked" value="(\d+)"', page)[1]


def _plain(text):
    for escaped, plain in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return text


def answer(client, ruling, number):
    data = {"csrf_token": token(client), "asked": number, "ruling": ruling}
    return client.post("/quarantine", data=data, follow_redirects=True)


def test_enough_right_answers_in_a_row_end_it(client, held, golden):
    for _ in range(3):
        text, number = asked(client)
        page = answer(client, golden[text], number).text
        assert "Right." in page
    assert "Your quarantine has ended" in page
    assert quarantine_of(held, NOBODY) is None
    assert TOLD not in client.get("/").text


def test_a_wrong_answer_is_told_the_label_and_the_count_begins_anew(client, held, golden):
    text, number = asked(client)
    answer(client, golden[text], number)
    text, number = asked(client)
    wrong = next(label for label in ("news", "filler") if label != golden[text])
    page = answer(client, wrong, number).text
    assert f"You said {wrong}; golden says {golden[text]}" in page
    assert "0 of 3 right in a row" in page


def test_the_page_does_not_tell_the_label_and_asks_the_same_however_often_it_is_loaded(client, held):
    first = asked(client)
    assert asked(client) == first
    page = client.get("/quarantine").text
    assert [page.count(f'value="{label}" class="{label}"') for label in ("news", "filler", "boilerplate")] == [1, 1, 1]
    assert "badge" not in page


def test_the_keys_of_the_page_are_shown_on_it(client, held):
    page = client.get("/quarantine").text
    assert re.search(r'<dialog id="keys".*<kbd>\?</kbd>.*<button>Close', page, re.DOTALL)
    assert 'data-action="keys" hidden' in page


def test_nobody_is_asked_the_same_block_again_soon(client, held):
    texts = []
    for _ in range(6):
        text, number = asked(client)
        answer(client, "boilerplate", number)
        texts.append(text)
    assert len(set(texts)) == 6


def test_a_form_sent_twice_is_answered_once(client, held, golden):
    text, number = asked(client)
    answer(client, golden[text], number)
    again = answer(client, golden[text], number)
    assert again.status_code == 409
    assert "answered already" in again.text
    assert len(quarantine_of(held, NOBODY).answers) == 1


def test_every_page_tells_the_person_and_decisions_go_on(client, held):
    assert "You are in quarantine" in client.get("/").text
    assert TOLD in client.get("/pages/1").text
    assert send(client, 0).status_code == 303
    assert [row[0] for row in recorded(held)] == ["filler"]


def test_who_is_not_in_quarantine_sees_nothing_of_it(client, database):
    assert TOLD not in client.get("/").text
    assert "You are not in quarantine" in client.get("/quarantine").text
    assert answer(client, "news", 0).status_code == 409


@pytest.mark.parametrize(
    "data", [{"asked": "0", "ruling": "unsure"}, {"ruling": "news"}, {"asked": "-1", "ruling": "news"}]
)
def test_an_answer_that_is_none_is_refused(client, held, data):
    sent = client.post("/quarantine", data={"csrf_token": token(client), **data})
    assert sent.status_code == 400
    assert quarantine_of(held, NOBODY).answers == ()


def test_an_answer_needs_the_csrf_token(client, held):
    assert client.post("/quarantine", data={"asked": "0", "ruling": "news"}).status_code == 400
    assert quarantine_of(held, NOBODY).answers == ()
