"""The log of a desk that the command serves: who, what and how long, and nothing of what was sent."""

import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.conftest import NEWSIEVE, run_newsieve

PASSWORD = "correct horse battery staple"
TEXT = "Zanzibar quokkas unveil their marmalade parliament, ministers said on Tuesday."
FIELDS = ["time", "level", "event", "who", "method", "route", "status", "ms", "act"]


class Desk:
    """A served desk, a browser's cookies, and all that is on its stderr."""

    def __init__(self, home, *options):
        command = [NEWSIEVE, "serve", "--port", "0", *options]
        environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self.lines = [self.process.stderr.readline()]
        self.address = re.search(r"http://\S+", self.lines[0])[0]
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr))
        self.reader.start()
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, path, fields=None, **headers):
        data = fields if isinstance(fields, bytes | None) else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.address + path, data, {"Origin": self.address, **headers})
        try:
            with self.opener.open(request) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def hidden(self, path):
        return dict(re.findall(r'type="hidden" name="(\w+)"(?: id="\w+")? value="([^"]*)"', self.ask(path)))

    def stopped(self):
        """Stop the desk and return its log."""
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()
        return "".join(self.lines)


@pytest.fixture
def busy(home):
    """The log of a desk on which all was sent that is nobody's business, and those secrets."""
    added = run_newsieve("users", "add", "anna", "--password-stdin", home=home, stdin=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    secret = run_newsieve("tokens", "add", "crawler", home=home).stdout.strip()
    desk = Desk(home)
    try:
        desk.ask("/login", {**desk.hidden("/login"), "name": "anna", "password": "wrong " + PASSWORD})
        desk.ask("/login", {**desk.hidden("/login"), "name": PASSWORD, "password": PASSWORD})
        desk.ask("/login", {**desk.hidden("/login"), "name": "anna", "password": PASSWORD})
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        page = json.dumps({"url": "https://quokka.example/marmalade", "text": TEXT}).encode()
        assert '"id":1' in desk.ask("/api/v1/pages", page, **headers)
        desk.ask("/api/v1/classify", page, **headers)
        desk.ask("/api/v1/classify", page, Authorization="Bearer guessed-marmalade-token")
        desk.ask("/api/v1/classify", b'{"text": ' + page, **headers)
        tokens = [desk.hidden("/pages/1")]
        desk.ask("/pages/1/decide", {**tokens[0], "ruling": "filler", "scope": "block", "position": "0"})
        desk.ask("/pages/1/decide", {**tokens[0], "csrf_token": "forged-marmalade", "ruling": "filler"})
        desk.ask("/undo", {"csrf_token": tokens[0]["csrf_token"]})
        desk.ask("/try", {"csrf_token": tokens[0]["csrf_token"], "text": TEXT})
        desk.ask("/?" + urllib.parse.urlencode({"site": TEXT}))
        desk.ask("/marmalade/" + urllib.parse.quote(TEXT))
        cookies = [cookie.value for cookie in desk.cookies]
        desk.ask("/logout", {"csrf_token": tokens[0]["csrf_token"]})
    finally:
        log = desk.stopped()
    return log, [PASSWORD, secret, *cookies, *(one["csrf_token"] for one in tokens)]


def test_the_log_tells_who_did_what_and_nothing_of_what_was_sent(busy):
    log, secrets = busy
    rows = [json.loads(line) for line in log.splitlines()]
    assert rows[0]["message"].startswith("Newsieve is at http://127.0.0.1:")
    requests = [row for row in rows if row["event"] == "request"]
    assert all(list(row) == FIELDS for row in requests)
    told = [(row["who"], row["method"], row["route"], row["status"]) for row in requests]
    assert told.count(("", "POST", "/login", 401)) == 2, told
    decide = "/pages/<int(max=2147483647):page_id>/decide"
    for expected in [
        ("anna", "POST", "/login", 303),
        ("token crawler", "POST", "/api/v1/pages", 201),
        ("", "POST", "/api/v1/classify", 401),
        ("anna", "POST", decide, 303),
        ("anna", "POST", decide, 400),
        ("anna", "POST", "/undo", 303),
        ("anna", "GET", "none", 404),
        ("anna", "POST", "/logout", 303),
    ]:
        assert expected in told, (expected, told)
    assert [row["act"] for row in requests if row["act"]] == [1, 2], "the decision and its undo"
    for secret in [*secrets, "wrong ", "forged", "marmalade", "quokka", "Zanzibar"]:
        assert secret, "nothing is not looked for"
        assert secret not in log
        assert urllib.parse.quote(secret) not in log


def test_as_text_the_log_has_a_line_a_request(home):
    desk = Desk(home, "--log", "text")
    desk.ask("/")
    lines = desk.stopped().splitlines()
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info "
    assert re.fullmatch(time + r"Newsieve is at http://127\.0\.0\.1:\d+ \(Ctrl-C stops it\)", lines[0])
    assert re.fullmatch(time + r"local GET / 200 \d+", lines[1])


def test_an_error_nobody_thought_of_is_logged_by_its_place_without_its_message():
    import logging
    import sys

    from classifier.log_lines import JsonLines

    try:
        raise ValueError(TEXT)
    except ValueError:
        record = logging.LogRecord("web", logging.ERROR, "x", 1, "Exception on %s", ("/",), sys.exc_info())
    line = JsonLines().format(record)
    assert "Zanzibar" not in line
    assert json.loads(line)["error"].startswith("ValueError in test_an_error_nobody_thought_of")
