"""A page under review over HTTP: what it shows, what it records, what it refuses."""

import re
import sqlite3

import pytest

from classifier.blocks import Block, Page
from classifier.registry import Registry
from classifier.store.claims import claim_page
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.history import undo
from classifier.store.judging import judge_stale
from classifier.store.queue import add_pages, get_page
from tests.conftest import add_version
from tests.store.conftest import NOW
from tests.web.conftest import RUN, form, recorded, send, token
from web import create_app
from web.current import now


def test_a_page_shows_its_blocks_in_order_with_verdict_score_and_reasons(client):
    text = client.get("/pages/1").text
    positions = [int(n) for n in re.findall(r'id="block-(\d+)"', text)]
    assert positions == [0, 1, 2, 3]
    assert re.search(r'class="badge filler".*?filler</span>', text)
    assert re.search(r'class="score"[^>]*>[01]\.\d{3}<', text)
    assert re.search(r'<mark class="filler[^"]*" title="\+\d\.\d\d for filler">', text)
    assert "hidden text" in text
    assert "links to spam.example" in text


def test_scraped_text_is_shown_never_run(client):
    text = client.get("/pages/1").text
    assert "<script>" not in text
    assert "<b>bold" not in text
    assert "&lt;" in text


def test_a_decision_is_recorded_when_the_answer_comes_and_the_answer_is_303(client, database, model):
    answer = send(client, 0)
    assert answer.status_code == 303
    assert recorded(database) == [("filler", model.card.version, "filler", "local")]


def test_after_a_decision_the_next_block_to_check_is_shown(client):
    assert send(client, 0).location == "/pages/1?at=2#block-2"
    assert send(client, 2).location == "/pages/1?at=2#block-2"
    assert "Nothing is left to check on this page." in client.get("/pages/1").text


def test_what_was_saved_is_said(client):
    send(client, 0)
    assert "Saved: block 1 filler." in client.get("/pages/1").text
    assert "Saved" not in client.get("/pages/1").text


@pytest.mark.parametrize("ruling", ["news", "filler", "boilerplate", "unsure"])
def test_a_ruling_is_shown_and_can_be_withdrawn(client, ruling):
    send(client, 0, ruling=ruling)
    text = client.get("/pages/1").text
    assert "ruled by local; the model says filler" in text
    assert re.search(rf'value="{ruling}"[^>]*aria-pressed="true"', text)
    send(client, 0, ruling="undo")
    assert "ruled by" not in client.get("/pages/1").text


def test_a_text_that_stands_elsewhere_says_so(client, database):
    add_pages(database, [Page("copy", (Block(RUN.blocks[1].text, 0),), "a.example"), RUN], added_at=NOW)
    assert "history: on 2 pages of 2 sites" in client.get("/pages/3").text


def test_a_run_is_framed_and_decided_with_one_button(client, database, model):
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    assert "Blocks 2–4, one run" in client.get("/pages/2").text
    answer = send(client, 1, page=2, scope="run")
    assert answer.status_code == 303
    assert [ruling for ruling, *_ in recorded(database)] == ["filler"] * 3
    assert "Saved: run of 3 blocks filler." in client.get("/pages/2").text


def test_the_ends_of_a_run_can_be_moved(client, database, model):
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    send(client, 1, page=2, scope="run", position="2", last="4", ruling="news")
    assert sorted(get_page(database, 2).rulings) == [2, 3, 4]


def test_a_page_is_accepted_as_shown_with_one_button(client, database, model):
    send(client, 1, ruling="unsure")
    labels = [verdict.label for verdict in model.classify(get_page(database, 1).page.blocks)]
    send(client, 0, scope="page")
    said = {position: standing.ruling for position, standing in get_page(database, 1).rulings.items()}
    assert said == {0: labels[0], 1: "unsure", 2: labels[2], 3: labels[3]}
    assert "Accepted as shown: 3 blocks." in client.get("/pages/1").text


def test_what_was_taken_back_meanwhile_is_not_accepted_with_the_page(client, database):
    decide(database, Act("ben", NOW, page_id=1), [Ruled(1, "filler", Shown("v", "news", 0.1))])
    data = form(client, 0, scope="page")
    undo(database, person="ben", now=NOW)
    client.post("/pages/1/decide", data=data)
    assert sorted(get_page(database, 1).rulings) == [0, 2, 3]


def test_of_a_long_page_only_the_blocks_shown_are_accepted(client, database):
    long = Page("long", tuple(Block(f"Council votes on plan {n} of the harbour", n) for n in range(150)))
    add_pages(database, [long], added_at=NOW)
    assert "Accept these blocks as shown" in client.get("/pages/2").text
    send(client, 120, page=2, scope="page")
    assert sorted(get_page(database, 2).rulings) == list(range(100, 150))


def test_a_form_of_a_page_that_was_dropped_does_not_rule_another_in_its_place(client, database, model):
    data = form(client, 0)
    drop_pages(database, [1])
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    for page in (1, 2):
        assert client.post(f"/pages/{page}/decide", data=data).status_code in (404, 409)
    assert recorded(database) == []


def test_undo_and_redo_lead_back_to_where_the_decision_was(client, database):
    send(client, 0)
    send(client, 2, ruling="news")
    data = {"csrf_token": token(client)}
    assert client.post("/undo", data=data).location == "/pages/1?at=2#block-2"
    assert client.post("/undo", data=data).location == "/pages/1?at=0#block-0"
    assert get_page(database, 1).rulings == {}
    assert client.post("/undo", data=data).location == "/"
    assert "Nothing to take back." in client.get("/").text
    assert client.post("/redo", data=data).location == "/pages/1?at=0#block-0"
    assert "Did again: filler on 1 text." in client.get("/").text


def test_a_form_sent_twice_is_recorded_once_and_answered_alike(client, database):
    data = form(client, 0)
    answers = [client.post("/pages/1/decide", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(recorded(database)) == 1


@pytest.mark.parametrize(
    "changes",
    [{"ruling": "maybe"}, {"ruling": ""}, {"scope": "site"}, {"scope": ""}, {"position": "x"}, {"position": "-1"}],
)
def test_a_form_that_says_nothing_clear_is_refused(client, database, changes):
    answer = client.post("/pages/1/decide", data={**form(client, 0), **changes})
    assert answer.status_code == 400
    assert "Not saved: " in answer.text
    assert recorded(database) == []


def test_a_form_of_a_page_judged_by_another_version_is_refused(client, database):
    answer = send(client, 0, model="20200101T000000Z-00000000")
    assert (answer.status_code, "Not saved: the model was changed" in answer.text) == (409, True)
    assert recorded(database) == []


def test_a_stale_form_does_not_overrule_somebody_else(client, database):
    data = form(client, 0)
    decide(database, Act("ben", NOW, page_id=1), [Ruled(0, "news", Shown("v", "news", 0.1))])
    answer = client.post("/pages/1/decide", data=data)
    assert (answer.status_code, "ben has ruled" in answer.text) == (409, True)
    assert send(client, 0).status_code == 303


def test_a_page_that_somebody_else_works_on_is_shown_and_not_decided(client, database):
    data = form(client, 0)
    claim_page(database, 1, person="ben", now=now())
    assert "ben works on this page" in client.get("/pages/1").text
    answer = client.post("/pages/1/decide", data=data)
    assert (answer.status_code, "Not saved: page 1: ben works on it" in answer.text) == (409, True)
    assert recorded(database) == []


def test_deciding_claims_the_page_and_it_can_be_given_back(client, database):
    send(client, 0)
    assert get_page(database, 1).claim.person == "local"
    client.post("/pages/1/release", data={"csrf_token": token(client)})
    assert get_page(database, 1).claim is None


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_every_unsafe_route_needs_the_csrf_token(client, database, token):
    unsafe = [
        rule for rule in client.application.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert len(unsafe) >= 7
    for rule in unsafe:
        address = re.sub(
            r"<[^>]+>", "1", re.sub(r"<string\(length=(\d+)\)[^>]*>", lambda m: "0" * int(m[1]), str(rule))
        )
        if address.startswith("/api/") or address == "/login":
            continue  # cookies are never looked at there; test_login.py tells of the other
        answer = client.post(address, data={**form(client, 0), "csrf_token": token or ""})
        assert (answer.status_code, "Not saved" in answer.text) == (400, True), rule
    assert recorded(database) == []


def test_reading_changes_nothing_and_get_cannot_decide(client, database):
    assert client.get("/pages/1/decide?ruling=news&scope=block&position=0").status_code == 405
    assert recorded(database) == []


@pytest.mark.parametrize("address", ["/pages/99", "/pages/x", "/nothing", "/pages/99999999999999999999"])
def test_what_is_not_there_is_404(client, address):
    assert client.get(address).status_code == 404


def test_a_block_that_is_not_there_is_404(client, database):
    data = form(client, 0)
    assert client.post("/pages/1/decide", data={**data, "position": "77"}).status_code == 404
    assert client.post("/pages/77/decide", data=data).status_code == 404
    assert recorded(database) == []


def test_a_form_of_more_than_100_kb_is_413(client):
    assert send(client, 0, more="x" * 200_000).status_code == 413


def test_a_promoted_version_is_used_at_the_next_request(client, home):
    registry = Registry(home / "models")
    other = add_version(registry, registry.pointer().current, "20300101T000000Z-00000000")
    assert other not in client.get("/pages/1").text
    registry.promote(other, by="anna", at=NOW)
    assert other in client.get("/pages/1").text
    assert send(client, 0).status_code == 303


def test_without_a_model_the_page_says_503_and_what_to_do(client, home):
    (home / "models" / "current.json").unlink()
    answer = client.get("/pages/1")
    assert answer.status_code == 503
    assert "newsieve promote" in answer.text


@pytest.mark.parametrize("place", ["SQLite"], indirect=True)
def test_a_decision_that_cannot_be_saved_is_503_and_works_again_later(client, database):
    data = form(client, 0)
    with sqlite3.connect(database.path, isolation_level=None) as other:
        other.execute("PRAGMA foreign_keys=OFF")
        other.execute("ALTER TABLE acts RENAME TO away")
        answer = client.post("/pages/1/decide", data=data)
        assert (answer.status_code, "Not saved" in answer.text) == (503, True)
        other.execute("ALTER TABLE away RENAME TO acts")
    assert client.post("/pages/1/decide", data=data).status_code == 303
    assert len(recorded(database)) == 1


def test_two_desks_on_one_machine_have_cookies_of_their_own(home, database):
    def cookie(key):
        app = create_app(registry=Registry(home / "models"), database=database, secret_key=key)
        return app.test_client().get("/pages/1").headers["Set-Cookie"].split("=")[0]

    assert cookie(b"a" * 32) != cookie(b"b" * 32)


def test_writing_that_turns_direction_is_shown_as_a_mark(client, database):
    add_pages(database, [Page("https://x.example/\u202egpj.exe", (Block("a\u202eb", 0),))], added_at=NOW)
    assert "\u202e" not in client.get("/").text + client.get("/pages/2").text


def test_a_page_of_5000_blocks_is_shown_in_parts_and_one_of_a_megabyte_at_all(client, database):
    long = Page("long", tuple(Block(f"Council votes on plan {n}", n) for n in range(5_000)))
    wide = Page("wide", (Block("x" * 1_000_000, 0), Block("casino " * 150_000, 1)))
    add_pages(database, [long, wide], added_at=NOW)
    assert client.get("/pages/2").text.count("<li id=") == 100
    assert 'id="block-4999"' in client.get("/pages/2?at=4999").text
    assert "Part 50 of 50" in client.get("/pages/2?part=99999").text
    assert client.get("/pages/3").status_code == 200


def test_what_was_not_done_looks_otherwise_than_what_was(client):
    send(client, 0)
    assert '<p class="said">Saved: block 1 filler.' in client.get("/pages/1").text
    for _ in range(2):
        told = client.post("/undo", data={"csrf_token": token(client)}, follow_redirects=True).text
    assert '<p class="warning">Nothing to take back.</p>' in told


def test_an_address_of_nothing_has_the_desks_look_its_own_words_and_a_way_back(client):
    for address in ("/nonexistent", "/pages/abc", "/static/nope.css"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'Not found <span class="count">404</span>' in answer.text
        assert "The desk has nothing at this address" in answer.text
        assert '<a href="/">← Queue</a>' in answer.text
        assert 'aria-label="Sections"' in answer.text
    assert "page 99: not in the queue" in client.get("/pages/99").text
    assert "use the buttons of the page" in client.post("/", data={"csrf_token": token(client)}).text
