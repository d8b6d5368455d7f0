"""A person's own password: changed with the present one; other sessions end; nobody guesses for long."""

import pytest

from classifier.store.people import check_password
from tests.store.test_people import PASSWORD, QUICK
from tests.web.people.conftest import cookie, hidden, log_in

NEW = "another horse battery"


def change(client, current=PASSWORD, new=NEW, again=NEW):
    fields = hidden(client.get("/account/password").text)
    return client.post("/account/password", data={**fields, "current": current, "new": new, "again": again})


@pytest.mark.parametrize("name", ["anna", "vic"])
def test_moderators_and_viewers_change_their_own_password(client, database, name):
    log_in(client, name)
    assert "/account/password" in client.get("/account").text
    answer = change(client)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Your password is changed." in client.get("/account").text
    assert check_password(database, name, NEW, hasher=QUICK)
    assert not check_password(database, name, PASSWORD, hasher=QUICK)


def test_other_sessions_end_this_one_goes_on_and_its_old_cookie_opens_nothing(client, make_app):
    other = make_app().test_client()
    log_in(other)
    log_in(client)
    old = cookie(client)
    change(client)
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 303
    other.set_cookie(*old)
    assert other.get("/").status_code == 303


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"current": "wrong horse battery"}, 403, "Not saved: That is not your present password."),
        ({"again": "something else"}, 400, "Not saved: The two new passwords are not the same."),
        ({"new": "short", "again": "short"}, 400, "too short; use at least 10 characters."),
        ({"new": "x" * 1001, "again": "x" * 1001}, 400, "too long; use at most 1,000 characters."),
    ],
)
def test_a_mistake_is_said_and_changes_nothing(client, database, given, status, said):
    log_in(client)
    answer = change(client, **given)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert "x" * 1001 not in answer.text
    assert check_password(database, "anna", PASSWORD, hasher=QUICK)


def test_five_wrong_passwords_a_minute_are_enough(client):
    log_in(client)
    assert [change(client, current="wrong horse battery").status_code for _ in range(5)] == [403] * 5
    answer = change(client)
    assert (answer.status_code, "Try again in a minute" in answer.text) == (429, True)


def test_without_accounts_there_is_no_password_to_change(client, database, make_app):
    log_in(client)
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sessions")
        connection.exec_driver_sql("DELETE FROM people")
    nobody = make_app().test_client()
    assert "no password to change" in nobody.get("/account/password").text
    fields = hidden(nobody.get("/keys").text)
    assert nobody.post("/account/password", data=fields).status_code == 404
