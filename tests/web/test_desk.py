"""The desk over HTTP: what it shows, what it records, what it refuses."""

import re
import sqlite3

import pytest

from classifier.blocks import Block, Page
from classifier.registry import Registry
from classifier.store.database import open_database
from classifier.store.queue import add_pages
from tests.conftest import add_version
from tests.store.test_store import NOW
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


@pytest.fixture
def database(home):
    opened = open_database(home / "newsieve.db")
    add_pages(opened, [PAGE], added_at=NOW)
    return opened


@pytest.fixture
def client(home, database):
    return create_app(registry=Registry(home / "models"), database=database, secret_key=b"k" * 32).test_client()


def form(client, position, **changes):
    """Return what a browser would send for the form of a block."""
    text = client.get("/pages/1").text
    start = text.index(f'action="/pages/1/blocks/{position}"')
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text[start : text.index("</form>", start)]))
    return {**fields, "ruling": "filler", **changes}


def decisions(home):
    with sqlite3.connect(home / "newsieve.db") as connection:
        return connection.execute("SELECT ruling, shown_model, shown_label, person FROM decisions").fetchall()


def test_the_queue_lists_pages_with_what_is_left_to_check(client):
    text = client.get("/").text
    assert "https://www.paper.example/1" in text
    assert re.search(r'data-name="Blocks">4<', text)
    assert re.search(r'data-name="To check"><b>2</b>', text)


def test_an_empty_queue_says_how_to_fill_it(home, tmp_path):
    empty = open_database(tmp_path / "empty.db")
    app = create_app(registry=Registry(home / "models"), database=empty, secret_key=b"k" * 32)
    assert "newsieve queue add" in app.test_client().get("/").text


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


def test_a_decision_is_on_disk_when_the_answer_comes_and_the_answer_is_303(client, home, model):
    answer = client.post("/pages/1/blocks/0", data=form(client, 0))
    assert answer.status_code == 303
    assert decisions(home) == [("filler", model.card.version, "filler", "local")]


def test_after_a_decision_the_next_block_to_check_is_shown(client):
    answer = client.post("/pages/1/blocks/0", data=form(client, 0))
    assert answer.location == "/pages/1#block-2"
    answer = client.post("/pages/1/blocks/2", data=form(client, 2))
    assert answer.location == "/pages/1#block-2"


def test_a_ruling_is_shown_and_can_be_undone(client):
    client.post("/pages/1/blocks/0", data=form(client, 0, ruling="news"))
    text = client.get("/pages/1").text
    assert "ruled; the model says filler" in text
    assert 'value="undo"' in text
    client.post("/pages/1/blocks/0", data=form(client, 0, ruling="undo"))
    assert "ruled; the model says" not in client.get("/pages/1").text


@pytest.mark.parametrize(
    "changes",
    [
        {"ruling": "maybe"},
        {"ruling": ""},
        {"label": "spam"},
        {"score": "nan"},
        {"score": "2"},
        {"score": "x"},
        {"model": ""},
        {"model": "x" * 50},
    ],
)
def test_a_form_that_does_not_say_what_was_shown_is_refused(client, home, changes):
    answer = client.post("/pages/1/blocks/0", data=form(client, 0, **changes))
    assert answer.status_code == 400
    assert "Not saved: " in answer.text
    assert decisions(home) == []


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_every_unsafe_route_needs_the_csrf_token(client, home, token):
    unsafe = [
        rule for rule in client.application.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert unsafe
    for rule in unsafe:
        address = re.sub(r"<[^>]+>", "1", str(rule))
        answer = client.post(address, data={**form(client, 0), "csrf_token": token or ""})
        assert (answer.status_code, "Not saved" in answer.text) == (400, True), rule
    assert decisions(home) == []


def test_reading_changes_nothing_and_get_cannot_decide(client, home):
    assert client.get("/pages/1/blocks/0?ruling=news").status_code == 405
    assert decisions(home) == []


@pytest.mark.parametrize("address", ["/pages/99", "/pages/x", "/nothing", "/pages/99999999999999999999"])
def test_what_is_not_there_is_404(client, address):
    assert client.get(address).status_code == 404


def test_a_block_that_is_not_there_is_404(client, home):
    assert client.post("/pages/1/blocks/77", data=form(client, 0)).status_code == 404
    assert client.post("/pages/77/blocks/0", data=form(client, 0)).status_code == 404
    assert decisions(home) == []


def test_a_form_of_more_than_100_kb_is_413(client):
    assert client.post("/pages/1/blocks/0", data={**form(client, 0), "more": "x" * 200_000}).status_code == 413


@pytest.mark.parametrize("part", ["0", "-3", "99", "x", "9" * 30])
def test_odd_parts_of_the_queue_are_answered(client, part):
    assert client.get("/", query_string={"part": part}).status_code == 200


def test_another_host_name_is_refused(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:8000"}).status_code == 200


def test_every_answer_forbids_scripts_frames_and_sniffing(client):
    for address in ("/", "/pages/1", "/nothing", "/static/style.css"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_promoted_version_is_used_at_the_next_request(client, home):
    registry = Registry(home / "models")
    other = add_version(registry, registry.pointer().current, "20300101T000000Z-00000000")
    assert other not in client.get("/pages/1").text
    registry.promote(other)
    assert other in client.get("/pages/1").text


def test_without_a_model_the_desk_says_503_and_what_to_do(client, home):
    (home / "models" / "current.json").unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    assert "newsieve promote" in answer.text


def test_a_decision_that_cannot_be_saved_is_503_and_works_again_later(client, home):
    data = form(client, 0)
    with sqlite3.connect(home / "newsieve.db", isolation_level=None) as other:
        other.execute("ALTER TABLE decisions RENAME TO away")
        answer = client.post("/pages/1/blocks/0", data=data)
        assert (answer.status_code, "Not saved" in answer.text) == (503, True)
        other.execute("ALTER TABLE away RENAME TO decisions")
    assert client.post("/pages/1/blocks/0", data=data).status_code == 303
    assert len(decisions(home)) == 1


def test_a_decision_without_a_model_is_refused_before_it_is_saved(client, home):
    data = form(client, 0)
    (home / "models" / "current.json").unlink()
    answer = client.post("/pages/1/blocks/0", data=data)
    assert (answer.status_code, "Not saved" in answer.text) == (503, True)
    assert decisions(home) == []


def test_two_desks_on_one_machine_have_cookies_of_their_own(home, database):
    def cookie(key):
        app = create_app(registry=Registry(home / "models"), database=database, secret_key=key)
        return app.test_client().get("/pages/1").headers["Set-Cookie"].split("=")[0]

    assert cookie(b"a" * 32) != cookie(b"b" * 32)


def test_writing_that_turns_direction_is_shown_as_a_mark(client, database):
    add_pages(database, [Page("https://x.example/\u202egpj.exe", (Block("a\u202eb", 0),))], added_at=NOW)
    assert "\u202e" not in client.get("/").text + client.get("/pages/2").text


def test_a_page_of_5000_blocks_and_one_of_a_megabyte_are_shown(client, database):
    long = Page("long", tuple(Block(f"Council votes on plan {n}", n) for n in range(5_000)))
    wide = Page("wide", (Block("x" * 1_000_000, 0), Block("casino " * 150_000, 1)))
    add_pages(database, [long, wide], added_at=NOW)
    assert client.get("/pages/2").text.count("<li id=") == 5_000
    assert client.get("/pages/3").status_code == 200
