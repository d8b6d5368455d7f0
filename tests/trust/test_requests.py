"""Whatever is sent: nothing is fetched, no query changed, no header added, no file reached, and it ends soon."""

import gzip
import re
import sys
import time

import pytest
import sqlalchemy as sa

from classifier.store.schema import acts, decisions, pages
from classifier.store.tokens import add_token
from tests.hostile import STEERING
from tests.store.conftest import NOW
from tests.trust.conftest import UNSAFE, addresses, fields
from tests.trust.test_hostile_text import NAMES

OUTSIDE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.1:9/x",
    "//evil.example/x",
    "file:///etc/passwd",
    "gopher://127.0.0.1:9/_x",
    "http://[::1]:9/",
    "http://evil.example@127.0.0.1:9/",
)
FETCHING = " ".join(
    f'<img src="{url}"><link rel=canonical href="{url}"><base href="{url}"><iframe src="{url}"></iframe>'
    f'<script src="{url}"></script><object data="{url}"></object><p>The council voted, see {url}</p>'
    for url in OUTSIDE
)
ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p>&a; council votes</p>'
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE decisions; --",
    '" UNION SELECT name, password FROM people --',
    "1); DELETE FROM acts; --",
    "%' ESCAPE '!' --",
    "\\'; SELECT pg_sleep(5); --",
    "$1 :name ? %s %(x)s {0}",
    "%",
    "_",
)
_calls: list[tuple] = []
_listening = False


def _hook(event: str, arguments: tuple) -> None:
    if _listening and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
        _calls.append((event, arguments))


sys.addaudithook(_hook)  # which nothing can take away again


@pytest.fixture
def outgoing():
    """What connects or asks for a name while the test runs."""
    global _listening  # noqa: PLW0603 - an audit hook has no other way to be switched off
    _calls.clear()
    _listening = True
    yield _calls
    _listening = False


@pytest.fixture
def program(app, database):
    """A client that has a token."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {add_token(database, 'crawler', now=NOW)}"
    return client


def test_the_hook_hears_a_connection(outgoing):
    import socket

    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", 9), timeout=1):  # noqa: PT011
        pass
    assert outgoing


def test_nothing_that_anybody_sends_opens_a_connection(client, program, database, outgoing):
    given = fields(client)
    for _endpoint, method, address in addresses(client, database):
        for url in OUTSIDE:
            sent = dict.fromkeys((*NAMES, "url"), url)
            headers = {"Referer": url, "X-Forwarded-For": url, "Origin": url, "X-Original-URL": url}
            data = {**sent, "csrf_token": given["csrf_token"]} if method in UNSAFE else None
            client.open(address, method=method, query_string=sent, data=data, headers=headers).close()
    for html in (FETCHING, ENTITY):
        client.post("/try", data={"csrf_token": given["csrf_token"], "text": html, "format": "html"})
        client.post("/try/add", data={"csrf_token": given["csrf_token"], "text": html, "format": "html"})
        for url in OUTSIDE:
            for body in ({"url": url, "html": html}, {"url": url, "blocks": [url, html]}, {"url": url, "text": html}):
                assert program.post("/api/v1/classify?explain=true", json=body).status_code in (200, 422)
                assert program.post("/api/v1/pages", json=body).status_code in (200, 201, 422)
    assert "root:" not in program.post("/api/v1/classify", json={"html": ENTITY}).text
    assert outgoing == []


@pytest.mark.parametrize("payload", INJECTIONS)
def test_no_field_and_no_filter_changes_a_query(client, program, database, payload):
    tables = (acts, decisions, pages)
    before = [count(database, table) for table in tables]
    started = time.process_time()
    for _endpoint, method, address in addresses(client, database):
        if method == "GET":
            with client.get(address, query_string=dict.fromkeys(NAMES, payload)) as answer:
                assert answer.status_code < 500, address
    for name in ("name", "password"):
        client.post("/login", data={"name": payload, "password": payload, name: "anna"})
    for asked in (f"/api/v1/pages/{payload}", f"/api/v1/decisions?since={payload}&limit={payload}"):
        assert program.get(asked).status_code in (404, 422)
    assert program.post("/api/v1/classify", json={"text": payload, "url": payload}).status_code in (200, 422)
    assert [count(database, table) for table in tables] == before
    listed = client.get("/", query_string={"site": payload, "state": "all"}).text
    assert "x0.example" not in listed or payload in {"%", "_"}, listed
    assert time.process_time() - started < 60


def test_a_wildcard_in_a_filter_stands_for_itself(client, program):
    program.post("/api/v1/pages", json={"url": "https://one.example/", "text": "The council voted on Tuesday."})
    listed = client.get("/", query_string={"site": "one.example"}).text
    assert "https://one.example/" in listed
    for wildcard in ("%", "one_example", "o%e"):
        assert "https://one.example/" not in client.get("/", query_string={"site": wildcard}).text


@pytest.mark.parametrize("payload", ["x\r\nSet-Cookie: pwned=1", "x\nLocation: //evil.example", "x\0y", *STEERING])
def test_no_answer_gets_a_header_or_a_target_that_somebody_sent(client, database, payload):
    given = fields(client)
    for _endpoint, method, address in addresses(client, database):
        if address == "/logout":
            continue
        sent = dict.fromkeys(NAMES, payload)
        data = {**sent, "csrf_token": given["csrf_token"]} if method in UNSAFE else None
        with client.open(address, method=method, query_string=sent, data=data) as answer:
            assert "pwned=1" not in str(answer.headers.getlist("Set-Cookie"))
            assert not any(re.search(r"[\r\n\0]", value) for _, value in answer.headers)
            assert re.match(r"/(?![/\\])", answer.headers.get("Location", "/")), address


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..%2f..%2fcard.json",
        "..\\..\\card.json",
        "%2e%2e/card.json",
        "/etc/passwd",
        "card.json",
        ".",
    ],
)
def test_no_name_leads_out_of_its_folder(client, path):
    for address in (
        f"/static/{path}",
        f"/model/plots/{path}/scores-light.svg",
        f"/verdicts/{path}",
        f"/verdicts/{path}.1.1",
    ):
        with client.get(address) as answer:
            assert answer.status_code in (303, 308, 404), address
            assert "root:" not in answer.text
            assert "sha256" not in answer.text


def test_every_answer_of_every_route_forbids_frames_foreign_scripts_and_sniffing(client, program, database):
    rules = [*addresses(client, database), ("", "GET", "/nothing"), ("", "PUT", "/"), ("", "GET", "/pages/99")]
    rules += [
        ("", "GET", f"/api/v1/{name}") for name in ("health", "metrics", "openapi.json", "decisions", "x", "pages/1")
    ]
    for _endpoint, method, address in rules:
        for asking in (client, program):
            with asking.open(address, method=method) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy, address
                assert "frame-ancestors 'none'" in policy, address
                assert "unsafe" not in policy or answer.mimetype == "image/svg+xml"
                assert answer.headers["X-Content-Type-Options"] == "nosniff", address
                assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, address


BOMBS = {
    "lists in lists": b"[" * 500_000,
    "objects in objects": b'{"a":' * 200_000,
    "a number of 100,000 digits": b'{"text":' + b"9" * 100_000 + b"}",
    "compressed": gzip.compress(b'{"text":"' + b"a" * 20_000_000 + b'"}'),
    "keys that collide": b"{" + b",".join(b'"%d":1' % (n * 2**61) for n in range(20_000)) + b"}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_body_that_would_blow_up_is_refused_at_once(program, name):
    started = time.process_time()
    headers = {"Content-Encoding": "gzip"} if name == "compressed" else {}
    answer = program.post("/api/v1/classify", data=BOMBS[name], content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422)
    assert len(answer.text) < 5_000
    assert time.process_time() - started < 5


def test_a_form_of_very_many_fields_or_parts_is_refused(client):
    given = fields(client)
    many = "&".join(f"a{n}=" for n in range(30_000)) + f"&csrf_token={given['csrf_token']}"
    assert client.post("/undo", data=many, content_type="application/x-www-form-urlencoded").status_code == 413
    parts = {f"a{n}": "x" for n in range(2_000)}
    answer = client.post("/try", data={**parts, "csrf_token": given["csrf_token"]}, content_type="multipart/form-data")
    assert answer.status_code == 413


def count(database, table):
    with database.reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))
