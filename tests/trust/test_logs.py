"""What a served desk logs holds no password, no key of a session, no token, no form and no text of a page."""

import http.client
import json
import os
import re
import subprocess
from urllib.parse import urlencode, urlsplit

import pytest

from tests.conftest import NEWSIEVE
from tests.store.test_people import PASSWORD
from tests.web.people.conftest import hidden

WRONG = "wrong horse battery"
TEXT = "The council voted on Tuesday to keep this sentence out of every log"


@pytest.fixture
def secret(newsieve):
    assert newsieve("users", "add", "anna", "--password-stdin", stdin=PASSWORD + "\n").returncode == 0
    done = newsieve("tokens", "add", "crawler")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_secrets_and_texts_are_in_no_log(home, secret):
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    with subprocess.Popen(
        [NEWSIEVE, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            first = process.stderr.readline()
            kept = used(urlsplit(re.search(r"http://\S+", first)[0]).netloc, secret)
        finally:
            process.terminate()
            told, warned = process.communicate(timeout=60)
    logged = first + told + warned
    key = (home / "secret_key").read_bytes()
    for hush in (PASSWORD, WRONG, secret, TEXT, *kept, key.decode("latin-1"), key.hex()):
        assert hush not in logged


def used(netloc, secret):
    """Log in wrongly and rightly, send forms and pages that fail and that do not; return the cookies given."""
    cookies = []

    def ask(method, path, body=None, **headers):
        connection = http.client.HTTPConnection(netloc, timeout=60)
        connection.request(method, path, body, {"Cookie": cookies[-1] if cookies else "", **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        cookies.extend(value.split(";")[0] for value in answer.headers.get_all("Set-Cookie") or [])
        connection.close()
        return answer.status, text

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for password, expected in ((WRONG, 401), (PASSWORD, 303)):
        given = {**hidden(ask("GET", "/login")[1]), "name": "anna", "password": password}
        assert ask("POST", "/login", urlencode(given), **form)[0] == expected
    for body in ({"text": TEXT, "csrf_token": "wrong"}, {"text": TEXT, "password": PASSWORD}):
        assert ask("POST", "/try", urlencode(body), **form)[0] == 400
    bearer = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    assert ask("POST", "/api/v1/classify", json.dumps({"text": TEXT}), **bearer)[0] == 200
    assert ask("POST", "/api/v1/classify", json.dumps({"html": [TEXT]}), **bearer)[0] == 422
    assert ask("GET", f"/api/v1/pages/1?token={secret}", Authorization=f"Bearer {secret}x")[0] == 401
    return [cookie.partition("=")[2] for cookie in cookies]
