"""To whom the interface for programs answers: bearer tokens, each with a rate, and nothing else."""

import pytest

from classifier.store.tokens import add_token, revoke_token
from tests.store.conftest import NOW
from tests.web.api.conftest import PAGE, client_with, failed
from web.api import mount_api


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
