"""A session that ends in mid-work: what was being sent is offered again after the log-in, and sent by a press only."""

import re

import pytest
import sqlalchemy as sa
from itsdangerous import URLSafeSerializer

from classifier.blocks import Block, Page
from classifier.store.judging import judge_stale
from classifier.store.pins import active_pins
from classifier.store.preferences import keys_of
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import sessions
from tests.store.conftest import NOW, put_in_blind_check, rule
from tests.store.test_people import PASSWORD
from tests.web.conftest import FILLER, RUN, form, recorded
from tests.web.people.conftest import OURS, cookie, hidden, log_in
from tests.web.test_pins import pin_form
from web.current import now


def end_sessions(database):
    with database.writing() as connection:
        connection.execute(sa.update(sessions).values(ended_at=now()))


def sent_too_late(client, database, address="/pages/1/decide", *, headers=OURS, data=None, **changes):
    """Log in, look, let the session end, press; return the answer."""
    log_in(client)
    fields = data or form(client, 0, **changes)
    end_sessions(database)
    return client.post(address, data=fields, headers=headers)


def go_on(client, page, name="anna", password=PASSWORD):
    """Log in on the page that was answered."""
    return client.post("/login", data={**hidden(page.text), "name": name, "password": password}, headers=OURS)


def press(client, page):
    address = re.search(r'<form method="post" action="([^"]+)" id="pending">', page.text)[1]
    return client.post(address, data=hidden(page.text), headers=OURS)


def test_a_decision_of_an_ended_session_is_offered_after_the_log_in_and_recorded_by_a_press(client, database):
    asked = sent_too_late(client, database)
    assert asked.status_code == 401
    assert "Not saved yet" in asked.text
    assert FILLER not in asked.text
    offered = go_on(client, asked)
    assert offered.status_code == 200
    assert "You were about to say filler of block 1 of https://www.paper.example/1." in offered.text
    assert FILLER in offered.text
    assert recorded(database) == []
    assert press(client, offered).status_code == 303
    assert [(said, person) for said, *_shown, person in recorded(database)] == [("filler", "anna")]


def test_pressing_twice_records_once(client, database):
    offered = go_on(client, sent_too_late(client, database))
    for _ in range(2):
        assert press(client, offered).status_code == 303
    assert len(recorded(database)) == 1


def test_it_is_recorded_under_the_name_of_who_logged_in(client, database):
    asked = sent_too_late(client, database)
    assert "Viewers look; only moderators decide" in go_on(client, asked, "vic").text
    assert recorded(database) == []


def test_a_wrong_password_loses_nothing(client, database):
    asked = sent_too_late(client, database)
    for _ in range(5):
        asked = go_on(client, asked, password="wrong horse battery")
        assert asked.status_code == 401
    throttled = go_on(client, asked)
    assert throttled.status_code == 429
    assert hidden(throttled.text)["pending"] == hidden(asked.text)["pending"]


def test_a_form_is_offered_when_only_its_token_is_of_an_ended_session(client, database):
    log_in(client)
    fields = form(client, 0)
    log_in_again = cookie(client)
    end_sessions(database)
    client.delete_cookie(log_in_again[0])
    log_in(client)
    offered = client.post("/pages/1/decide", data=fields, headers=OURS)
    assert (offered.status_code, "You were about to say filler" in offered.text) == (400, True)
    assert recorded(database) == []
    assert press(client, offered).status_code == 303
    assert len(recorded(database)) == 1


def test_a_form_without_any_cookie_is_offered_too(client, database):
    log_in(client)
    fields = form(client, 0)
    client.delete_cookie(cookie(client)[0])
    asked = client.post("/pages/1/decide", data=fields, headers=OURS)
    assert asked.status_code == 401
    assert "You were about to say filler" in go_on(client, asked).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_never_kept(client, database, headers):
    asked = sent_too_late(client, database, headers=headers)
    assert asked.status_code == 401
    assert "pending" not in hidden(asked.text)
    assert go_on(client, asked).location == "/"


def test_a_browser_that_only_tells_the_origin_is_believed(client, database):
    asked = sent_too_late(client, database, headers={"Origin": "http://localhost"})
    assert "pending" in hidden(asked.text)


@pytest.mark.parametrize("address", ["/next", "/pages/1/claim", "/nothing"])
def test_what_records_no_decision_is_not_kept(client, database, address):
    asked = sent_too_late(client, database, address)
    assert asked.status_code == 401
    assert "pending" not in hidden(asked.text)


def test_a_giant_form_is_not_kept(client, database):
    asked = sent_too_late(client, database, more="x" * 70_000)
    assert asked.status_code == 401
    assert "It is too large to be kept here. Log in and do it again." in asked.text
    assert "pending" not in hidden(asked.text)


@pytest.mark.parametrize(
    "pending",
    [
        "",
        "x",
        "[]",
        "[1, 2]",
        "{}",
        '["https://evil.example/pages/1/decide", []]',
        '["//evil.example/pages/1/decide", []]',
        '["/logout", []]',
        '["/login", []]',
        '["/pages/1/decide", [["a"]]]',
        '["/pages/1/decide", 7]',
        '["http://[", []]',
        "[" * 30_000,
        '["/undo", []]',
        URLSafeSerializer(b"another key", salt="newsieve pending form").dumps(["/undo", []]),
    ],
)
def test_a_made_up_pending_form_is_left_aside(client, pending):
    answer = log_in(client, headers=OURS, pending=pending)
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_form_signed_by_us_for_what_is_no_decision_of_this_release_is_left_aside(client):
    for address in ("https://evil.example/undo", "//evil.example/undo", "undo", "/logout", "/pages/1/gone", "http://["):
        pending = URLSafeSerializer(b"k" * 32, salt="newsieve pending form").dumps([address, []])
        answer = log_in(client.application.test_client(), headers=OURS, pending=pending)
        assert (answer.status_code, answer.location) == (303, "/")


def test_a_form_that_was_changed_on_the_way_is_left_aside(client, database):
    asked = sent_too_late(client, database, "/undo", data={"csrf_token": "x"})
    kept = hidden(asked.text)["pending"]
    assert log_in(client, headers=OURS, pending=f"{kept[:-1]}{'A' if kept[-1] != 'A' else 'B'}").location == "/"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_what_another_site_posts_to_the_log_in_page_is_not_carried_on(client, database, headers):
    signed = hidden(sent_too_late(client, database, "/undo", data={"csrf_token": "x"}).text)["pending"]
    for pending in (signed, '["/keys", [["key filler", "n"]]]'):
        other = client.application.test_client()
        asked = other.post("/login", data={"pending": pending}, headers=headers)
        assert "pending" not in hidden(asked.text)
        assert log_in(other, headers=headers, pending=pending).location == "/"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"scope": "page"}, "accept https://www.spam.example/run as shown"),
        ({"scope": "run", "position": "1", "last": "3", "ruling": "filler"}, "say filler of blocks 2 to 4"),
        ({"scope": "block", "position": "1", "ruling": "undo"}, "withdraw the ruling on block 2"),
        ({"scope": "block", "position": "9" * 50, "ruling": "<b>"}, "say &lt;b&gt; of block 1"),
    ],
)
def test_the_offer_tells_what_would_be_recorded(client, database, model, fields, sentence):
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    asked = sent_too_late(client, database, "/pages/2/decide", data=fields)
    assert sentence in go_on(client, asked).text


def test_a_long_run_is_quoted_in_part(client, database):
    texts = tuple(Block(f"Reason {'very ' * 200}{number}", number) for number in range(30))
    add_pages(database, [Page("https://long.example/", texts)], added_at=NOW)
    fields = {"scope": "run", "position": "0", "last": "29", "ruling": "filler"}
    offered = go_on(client, sent_too_late(client, database, "/pages/2/decide", data=fields)).text
    assert "and 20 more" in offered
    assert len(offered) < 10_000


def test_an_undo_is_offered_as_well(client, database):
    offered = go_on(client, sent_too_late(client, database, "/undo", data={"csrf_token": "x"}))
    assert "You were about to take your newest decision back." in offered.text


def test_a_decision_on_a_campaign_is_offered_as_well(client, database, model):
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    number = get_page(database, 2).campaigns[1]
    address = f"/campaigns/{number}/decide"
    offered = go_on(client, sent_too_late(client, database, address, data={"ruling": "filler"})).text
    assert f"You were about to say filler of campaign {number}, on all its pages (1)." in offered
    assert "7 Reasons to Hire a Personal Injury Lawyer Today" in offered


def test_taking_a_campaign_back_is_offered_as_well(client, database):
    offered = go_on(client, sent_too_late(client, database, "/campaigns/1/undo", data={"act": "1"}))
    assert "You were about to take back your decision on campaign 1." in offered.text


def test_taking_back_one_of_the_activities_is_offered_as_well(client, database):
    rule(database, 1, 0, "filler", "anna")
    asked = sent_too_late(client, database, "/activity/1/undo", data={"csrf_token": "x"})
    offered = go_on(client, asked)
    assert "You were about to take back that anna said filler of 1 text." in offered.text
    assert FILLER in offered.text
    assert press(client, offered).status_code == 303
    assert "Took back" in client.get("/activity").text


def test_an_act_that_is_not_there_is_offered_by_its_number(client, database):
    for act in (7, 2**31 - 1):
        other = client.application.test_client()
        asked = sent_too_late(other, database, f"/activity/{act}/undo", data={"csrf_token": "x"})
        assert f"You were about to take back decision {act}." in go_on(other, asked).text


def test_a_test_to_be_pinned_is_offered_as_well(client, database):
    log_in(client)
    fields = {**pin_form(client), "reason": "advice for couples"}
    end_sessions(database)
    offered = go_on(client, client.post("/pages/1/blocks/0/pin", data=fields, headers=OURS))
    said = "You were about to pin block 1 of https://www.paper.example/1 as a test that must be filler."
    assert said in offered.text
    assert FILLER in offered.text
    assert active_pins(database) == []
    assert press(client, offered).status_code == 303
    assert [(pin.text, pin.label, pin.person) for pin in active_pins(database)] == [(FILLER, "filler", "anna")]


def test_an_answer_of_the_blind_check_is_offered_without_the_verdict(client, database):
    (sample,) = put_in_blind_check(database, 1, 0)
    fields = {"csrf_token": "x", "ruling": "news", "sample": str(sample), "page": "1", "form": "a" * 32}
    offered = go_on(client, sent_too_late(client, database, "/blind/decide", data=fields))
    assert "You were about to say news of a block in the blind check." in offered.text
    assert FILLER in offered.text
    assert not re.search(r"score|\d\.\d\d", offered.text.partition("<main")[2])
    assert press(client, offered).status_code == 303
    assert [(said, person) for said, *_shown, person in recorded(database)] == [("news", "anna")]


def test_adding_what_was_tried_is_offered_as_well(client, database):
    fields = {"csrf_token": "x", "name": "pasted", "format": "text", "text": "Council votes\n" * 1_000}
    offered = go_on(client, sent_too_late(client, database, "/try/add", data=fields))
    assert "You were about to add what you tried (pasted) to the queue." in offered.text
    assert press(client, offered).location == "/pages/2"


def test_a_page_tried_that_is_too_large_to_keep_is_said_to_be(client, database):
    fields = {"csrf_token": "x", "name": "pasted", "format": "text", "text": "Council votes\n" * 100_000}
    asked = sent_too_late(client, database, "/try/add", data=fields)
    assert (asked.status_code, "It is too large to be kept here." in asked.text) == (401, True)


def test_changed_keys_are_offered_as_well(client, database):
    typed = {f"key {action}": key for action, key in keys_of(database, "anna").by_action.items()}
    asked = sent_too_late(client, database, "/keys", data={**typed, "key filler": "é"})
    offered = go_on(client, asked)
    assert "You were about to change 1 of your keys and switch them off." in offered.text
    assert '<li dir="auto">filler: é instead of f</li>' in offered.text
    assert press(client, offered).status_code == 303
    assert keys_of(database, "anna").by_action["filler"] == "é"


def test_having_the_first_keys_back_is_offered_as_well(client, database):
    asked = sent_too_late(client, database, "/keys", data={"csrf_token": "x", "defaults": "yes"})
    assert "You were about to have your keys as they were at first." in go_on(client, asked).text


def test_an_offer_for_a_page_that_has_gone_says_so(client, database):
    asked = sent_too_late(client, database, "/pages/77/decide", data={"scope": "block"})
    answer = go_on(client, asked)
    assert (answer.status_code, "page 77: not in the queue" in answer.text) == (404, True)
