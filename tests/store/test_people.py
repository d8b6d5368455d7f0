"""Accounts, their sessions, and the tokens of programs."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from classifier.errors import AccountError
from classifier.store.opening import open_database
from classifier.store.people import (
    HASHER,
    add_person,
    check_password,
    disable_person,
    enable_person,
    has_active_people,
    has_people,
    list_people,
    reset_password,
)
from classifier.store.schema import people, sessions, tokens
from classifier.store.sessions import LIFETIME, end_session, person_of, start_session
from classifier.store.tokens import add_token, list_tokens, revoke_token, token_name
from tests.store.conftest import NOW

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def database(place):
    opened = open_database(place)
    yield opened
    opened.close()


def add(database, name="anna", *, password=PASSWORD, role="moderator"):
    return add_person(database, name, password=password, role=role, now=NOW, hasher=QUICK)


def check(database, name="anna", password=PASSWORD):
    return check_password(database, name, password, hasher=QUICK)


def column(database, wanted):
    with database.reading() as connection:
        return list(connection.scalars(sa.select(wanted)))


def test_a_person_is_known_by_name_and_password(database):
    added = add(database)
    assert check(database) == added
    assert (added.name, added.role, added.added_at, added.disabled_at) == ("anna", "moderator", NOW, None)


def test_capitals_and_spaces_around_make_no_other_person(database):
    add(database, " Anna ")
    assert check(database, "ANNA").name == "anna"
    with pytest.raises(AccountError, match="'anna': there already; reset their password"):
        add(database, "aNNa")


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong horse battery"), ("ben", PASSWORD), ("", ""), ("anna", ""), ("a\0\ud800", "\0" * 10)],
)
def test_wrong_names_and_passwords_are_nobody(database, name, password):
    add(database)
    assert check(database, name, password) is None


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_rfc_9106(database):
    add_person(database, "anna", password=PASSWORD, role="viewer", now=NOW)
    assert column(database, people.c.password_hash)[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_with_old_parameters_is_replaced_at_the_next_log_in(database):
    add(database)
    assert check_password(database, "anna", PASSWORD, hasher=HASHER)
    assert column(database, people.c.password_hash)[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert check(database)


def test_a_name_that_is_not_there_costs_one_hash_like_any_other(database):
    class Counting(PasswordHasher):
        checked = 0

        def verify(self, hash, password):  # noqa: A002 - argon2's name
            self.checked += 1
            return super().verify(hash, password)

    add(database)
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    for name, password in [("anna", "wrong horse battery"), ("nobody", PASSWORD), ("nobody", "")]:
        hasher.checked = 0
        assert check_password(database, name, password, hasher=hasher) is None
        assert hasher.checked == 1


@pytest.mark.parametrize("name", ["", " ", "a b", "a\nb", "-x", "x" * 101, "a/b", "<b>", "a\u202eb"])
def test_odd_names_are_refused(database, name):
    with pytest.raises(AccountError, match="not a name; use up to 100 letters"):
        add(database, name)
    with pytest.raises(AccountError, match="not a name"):
        add_token(database, name, now=NOW)


def test_the_name_of_the_one_person_without_an_account_is_nobodys(database):
    with pytest.raises(AccountError, match="stands for whoever decided before there were accounts"):
        add(database, "Local")


@pytest.mark.parametrize(("password", "sentence"), [("", "short"), ("x" * 9, "at least 10"), ("x" * 1001, "too long")])
def test_short_and_huge_passwords_are_refused(database, password, sentence):
    with pytest.raises(AccountError, match=sentence):
        add(database, password=password)
    assert not has_people(database)
    add(database)
    with pytest.raises(AccountError, match=sentence):
        reset_password(database, "anna", password=password, now=NOW, hasher=QUICK)
    assert check(database)


def test_a_disabled_person_cannot_log_in_and_their_sessions_are_dead(database):
    key = start_session(database, add(database), now=NOW)
    assert person_of(database, key, now=NOW).name == "anna"
    disable_person(database, "Anna", now=LATER)
    assert check(database) is None
    assert person_of(database, key, now=LATER) is None
    assert list_people(database)[0].disabled_at == LATER


def test_enabling_lets_a_person_log_in_but_wakes_no_session(database):
    key = start_session(database, add(database), now=NOW)
    disable_person(database, "anna", now=NOW)
    enable_person(database, "anna")
    assert check(database)
    assert person_of(database, key, now=LATER) is None


def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions_of_that_person_only(database):
    key = start_session(database, add(database), now=NOW)
    other = start_session(database, add(database, "ben"), now=NOW)
    reset_password(database, "anna", password="another long one", now=LATER, hasher=QUICK)
    assert check(database) is None
    assert check(database, "anna", "another long one")
    assert person_of(database, key, now=LATER) is None
    assert person_of(database, other, now=LATER).name == "ben"


@pytest.mark.parametrize(
    "change",
    [
        lambda database: disable_person(database, "nobody", now=NOW),
        lambda database: enable_person(database, "nobody"),
        lambda database: reset_password(database, "nobody", password=PASSWORD, now=NOW, hasher=QUICK),
    ],
    ids=["disable", "enable", "reset"],
)
def test_nobody_who_is_not_there_can_be_changed(database, change):
    with pytest.raises(AccountError, match="'nobody': not there; newsieve users list"):
        change(database)


def test_a_disabled_person_is_still_a_reason_to_ask_who_is_there(database):
    assert (has_people(database), has_active_people(database)) == (False, False)
    add(database)
    assert (has_people(database), has_active_people(database)) == (True, True)
    disable_person(database, "anna", now=NOW)
    assert (has_people(database), has_active_people(database)) == (True, False)


def test_people_are_listed_by_name(database):
    add(database, "ben", role="viewer")
    add(database)
    assert [(person.name, person.role) for person in list_people(database)] == [
        ("anna", "moderator"),
        ("ben", "viewer"),
    ]


def test_a_session_that_was_ended_is_nobodys(database):
    anna = add(database)
    key, other = (start_session(database, anna, now=NOW) for _ in range(2))
    end_session(database, key, now=LATER)
    assert person_of(database, key, now=LATER) is None
    assert person_of(database, other, now=LATER) == anna


def test_a_session_ends_by_itself_and_a_clock_that_jumps_back_a_little_ends_none(database):
    key = start_session(database, add(database), now=NOW)
    assert person_of(database, key, now=NOW + LIFETIME - timedelta(seconds=1))
    assert person_of(database, key, now=NOW + LIFETIME) is None
    assert person_of(database, key, now=NOW - timedelta(minutes=5))
    assert person_of(database, key, now=NOW - LIFETIME) is None


def test_old_sessions_are_forgotten_when_a_new_one_starts(database):
    anna = add(database)
    start_session(database, anna, now=NOW)
    start_session(database, anna, now=NOW + LIFETIME)
    assert column(database, sessions.c.started_at) == [NOW + LIFETIME]


@pytest.mark.parametrize("key", ["", "x", "x" * 10_000, "\0"])
def test_a_made_up_key_is_nobodys(database, key):
    add(database)
    assert person_of(database, key, now=NOW) is None


def test_keys_and_secrets_are_kept_as_hashes_only(database):
    key = start_session(database, add(database), now=NOW)
    secret = add_token(database, "crawler", now=NOW)
    kept = column(database, sessions.c.key_hash) + column(database, tokens.c.secret_hash)
    assert all(len(hashed) == 64 and hashed not in (key, secret) for hashed in kept)
    assert person_of(database, column(database, sessions.c.key_hash)[0], now=NOW) is None
    assert token_name(database, column(database, tokens.c.secret_hash)[0]) is None


def test_a_token_is_known_by_its_secret_until_it_is_revoked(database):
    secret, other = (add_token(database, name, now=NOW) for name in ("Crawler", "sweeper"))
    assert secret != other
    assert (token_name(database, secret), token_name(database, other)) == ("crawler", "sweeper")
    assert token_name(database, "newsieve_made-up") is None
    revoke_token(database, "crawler", now=LATER)
    assert (token_name(database, secret), token_name(database, other)) == (None, "sweeper")
    assert [(token.name, token.revoked_at) for token in list_tokens(database)] == [
        ("crawler", LATER),
        ("sweeper", None),
    ]


def test_a_tokens_name_is_used_once_even_after_it_was_revoked(database):
    add_token(database, "crawler", now=NOW)
    with pytest.raises(AccountError, match="'crawler': there already"):
        add_token(database, "crawler", now=NOW)
    revoke_token(database, "crawler", now=NOW)
    with pytest.raises(AccountError, match="'crawler': there already"):
        add_token(database, "crawler", now=NOW)


def test_a_token_that_is_not_there_cannot_be_revoked(database):
    with pytest.raises(AccountError, match="'nothing': not there; newsieve tokens list"):
        revoke_token(database, "nothing", now=NOW)
