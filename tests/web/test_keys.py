"""The keys: shown, changed, switched off, never two of a kind."""

import html
import json
import re

import pytest

from classifier.store.preferences import DEFAULT_KEYS
from tests.web.conftest import token


def keys(client, page="/pages/1"):
    """Return the keys that the script of a page is given."""
    return json.loads(html.unescape(re.search(r'data-keys="([^"]*)"', client.get(page).text)[1]))


def change(client, **changes):
    fields = {f"key {action}": changes.get(action, key) for action, key in DEFAULT_KEYS.items()}
    return client.post("/keys", data={"csrf_token": token(client), "on": "1", **fields})


def test_the_keys_are_those_at_first_until_they_are_changed(client):
    assert keys(client) == dict(DEFAULT_KEYS)
    assert change(client, filler="1", news="").status_code == 303
    assert (keys(client)["filler"], keys(client)["news"]) == ("1", "")
    client.post("/keys", data={"csrf_token": token(client), "defaults": "1"})
    assert keys(client) == dict(DEFAULT_KEYS)


def test_the_keys_can_be_switched_off(client):
    client.post("/keys", data={"csrf_token": token(client), **{f"key {a}": k for a, k in DEFAULT_KEYS.items()}})
    assert keys(client) == {}


@pytest.mark.parametrize(("given", "said"), [("n", "the key n is given twice"), ("ab", "a key is one character")])
def test_unclear_keys_are_refused_and_shown_as_they_were_typed(client, given, said):
    fields = {"csrf_token": token(client), **{f"key {action}": key for action, key in DEFAULT_KEYS.items()}}
    answer = client.post("/keys", data=fields | {"key filler": given, "key why": "1"})
    assert (answer.status_code, f"Not saved: {said}" in answer.text) == (400, True)
    shown = dict(re.findall(r'name="key ([^"]+)" value="([^"]*)"', answer.text))
    assert (shown["filler"], shown["why"], 'name="on">' in answer.text) == (given, "1", True)
    assert '<a href="/keys" aria-current="true">' in answer.text
    marked = re.findall(r'name="key ([^"]+)"[^>]*aria-invalid', answer.text)
    assert marked == (["filler", "news"] if given == "n" else ["filler"])
    assert keys(client) == dict(DEFAULT_KEYS)


def test_pages_with_fewer_buttons_tell_of_the_keys_that_do_something_there(client):
    told = re.findall(r'<th scope="row">([^<]+)</th><td><kbd>', client.get("/blind").text)
    assert told == ["filler", "news", "boilerplate", "unsure", "skip", "next page", "undo", "keys"]
    assert keys(client, "/blind").keys() == set(told)
