"""Pinning a block as a test in the desk, the list of tests, and the warning before one is ended."""

import re
from html import unescape

import pytest

from classifier.registry import Registry
from classifier.store.judging import judge_stale
from classifier.store.pins import active_pins, former_pins
from classifier.store.queue import add_pages, get_page
from classifier.text import fingerprint
from tests.conftest import add_version
from tests.store.conftest import NOW, rule
from tests.web.conftest import FILLER, PAGE, RUN, recorded, send, token

REASON = "Reads like <b>advice</b>"


def pin_form(client, at=0, page=1):
    """Return what a browser would send for the form of a block."""
    text = client.get(f"/pages/{page}/blocks/{at}/pin").text
    found = re.search(r'<form method="post" action="[^"]*/pin".*?</form>', text, re.DOTALL)[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))
    return {**fields, "ruling": re.search(r'value="(\w+)" checked', found)[1]}


def press_pin(client, at=0, *, page=1, **changes):
    return client.post(f"/pages/{page}/blocks/{at}/pin", data={**pin_form(client, at, page), **changes})


def warned(client, answer):
    """Assert that nothing was saved and that the desk asks, and return the form that says so all the same."""
    assert (answer.status_code, "Not saved yet" in answer.text) == (200, True)
    found = re.search(r'<form method="post" action="([^"]+)" id="pending">(.*?)</form>', answer.text, re.DOTALL)
    return found[1], dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[2]))


def test_a_block_is_pinned_with_the_label_as_shown_and_a_reason(client, database, model):
    assert 'href="/pages/1/blocks/0/pin"' in client.get("/pages/1").text
    answer = press_pin(client, reason=f" {REASON} ")
    assert (answer.status_code, answer.location) == (303, "/pages/1?at=0#block-0")
    (found,) = active_pins(database)
    assert (found.text, found.label, found.reason, found.person) == (FILLER, "filler", REASON, "local")
    assert found.texts == tuple(block.text for block in PAGE.blocks)
    assert recorded(database) == [("filler", model.card.version, "filler", "local")]
    text = unescape(client.get("/pages/1").text)
    assert "Saved: block 1 filler, and pinned as a test." in text
    assert "pinned as a test by local, filler:" in text
    assert "<b>advice" not in client.get("/pages/1").text


def test_the_label_offered_is_the_ruling_that_stands_and_may_be_another(client, database):
    send(client, 0, ruling="news")
    assert pin_form(client)["ruling"] == "news"
    press_pin(client, ruling="boilerplate", reason=REASON)
    assert [found.label for found in active_pins(database)] == ["boilerplate"]
    send(client, 1, ruling="unsure")
    assert pin_form(client, 1)["ruling"] in {"news", "filler", "boilerplate"}


def test_the_page_of_a_text_leads_to_pinning_it_and_shows_its_pins(client):
    address = f"/texts/{fingerprint(FILLER)}"
    assert 'href="/pages/1/blocks/0/pin"' in client.get(address).text
    press_pin(client, reason=REASON)
    assert "pinned as a test by local" in client.get(address).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"reason": " "}, "no reason is given; say in one line"),
        ({"reason": "x" * 301}, "use at most 300"),
        ({"ruling": "unsure", "reason": "kept <i>"}, "the label is"),
        ({"ruling": "", "reason": "kept <i>"}, "the label is"),
    ],
)
def test_bad_input_is_named_and_what_was_typed_is_kept(client, database, wrong, sentence):
    answer = press_pin(client, **wrong)
    assert (answer.status_code, sentence in unescape(answer.text)) == (400, True)
    assert f'value="{wrong["reason"]}"' in unescape(answer.text)
    assert (active_pins(database), recorded(database)) == ([], [])


def test_what_was_decided_meanwhile_is_said_and_what_was_typed_is_kept(client, database):
    data = {**pin_form(client), "reason": REASON}
    rule(database, 1, 0, "news", "ben")
    answer = client.post("/pages/1/blocks/0/pin", data=data)
    assert (answer.status_code, "ben has ruled" in answer.text) == (409, True)
    assert f'value="{REASON}"' in unescape(answer.text)
    assert active_pins(database) == []


def test_a_form_sent_twice_is_one_pin_and_a_block_is_not_pinned_twice(client, database):
    data = {**pin_form(client), "reason": REASON}
    assert [client.post("/pages/1/blocks/0/pin", data=data).status_code for _ in range(2)] == [303, 303]
    again = press_pin(client, reason="another")
    assert (again.status_code, "pinned this block as filler already" in again.text) == (409, True)
    assert len(active_pins(database)) == 1


def test_a_block_that_is_not_there_cannot_be_pinned(client):
    data = {**pin_form(client), "reason": REASON}
    assert client.get("/pages/1/blocks/9/pin").status_code == client.get("/pages/9/blocks/0/pin").status_code == 404
    assert client.post("/pages/1/blocks/9/pin", data=data).status_code == 404


@pytest.mark.parametrize("ruling", ["news", "unsure", "undo"])
def test_deciding_against_a_test_asks_first_and_ends_it_when_confirmed(client, database, ruling):
    press_pin(client, reason=REASON)
    answer = send(client, 0, ruling=ruling)
    assert "This decision ends a test" in answer.text
    assert REASON in unescape(answer.text)
    address, fields = warned(client, answer)
    assert len(recorded(database)) == len(active_pins(database)) == 1
    assert client.post(address, data=fields).status_code == 303
    assert active_pins(database) == []
    assert [one.ended.ruling for one in former_pins(database)] == [ruling]


def test_agreeing_with_a_test_asks_nothing(client):
    press_pin(client, reason=REASON)
    assert send(client, 0, ruling="filler").status_code == 303


def test_a_test_pinned_since_the_warning_is_warned_of_as_well(client, database):
    press_pin(client, reason=REASON)
    address, fields = warned(client, send(client, 0, ruling="news"))
    press_pin(client, ruling="boilerplate", reason="otherwise")
    again = client.post(address, data=fields)
    assert "otherwise" in again.text
    assert warned(client, again)[1]["ends"] != fields["ends"]


def test_a_run_that_holds_a_test_asks_first(client, database, model):
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    press_pin(client, 2, page=2, reason=REASON)
    address, fields = warned(client, send(client, 1, page=2, scope="run", ruling="boilerplate"))
    assert client.post(address, data=fields).status_code == 303
    assert {standing.ruling for standing in get_page(database, 2).rulings.values()} == {"boilerplate"}
    assert active_pins(database) == []


def test_undo_takes_the_test_back_with_its_decision_and_says_so(client, database):
    press_pin(client, reason=REASON)
    data = {"csrf_token": token(client)}
    client.post("/undo", data=data)
    assert "Took back: filler on 1 text, and the test pinned with it." in client.get("/").text
    assert active_pins(database) == []
    client.post("/redo", data=data)
    assert "Did again: filler on 1 text, and the test pinned with it." in client.get("/").text
    assert len(active_pins(database)) == 1
    assert "one block, pinned as a test" in client.get("/activity").text


def test_the_list_tells_which_tests_the_current_version_passes_and_what_ended_the_others(client, home):
    assert "Nobody has pinned a test" in client.get("/pins").text
    press_pin(client, reason=REASON)
    press_pin(client, 1, ruling="filler", reason="wrong on purpose")
    text = unescape(client.get("/pins").text)
    assert "2 blocks that every version must get right" in text
    assert ("✓ right" in text, "✕ wrong: says news" in text) == (True, True)
    assert client.get("/pins").text == client.get("/pins").text
    client.post("/undo", data={"csrf_token": token(client)})
    assert "took it back" in client.get("/pins").text
    registry = Registry(home / "models")
    registry.promote(add_version(registry, registry.pointer().current, "20300101T000000Z-00000000"), by="a", at=NOW)
    assert "✓ right" in client.get("/pins").text
    (home / "models" / "current.json").unlink()
    assert "none is current" in client.get("/pins").text


@pytest.mark.parametrize("place", ["SQLite"], indirect=True)
def test_a_conflict_over_a_pinned_text_warns_before_it_is_settled(client, database):
    rule(database, 1, 0, "news", "ben")
    press_pin(client, ruling="filler", reason=REASON)
    text = client.get("/activity/conflicts").text
    assert text.index("pinned as a test by local") < text.index("Settling it otherwise ends the test.")
