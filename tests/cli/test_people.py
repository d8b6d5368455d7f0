"""newsieve users and newsieve tokens: who may log in, which programs may call."""

import http.client
import json
import os
import pty
import re
import subprocess

import pytest

from classifier.store.opening import open_database
from classifier.store.people import check_password
from classifier.store.tokens import token_name
from tests.conftest import NEWSIEVE, refused, run_newsieve

PASSWORD = "correct horse battery"


@pytest.fixture
def newsieve(tmp_path):
    def run(*arguments, **options):
        return run_newsieve(*arguments, home=tmp_path / "home", **options)

    return run


@pytest.fixture
def database(tmp_path):
    opened = open_database(tmp_path / "home" / "newsieve.db")
    yield opened
    opened.close()


def add(newsieve, name="anna", *options, password=PASSWORD):
    return newsieve("users", "add", name, "--password-stdin", *options, stdin=f"{password}\n")


def listed(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_added_person_is_known_by_the_password_of_standard_input(newsieve, database):
    done = add(newsieve)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Added anna, moderator\n")
    assert check_password(database, "anna", PASSWORD)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore\n"])
def test_the_password_is_the_first_line_without_its_end(newsieve, database, end):
    newsieve("users", "add", "anna", "--password-stdin", stdin=f" {PASSWORD} {end}")
    assert check_password(database, "anna", f" {PASSWORD} ")


def at_terminal(tmp_path, answers):
    """Run `users add anna` at a terminal that types answers; return the exit code and what it showed."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "NEWSIEVE_HOME": str(tmp_path / "home")}
    command = [NEWSIEVE, "users", "add", "anna"]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    ) as process:
        os.close(follower)
        shown = b""
        for answer in answers:
            while not shown.endswith(b": "):
                shown += os.read(leader, 1000)
            os.write(leader, answer.encode() + b"\n")
            shown += b"|"
        try:
            while part := os.read(leader, 1000):
                shown += part
        except OSError:  # how Linux says that nobody is at the other end any more
            pass
        code = process.wait(timeout=60)
    os.close(leader)
    return code, shown.decode()


def test_a_terminal_is_asked_twice_and_shows_nothing_of_the_password(tmp_path, database):
    code, shown = at_terminal(tmp_path, [PASSWORD, "something else", PASSWORD, PASSWORD])
    assert code == 0, shown
    assert "do not match" in shown
    assert PASSWORD not in shown
    assert check_password(database, "anna", PASSWORD)


def test_without_a_terminal_the_password_must_come_from_standard_input(newsieve):
    done = newsieve("users", "add", "anna")
    assert done.returncode == 2
    assert "no terminal to ask for the password on; give --password-stdin" in done.stderr


def test_a_password_is_never_an_argument(newsieve):
    assert newsieve("users", "add", "anna", PASSWORD).returncode == 2
    assert newsieve("users", "add", "anna", "--password", PASSWORD).returncode == 2


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("a b", PASSWORD, "person 'a b': not a name"),
        ("", PASSWORD, "person '': not a name"),
        ("local", PASSWORD, "stands for whoever decided before there were accounts"),
        ("anna", "short", "password: too short; use at least 10 characters"),
        ("anna", "", "password: too short"),
        ("anna", "x" * 20_000, "password: too long; use at most 1,000 characters"),
    ],
)
def test_a_bad_name_or_password_is_one_sentence(newsieve, name, password, sentence):
    assert sentence in refused(add(newsieve, name, password=password))
    assert listed(newsieve("users", "list")) == []


def test_a_password_that_is_no_text_is_one_sentence(tmp_path):
    done = subprocess.run(
        [NEWSIEVE, "--home", tmp_path / "home", "users", "add", "anna", "--password-stdin"],
        input=b"\xff" * 20 + b"\n",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"Error: password: not UTF-8; give one line of text\n")


def test_a_person_is_added_once(newsieve):
    add(newsieve)
    assert "'anna': there already; reset their password" in refused(add(newsieve, "Anna"))


def test_an_unknown_role_is_wrong_usage(newsieve):
    assert add(newsieve, "anna", "--role", "owner").returncode == 2
    assert newsieve("users", "role", "anna", "owner").returncode == 2


def test_a_role_is_changed(newsieve):
    add(newsieve)
    done = newsieve("users", "role", "Anna", "viewer")
    assert (done.returncode, done.stderr) == (0, "Anna is a viewer now\n")
    assert [row["role"] for row in listed(newsieve("users", "list"))] == ["viewer"]
    assert "person 'ben': not there" in refused(newsieve("users", "role", "ben", "viewer"))


def test_people_are_listed_as_a_table_or_as_json_lines(newsieve):
    add(newsieve)
    add(newsieve, "ben", "--role", "viewer")
    newsieve("users", "disable", "ben")
    found = listed(newsieve("users", "list"))
    assert [(row["name"], row["role"], bool(row["disabled"])) for row in found] == [
        ("anna", "moderator", False),
        ("ben", "viewer", True),
    ]
    table = newsieve("users", "list", "--format", "table").stdout.splitlines()
    assert [line.split()[0] for line in table] == ["anna", "ben"]
    assert "disabled 20" in table[1]


def test_disable_enable_and_reset_do_what_they_say(newsieve, database):
    add(newsieve)
    assert newsieve("users", "disable", "anna").returncode == 0
    assert check_password(database, "anna", PASSWORD) is None
    assert newsieve("users", "enable", "anna").returncode == 0
    assert check_password(database, "anna", PASSWORD)
    assert newsieve("users", "reset", "anna", "--password-stdin", stdin="another long one\n").returncode == 0
    assert check_password(database, "anna", PASSWORD) is None
    assert check_password(database, "anna", "another long one")


@pytest.mark.parametrize("change", [["disable"], ["enable"], ["reset", "--password-stdin"]])
def test_changing_nobody_is_one_sentence(newsieve, change):
    verb, *options = change
    done = newsieve("users", verb, "nobody", *options, stdin=f"{PASSWORD}\n")
    assert "person 'nobody': not there; newsieve users list shows who is" in refused(done)


def test_a_token_is_the_only_thing_on_stdout_and_never_shown_again(newsieve, database):
    done = newsieve("tokens", "add", "crawler")
    secret = done.stdout.strip()
    assert token_name(database, secret) == "crawler"
    assert "not shown again" in done.stderr
    everything = newsieve("tokens", "list").stdout + newsieve("tokens", "list", "--format", "table").stdout
    assert "crawler" in everything
    assert secret not in everything


def test_a_revoked_token_opens_nothing_and_stays_listed(newsieve, database):
    secret = newsieve("tokens", "add", "crawler").stdout.strip()
    assert newsieve("tokens", "revoke", "crawler").returncode == 0
    assert token_name(database, secret) is None
    assert [(row["name"], bool(row["revoked"])) for row in listed(newsieve("tokens", "list"))] == [("crawler", True)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "a b"], "token 'a b': not a name"),
        (["revoke", "nothing"], "token 'nothing': not there; newsieve tokens list shows what is"),
    ],
)
def test_bad_tokens_are_one_sentence(newsieve, arguments, sentence):
    done = newsieve("tokens", *arguments)
    assert sentence in refused(done)
    assert done.stdout == ""


def test_a_token_is_added_once(newsieve):
    newsieve("tokens", "add", "crawler")
    assert "token 'crawler': there already" in refused(newsieve("tokens", "add", "Crawler"))


def test_empty_lists_say_what_that_means(newsieve):
    assert "No accounts: the moderation page is for one person" in newsieve("users", "list").stderr
    assert "newsieve tokens add NAME" in newsieve("tokens", "list").stderr


@pytest.mark.parametrize("options", [["--host", "0.0.0.0"], ["--name", "desk.example"], ["--trust-proxy", "1"]])
def test_serving_to_others_is_refused_until_somebody_can_log_in(newsieve, options):
    add(newsieve)
    newsieve("users", "disable", "anna")
    done = newsieve("serve", *options)
    assert done.returncode == 2
    assert "nobody has an account yet; newsieve users add NAME makes one" in done.stderr


def test_every_address_needs_a_name(newsieve):
    add(newsieve)
    done = newsieve("serve", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "say with --name under which name people come" in done.stderr


@pytest.mark.parametrize("name", ["https://desk.example", "desk.example:443", ".example", "a b", "", "desk/"])
def test_a_name_is_a_host_name(newsieve, name):
    done = newsieve("serve", "--name", name)
    assert done.returncode == 2
    assert "is no host name" in done.stderr


def test_behind_a_proxy_that_speaks_tls_the_served_desk_sends_secure_cookies(home):
    assert add(lambda *arguments, **options: run_newsieve(*arguments, home=home, **options)).returncode == 0
    command = [NEWSIEVE, "--home", home, "serve", "--port", "0", "--name", "desk.example", "--trust-proxy", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            port = int(re.search(r":(\d+) ", process.stderr.readline())[1])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            proxied = {"Host": "desk.example", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
            connection.request("GET", "/login", headers=proxied)
            answer = connection.getresponse()
            assert (answer.status, "; Secure" in answer.headers["Set-Cookie"]) == (200, True)
            connection.close()
        finally:
            process.terminate()
    assert process.returncode == 0, "SIGTERM stops the server as Ctrl-C does"
