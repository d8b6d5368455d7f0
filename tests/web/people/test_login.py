"""Logging in and out: whom the desk knows, how long, and how often one may guess."""

import pytest
import sqlalchemy as sa

from classifier.store.people import disable_person, enable_person, reset_password
from classifier.store.schema import sessions
from classifier.store.sessions import LIFETIME
from tests.store.conftest import NOW
from tests.store.test_people import PASSWORD, QUICK
from tests.web.conftest import recorded, send
from tests.web.people.conftest import cookie, hidden, log_in, log_out
from web.current import now

WRONG = "wrong horse battery"


def test_with_accounts_every_page_leads_to_the_log_in_page_and_back(client):
    asked = client.get("/pages/1?at=2")
    assert (asked.status_code, asked.location) == (303, "/login?next=/pages/1?at%3D2")
    page = client.get(asked.location)
    done = client.post("/login", data={**hidden(page.text), "name": "anna", "password": PASSWORD})
    assert (done.status_code, done.location) == (303, "/pages/1?at=2")
    assert client.get("/pages/1").status_code == 200


def test_decisions_are_recorded_under_the_name_of_who_is_logged_in(client, database):
    log_in(client, "Anna")
    send(client, 0)
    assert [person for *_said, person in recorded(database)] == ["anna"]


@pytest.mark.parametrize(("name", "password"), [("anna", WRONG), ("nobody", PASSWORD), ("", ""), ("a\0", "\0")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client, name, password):
    answer = log_in(client, name, password)
    assert answer.status_code == 401
    assert "That is not a name with its password." in answer.text
    assert password == "" or password not in answer.text
    assert client.get("/").status_code == 303


def test_the_desk_of_one_person_needs_no_log_in_until_there_is_an_account(client, database):
    with database.writing() as connection:
        connection.execute(sa.text("DELETE FROM people"))
    assert client.get("/").status_code == 200
    assert client.get("/login").location == "/"
    assert "no accounts" in client.get("/account").text


def test_a_desk_that_others_reach_is_never_open_even_if_all_accounts_went_away(make_app, database):
    with database.writing() as connection:
        connection.execute(sa.text("DELETE FROM people"))
    assert make_app(accounts=True).test_client().get("/").status_code == 303


def test_a_desk_whose_people_are_all_disabled_stays_shut(client, database):
    for name in ("anna", "vic"):
        disable_person(database, name, now=NOW)
    assert client.get("/").status_code == 303
    assert log_in(client).status_code == 401


def test_logging_out_ends_the_session_and_its_old_cookie_opens_nothing(client):
    log_in(client)
    name, value = cookie(client)
    assert log_out(client).location == "/login"
    assert client.get("/").status_code == 303
    client.set_cookie(name, value)
    assert client.get("/").status_code == 303


def test_a_get_logs_nobody_out(client):
    log_in(client)
    assert client.get("/logout").status_code == 405
    assert client.get("/").status_code == 200


def test_a_log_in_gets_a_new_key_and_a_new_token_and_ends_the_session_before(client):
    before = hidden(client.get("/login").text)["csrf_token"]
    log_in(client)
    name, first = cookie(client)
    token = hidden(client.get("/account").text)["csrf_token"]
    assert client.post("/login", data={"csrf_token": token, "name": "anna", "password": PASSWORD}).status_code == 303
    assert cookie(client)[1] != first
    assert client.get("/").status_code == 200
    client.set_cookie(name, first)
    assert client.get("/").status_code == 303
    assert before != token


def test_a_key_that_was_planted_before_the_log_in_is_not_the_key_after_it(client, make_app):
    victim, planter = client, make_app().test_client()
    planter.get("/login")
    victim.set_cookie(*cookie(planter))
    log_in(victim)
    assert planter.get("/").status_code == 303


@pytest.mark.parametrize("end", ["disable", "reset", "disable and enable"])
def test_disabling_and_resetting_end_a_session_at_once(client, database, end):
    log_in(client)
    if end == "reset":
        reset_password(database, "anna", password="another long one", now=NOW, hasher=QUICK)
    else:
        disable_person(database, "anna", now=NOW)
    if end.endswith("enable"):
        enable_person(database, "anna")
    assert client.get("/").status_code == 303


def test_a_session_is_over_after_its_lifetime(client, database):
    log_in(client)
    with database.writing() as connection:
        connection.execute(sa.update(sessions).values(started_at=now() - LIFETIME))
    assert client.get("/").status_code == 303


def test_a_cookie_of_another_desk_or_a_changed_one_is_nobodys(client):
    log_in(client)
    name, value = cookie(client)
    client.set_cookie(name, value[:-3] + "abc")
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        "javascript:alert(1)",
        "evil.example",
        "@evil.example",
        "/" + "x" * 5_000,
        "",
    ],
)
def test_a_log_in_never_leads_to_another_site(client, elsewhere):
    assert "evil" not in client.get("/login", query_string={"next": elsewhere}).text
    assert log_in(client, next=elsewhere).location == "/"


def test_five_failures_a_minute_shut_an_account_and_name_the_wait(client):
    for _ in range(5):
        assert log_in(client, password=WRONG).status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    assert "Too many failed attempts. Try again in" in answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert log_in(client, "ANNA ").status_code == 429
    assert log_in(client, "vic").status_code == 303


def test_an_account_is_shut_for_every_address(client):
    for last in range(6):
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{last}"
        answer = log_in(client, password=WRONG)
    assert answer.status_code == 429


def test_ten_failures_a_minute_shut_an_address_whatever_the_names(client):
    for number in range(10):
        assert log_in(client, f"guess{number}", WRONG).status_code == 401
    assert log_in(client).status_code == 429
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert log_in(client).status_code == 303


def test_who_logs_in_rightly_is_never_throttled(client):
    for _ in range(12):
        assert log_in(client).status_code == 303
        log_out(client)


def test_a_log_in_page_that_was_open_too_long_asks_once_more(client):
    answer = client.post("/login", data={"name": "anna", "password": PASSWORD, "csrf_token": "old", "next": "/keys"})
    assert (answer.status_code, "Log in once more" in answer.text) == (400, True)
    assert hidden(answer.text)["next"] == "/keys"
    assert client.get("/").status_code == 303


def test_a_second_log_in_page_goes_on_when_the_first_was_used(client):
    old = hidden(client.get("/login?next=/keys").text)
    log_in(client)
    assert client.post("/login", data={**old, "name": "anna", "password": PASSWORD}).location == "/keys"
