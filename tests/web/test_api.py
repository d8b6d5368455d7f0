"""The interface for programs: what it answers, to whom, and what it refuses."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import waitress
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.cli import main
from classifier.registry import Registry
from classifier.store.history import undo
from classifier.store.opening import open_database
from classifier.store.queue import count_pages, get_page
from classifier.store.tokens import add_token, revoke_token
from tests.conftest import add_version
from tests.store.conftest import NOW, rule
from web import create_app
from web.api import mount_api

ROOT = Path(__file__).parent.parent.parent
DEMO = sorted((ROOT / "web" / "demo").iterdir())
FILLER = "9 Tips for Choosing the Perfect Wedding Photographer"
NEWS = "The council said on Tuesday that the pool would stay shut until March."
PAGE = {"url": "https://www.paper.example/1", "blocks": [FILLER, {"text": NEWS, "label": "news"}]}
CRAWLER = """\
import json, os, sys, urllib.request as web


def ask(what, page):
    headers = {"Authorization": "Bearer " + os.environ["NEWSIEVE_TOKEN"], "Content-Type": "application/json"}
    return json.load(
        web.urlopen(web.Request(f"http://127.0.0.1:8000/api/v1/{what}", json.dumps(page).encode(), headers))
    )


for url in sys.argv[1:]:
    page = {"url": url, "html": web.urlopen(url).read().decode(errors="replace")}
    blocks = ask("classify", page)["blocks"]
    print(*(block["text"] for block in blocks if block["label"] == "news"), sep="\\n")
    if any(block["needs_review"] for block in blocks):
        ask("pages", page)
"""
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


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "newsieve.db")
    yield opened
    opened.close()


@pytest.fixture
def app(trained_home, database):
    """An application on the shared home, whose models nobody changes."""
    return create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"k" * 32)


@pytest.fixture
def secret(database):
    return add_token(database, "crawler", now=NOW)


@pytest.fixture
def client(app, secret):
    """A client that sends its token with every request."""
    return client_with(app, secret)


def client_with(app, secret):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def failed(answer, status):
    """Assert that an answer is an error as documented; return its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.json["code"] == status
    assert set(answer.json) <= {"code", "status", "message", "errors"}
    return answer.json["message"]


# what it answers


def test_a_page_is_judged_block_by_block_and_nothing_is_kept(client, database, model):
    answer = client.post("/api/v1/classify", json=PAGE)
    assert (answer.status_code, answer.json["page"], answer.json["model"]) == (200, PAGE["url"], model.card.version)
    assert [(block["position"], block["text"], block["label"]) for block in answer.json["blocks"]] == [
        (0, FILLER, "filler"),
        (1, NEWS, "news"),
    ]
    assert set(answer.json["blocks"][0]) == {"position", "text", "label", "score", "needs_review", "doubt"}
    assert count_pages(database) == 0


def test_files_are_judged_as_the_command_line_judges_them_to_the_last_reason(client, newsieve):
    done = newsieve("classify", "--format", "jsonl", "--explain", *DEMO)
    answers = [client.post("/api/v1/classify?explain=true", json=whole(file)).json for file in DEMO]
    assert [row for answer in answers for row in rows(answer)] == [
        json.loads(line) for line in done.stdout.splitlines()
    ]


def whole(file):
    """Return what to send of a file."""
    return {"url": str(file), "html" if file.suffix == ".html" else "text": file.read_text(encoding="utf-8")}


TEXTS = st.one_of(st.sampled_from([FILLER, NEWS, "Advertisement", "-", ""]), st.text(max_size=40))
HTML = st.builds("<p>{}</p><ul><li>{}</ul><a href='https://spam.example'>{}</a>".format, TEXTS, TEXTS, TEXTS)
PAGES = st.one_of(
    st.fixed_dictionaries({"text": st.builds("\n".join, st.lists(TEXTS, min_size=1)).filter(bool)}),
    st.fixed_dictionaries({"html": HTML}),
    st.fixed_dictionaries({"blocks": st.lists(TEXTS | st.fixed_dictionaries({"text": TEXTS}), min_size=1)}),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(pages=st.lists(PAGES, min_size=1, max_size=8), explain=st.booleans())
def test_whatever_page_is_sent_the_answer_is_the_command_lines(client, trained_home, tmp_path, pages, explain):
    sent = [{"url": f"https://paper.example/{n}", **page} for n, page in enumerate(pages)]
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, sent)), encoding="utf-8")
    options = ["--home", str(trained_home), "classify", "--format", "jsonl", *(["--explain"] if explain else [])]
    printed = CliRunner().invoke(main, [*options, str(tmp_path / "pages.jsonl")], catch_exceptions=False).stdout
    expected = [json.loads(line) for line in printed.splitlines()]
    answers = [client.post(f"/api/v1/classify?explain={str(explain).lower()}", json=page) for page in sent]
    found = [row for answer in answers if answer.status_code == 200 for row in rows(answer.json)]
    if not explain:  # the command line prints the strongest reasons then
        expected = [{key: value for key, value in row.items() if key != "reasons"} for row in expected]
    assert found == expected
    assert {answer.status_code for answer in answers} <= {200, 422}


def rows(answer):
    """Return an answer of classify as the rows of the command line."""
    about = {"page": answer["page"], "model": answer["model"]}
    return [{**about, **{k: v for k, v in block.items() if k != "doubt"}} for block in answer["blocks"]]


def test_a_new_page_is_queued_and_judged_before_the_answer(client, database, model):
    answer = client.post("/api/v1/pages", json=PAGE)
    assert (answer.status_code, answer.json["id"], answer.location) == (201, 1, "/api/v1/pages/1")
    assert answer.json["summary"] | {"doubt": 0, "worth": 0, "to_check": 0} == {
        "state": "open",
        "blocks": 2,
        "flagged": 1,
        "to_check": 0,
        "unsure": 0,
        "share": 0.5,
        "doubt": 0,
        "worth": 0,
        "campaigns": [],
    }
    assert get_page(database, 1).model == model.card.version


def test_a_page_that_is_there_already_is_answered_with_its_number(client, database):
    client.post("/api/v1/pages", json=PAGE)
    again = client.post("/api/v1/pages", json=PAGE)
    assert (again.status_code, again.json["id"], count_pages(database)) == (200, 1, 1)
    other = client.post("/api/v1/pages", json=PAGE | {"url": "https://www.paper.example/2"})
    assert (other.status_code, other.json["id"]) == (201, 2)


def test_a_page_judged_by_an_older_version_is_judged_anew_when_it_is_sent_again(home, database, secret):
    registry = Registry(home / "models")
    client = client_with(create_app(registry=registry, database=database, secret_key=b"k" * 32), secret)
    client.post("/api/v1/pages", json=PAGE)
    newer = add_version(registry, registry.pointer().current, "20300101T000000Z-00000000")
    registry.promote(newer, by="anna", at=NOW)
    assert client.get("/api/v1/pages/1").json["model"] != newer
    client.post("/api/v1/pages", json=PAGE)
    assert client.get("/api/v1/pages/1").json["model"] == newer


def test_without_a_model_nothing_is_judged_and_nothing_is_queued(tmp_path, database, secret):
    app = create_app(registry=Registry(tmp_path / "models"), database=database, secret_key=b"k" * 32)
    for address in ("/api/v1/classify", "/api/v1/pages"):
        assert "newsieve promote" in failed(client_with(app, secret).post(address, json=PAGE), 503)
    assert count_pages(database) == 0


def test_a_page_is_read_with_verdicts_rulings_and_repeats(client, database):
    client.post("/api/v1/pages", json=PAGE)
    client.post("/api/v1/pages", json={"url": "https://other.example/", "text": f"{FILLER}\nother"})
    rule(database, 1, 0, "filler", "anna")
    page = client.get("/api/v1/pages/1").json
    assert (page["url"], page["site"], page["summary"]["blocks"]) == (PAGE["url"], "paper.example", 2)
    first, second = page["blocks"]
    assert first["ruling"] == {"ruling": "filler", "person": "anna", "decided_at": "2026-01-02T03:04:05.000000Z"}
    assert (first["repeats"], second["repeats"]) == ({"pages": 2, "sites": 2}, {"pages": 1, "sites": 1})
    assert (first["verdict"]["label"], second["verdict"]["label"], second["ruling"]) == ("filler", "news", None)
    assert client.get("/api/v1/pages/2").json["blocks"][0]["place"] == {"start": 0, "end": len(FILLER)}


def test_decisions_are_followed_from_where_one_left_off(client, database):
    client.post("/api/v1/pages", json=PAGE)
    rule(database, 1, 0, "filler")
    first = client.get("/api/v1/decisions").json
    (entry,) = first["entries"]
    assert (entry["kind"], entry["person"], entry["stands"], entry["decision"]["ruling"]) == (
        "block",
        "anna",
        True,
        "filler",
    )
    assert (entry["decision"]["text"], entry["decision"]["url"]) == (FILLER, PAGE["url"])
    undo(database, person="anna", now=NOW)
    rule(database, 1, 1, "news")
    second = client.get("/api/v1/decisions", query_string={"since": first["next"], "limit": 1}).json
    assert [(e["kind"], e["toggles"], e["decision"]) for e in second["entries"]] == [("undo", entry["act"], None)]
    third = client.get("/api/v1/decisions", query_string={"since": second["next"]}).json
    assert [e["decision"]["position"] for e in third["entries"]] == [1]
    last = client.get("/api/v1/decisions", query_string={"since": third["next"]}).json
    assert last == {"entries": [], "next": third["next"]}


def test_a_page_of_5000_blocks_and_a_block_of_a_megabyte_are_judged(client):
    long = {"url": "https://a.example/", "blocks": [f"Council votes on plan {n}" for n in range(5_000)]}
    assert len(client.post("/api/v1/classify", json=long).json["blocks"]) == 5_000
    number = client.post("/api/v1/pages", json=long).json["id"]
    assert len(client.get(f"/api/v1/pages/{number}").json["blocks"]) == 5_000
    assert client.post("/api/v1/classify", json={"text": "casino " * 150_000}).status_code == 200


# to whom


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic {}",
        "{}",
        "Bearer x{}",
        "Bearer {}x",
        "Bearer \xff",
        "Digest a=b",
    ],
)
@pytest.mark.parametrize("address", ["/api/v1/pages/1", "/api/v1/metrics", "/api/v1/decisions", "/api/v1/nothing"])
def test_who_has_no_token_is_told_how_to_get_one(app, secret, address, header):
    headers = {"Authorization": header.format(secret)} if header else {}
    answer = app.test_client().get(address, headers=headers)
    assert "`newsieve tokens add NAME` makes one" in failed(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_while_no_token_exists_nobody_gets_in(app):
    answer = app.test_client().post("/api/v1/classify", json=PAGE, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert "newsieve tokens add" in failed(answer, 401)


def test_a_revoked_token_opens_nothing(client, database):
    assert client.get("/api/v1/decisions").status_code == 200
    revoke_token(database, "crawler", now=NOW)
    failed(client.get("/api/v1/decisions"), 401)


def test_a_token_is_taken_from_its_header_only_and_no_cookie_is_looked_at_or_set(app, client, secret):
    bare = app.test_client()
    for name in ("token", "Authorization", "session", app.config["SESSION_COOKIE_NAME"]):
        bare.set_cookie(name, secret)
    failed(bare.post(f"/api/v1/classify?token={secret}&access_token={secret}", json=PAGE), 401)
    assert "Set-Cookie" not in client.post("/api/v1/classify", json=PAGE).headers


def test_the_desk_does_not_open_to_a_token_nor_change_by_it(client):
    answer = client.post("/undo")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")  # no CSRF token


def test_each_token_has_a_rate_of_its_own_and_who_exceeds_it_is_told_when_to_come_back(app, database, secret):
    mount_api(app, rate="3 per hour")
    other = client_with(app, add_token(database, "other", now=NOW))
    busy = client_with(app, secret)
    assert [busy.get("/api/v1/decisions").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = busy.get("/api/v1/metrics")
    assert "more than 3 per 1 hour" in failed(answer, 429)
    assert answer.headers["Retry-After"] == "3600"
    assert other.get("/api/v1/decisions").status_code == 200


def test_another_host_name_is_refused(client):
    assert client.get("/api/v1/decisions", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/api/v1/decisions", headers={"Host": "localhost:8000"}).status_code == 200


# what it refuses


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


# for those who watch


def test_health_needs_no_token_and_says_what_works(app, model):
    answer = app.test_client().get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "version": answer.json["version"],
        "database": "ok",
        "model": model.card.version,
    }


def test_health_names_the_part_that_does_not_work_but_no_path(tmp_path, database):
    app = create_app(registry=Registry(tmp_path / "models"), database=database, secret_key=b"k" * 32)
    answer = app.test_client().get("/api/v1/health")
    failed(answer, 503)
    assert set(answer.json["errors"]) == {"model"}
    database.path.unlink()
    answer = app.test_client().get("/api/v1/health")
    assert set(answer.json["errors"]) == {"database", "model"}
    assert str(tmp_path) not in answer.text


def test_metrics_count_pages_decisions_blocks_and_requests(client, database):
    client.post("/api/v1/pages", json=PAGE)
    rule(database, 1, 0, "filler")
    client.post("/api/v1/classify", json=PAGE)
    for number in range(5):
        client.get(f"/api/v1/pages/{number}")
        client.get(f"/api/v1/nothing/{number}")
    client.get("/pages/1")
    answer = client.get("/api/v1/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    counts = dict(re.findall(r"^(newsieve\S+) (\S+)$", answer.text, re.MULTILINE))
    assert float(counts["newsieve_decisions_total"]) == 1
    assert float(counts["newsieve_blocks_judged_total"]) == 4
    assert sum(float(count) for name, count in counts.items() if name.startswith("newsieve_pages{")) == 1
    route = "/api/v1/pages/<int(max=2147483647):page_id>"
    assert float(counts[f'newsieve_requests_total{{route="{route}",status="404"}}']) == 4
    assert float(counts['newsieve_requests_total{route="none",status="404"}']) == 5
    assert float(counts['newsieve_requests_total{route="/pages/<int(max=2147483647):page_id>",status="200"}']) == 1
    assert float(counts[f'newsieve_request_seconds_count{{route="{route}"}}']) == 5


def test_two_desks_in_one_process_count_for_themselves(app, client, database, trained_home, secret):
    client.post("/api/v1/classify", json=PAGE)
    other = create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"o" * 32)
    assert "newsieve_blocks_judged_total 0.0" in client_with(other, secret).get("/api/v1/metrics").text


def test_the_document_names_no_address_elsewhere_and_describes_every_field(app):
    document = app.test_client().get("/api/v1/openapi.json")
    assert document.json["openapi"] == "3.1.0"
    assert "://" not in document.text
    schemas = document.json["components"]["schemas"]
    undescribed = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, facts in schema["properties"].items()
        if not facts.get("description")
    ]
    assert undescribed == []


def test_every_answer_forbids_scripts_frames_sniffing_and_keeping(client):
    for address in ("/api/v1/health", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/metrics"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


# the crawler of README


@pytest.fixture
def served(app):
    """The port of the desk, served on loopback."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(server.close)
    thread.join()


@pytest.fixture
def site():
    """The port of a site that holds the demonstration pages."""
    handler = partial(SimpleHTTPRequestHandler, directory=DEMO[0].parent)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_crawler_prints_the_news_and_queues_what_needs_a_look(served, site, secret, database, tmp_path):
    assert len([line for line in CRAWLER.splitlines() if line.strip()]) <= 12
    crawler = tmp_path / "crawler.py"
    crawler.write_text(CRAWLER.replace("127.0.0.1:8000", f"127.0.0.1:{served}"), encoding="utf-8")
    address = f"http://127.0.0.1:{site}/cup-final.html"
    environment = {**os.environ, "NEWSIEVE_TOKEN": secret}
    done = subprocess.run(
        [sys.executable, crawler, address], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = get_page(database, 1)
    assert page.page.address == address
    news = [block.text for block in page.page.blocks if page.stored[block.position].label == "news"]
    assert done.stdout.splitlines() == news


def test_the_crawler_is_the_one_of_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```python\n{CRAWLER}```" in readme
