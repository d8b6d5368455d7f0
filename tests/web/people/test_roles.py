"""Who may do what, from where: roles, security headers, host names, proxies, cookies."""

import re

import pytest

from tests.web.conftest import recorded
from tests.web.people.conftest import hidden, log_in

FOR_EVERYBODY = {"static", "login.form", "login.log_in", "login.log_out"}
VIEWERS_TOO = {"try_page.judge", "password.change"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def routes(client):
    """Yield endpoint, method and an address of every route of the desk."""
    for rule in client.application.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", "1", str(rule))
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def test_every_route_asks_nobody_in(client, database):
    asked = [route for route in routes(client) if route[0] not in FOR_EVERYBODY]
    assert len(asked) >= 10
    for endpoint, method, address in asked:
        answer = client.open(address, method=method)
        expected = 401 if method in UNSAFE else 303
        assert answer.status_code == expected, (endpoint, method)
        assert "paper.example" not in answer.text
    assert recorded(database) == []


def test_a_viewer_sees_every_page_and_sends_nothing(client, database):
    log_in(client, "vic")
    token = hidden(client.get("/account").text)["csrf_token"]
    for endpoint, method, address in routes(client):
        if endpoint in FOR_EVERYBODY:
            continue
        answer = client.open(address, method=method, data={"csrf_token": token} if method in UNSAFE else None)
        if endpoint in VIEWERS_TOO:
            assert "Viewers look" not in answer.text, (endpoint, method)
        elif method in UNSAFE:
            assert (answer.status_code, "Viewers look" in answer.text) == (403, True), (endpoint, method)
        else:
            assert answer.status_code in (200, 303, 400, 404), (endpoint, method)
    assert recorded(database) == []


def test_a_moderator_is_kept_from_nothing(client):
    log_in(client)
    token = hidden(client.get("/account").text)["csrf_token"]
    for endpoint, method, address in routes(client):
        if endpoint not in FOR_EVERYBODY:
            answer = client.open(address, method=method, data={"csrf_token": token} if method in UNSAFE else None)
            assert answer.status_code not in (401, 403) or endpoint == "password.change", (endpoint, method)


def test_nothing_is_told_of_addresses_that_are_not_there(client):
    assert client.get("/pages/99").status_code == client.get("/nothing").status_code == 303
    assert client.post("/nothing").status_code == 401


@pytest.mark.parametrize("address", ["/", "/login", "/pages/1", "/account", "/nothing", "/static/style.css"])
@pytest.mark.parametrize("who", ["nobody", "anna"])
def test_every_answer_forbids_scripts_of_others_frames_sniffing_and_keeping(client, address, who):
    if who == "anna":
        log_in(client)
    with client.get(address) as answer:
        headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "form-action")} == {"'self'"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    if not address.startswith("/static"):
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/login", "/account"])
def test_no_page_holds_a_script_or_style_of_its_own(client, address):
    log_in(client)
    text = client.get(address).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", text)


def cookie_of(client, **options):
    return client.get("/login", **options).headers["Set-Cookie"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_forms_of_other_sites(client):
    cookie = cookie_of(client)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_cookie_is_secure_where_tls_is(client, make_app):
    assert "; Secure" in cookie_of(client, base_url="https://localhost")
    behind = make_app(proxies=1).test_client()
    assert "; Secure" in cookie_of(behind, headers={"X-Forwarded-Proto": "https"})


def test_a_proxy_is_believed_only_when_it_is_told_of(client, make_app):
    assert "Secure" not in cookie_of(client, headers={"X-Forwarded-Proto": "https"})
    for number in range(11):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        answer = log_in(client, f"guess{number}", "wrong horse battery")
    assert answer.status_code == 429


def test_behind_a_proxy_failures_count_for_the_address_it_names_not_for_what_the_sender_claims(make_app):
    client = make_app(proxies=1).test_client()
    for number in range(11):
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{number}, 192.0.2.1"
        answer = log_in(client, f"guess{number}", "wrong horse battery")
    assert answer.status_code == 429
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.2"
    assert log_in(client).status_code == 303


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80", "desk.example"])
def test_the_desk_answers_to_its_names(make_app, host):
    client = make_app(names=["desk.example", "192.0.2.1"]).test_client()
    assert client.get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "desk.example.evil.example", "x.desk.example", "desk.example@evil.example", "[::2]", ":80"]
)
def test_the_desk_answers_to_no_other_name(make_app, host):
    client = make_app(names=["desk.example"], proxies=1).test_client()
    answer = client.get("/login", headers={"Host": host, "X-Forwarded-Host": "localhost"})
    assert answer.status_code == 400
    assert "newsieve serve --name adds a name" in answer.text


@pytest.mark.parametrize(("method", "logged"), [("GET", "GET"), ("DELETE", "DELETE"), ("STOLEN" * 900, "other")])
def test_a_request_under_another_name_is_logged_without_that_name(make_app, caplog, method, logged):
    caplog.set_level("INFO", "newsieve.requests")
    make_app().test_client().open("/pages/1", method=method, headers={"Host": "evil.example"})
    (record,) = caplog.records
    assert (record.who, record.method, record.route, record.status, record.act) == ("", logged, "none", 400, None)
    assert "evil" not in str(vars(record))


def test_a_method_that_http_does_not_know_is_not_logged(make_app, caplog):
    caplog.set_level("INFO", "newsieve.requests")
    make_app().test_client().open("/login", method="STOLEN")
    assert [(record.method, record.status) for record in caplog.records] == [("other", 401)]
