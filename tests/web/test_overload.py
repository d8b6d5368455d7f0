"""Beyond what the desk can do it says so at once; people are served before programs; nothing that was saved is lost."""

import json
import socket
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from select import select

import pytest

from classifier.cli.home import utc_now
from classifier.cli.serve import _MOST_BYTES, _bound
from classifier.drills.commands import Command
from classifier.drills.serving import desk_port
from classifier.drills.visitor import OverHTTP, fields_in
from classifier.store.exchange import export_acts
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.tokens import add_token
from tests.store.conftest import NOW
from tests.web.conftest import PAGE
from web import overload
from web.overload import Lanes

CALL, VISIT, HEALTH = "/api/v1/classify", "/pages/1", "/api/v1/health"


class Gate:
    """An application whose answers wait until it is opened, but for that to the question of health."""

    def __init__(self):
        self.opened, self.entered = threading.Event(), threading.Semaphore(0)
        self.refused = []  # statuses

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] != HEALTH:
            self.entered.release()
            assert self.opened.wait(60)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]


@contextmanager
def serving(gate):
    """Yield the port at which it is served as the desk is."""
    server = _bound(gate, Lanes(gate.refused.append), "127.0.0.1", 0, proxies=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    thread.join(60)
    server.task_dispatcher.shutdown()


@pytest.fixture
def gate():
    gate = Gate()
    with serving(gate) as gate.port:
        yield gate
        gate.opened.set()


def asked(port, path, method="GET"):
    """Send a request, and leave the answer to be read."""
    connection = socket.create_connection(("127.0.0.1", port), 60)
    connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    return connection


def answered(connection):
    """Return status, headers and body of what was asked."""
    with connection, connection.makefile("rb") as stream:
        head, _, body = stream.read().decode().partition("\r\n\r\n")
    status, *rows = head.split("\r\n")
    return int(status.split()[1]), dict(row.split(": ", 1) for row in rows), body


def answers(connections, number):
    """Wait until so many of the connections are answered; return those answers, and the connections that still wait."""
    waiting, found = list(connections), []
    while len(found) < number:
        ready, _, _ = select(waiting, [], [], 60)
        assert ready, "nothing more is answered"
        waiting = [one for one in waiting if one not in ready]
        found += [answered(one) for one in ready]
    return found, waiting


def entered(gate, number):
    assert all(gate.entered.acquire(timeout=60) for _ in range(number))


def fill(gate, path, running, waiting):
    """Have all threads of a lane at work, and so many requests wait behind them; return all."""
    begun = []
    for _ in range(running):  # one after the other, so that none has to wait for a thread
        begun.append(asked(gate.port, path))
        entered(gate, 1)
    return begun + [asked(gate.port, path) for _ in range(waiting)]


def test_calls_beyond_those_that_wait_are_refused_at_once_and_everybody_else_is_answered(gate):
    calls = fill(gate, CALL, overload._PROGRAMS_THREADS, overload._MOST_OF_PROGRAMS + 8)
    refused, waiting = answers(calls, 8)
    assert gate.refused == [503] * 8
    assert len(waiting) == overload._PROGRAMS_THREADS + overload._MOST_OF_PROGRAMS
    for status, headers, body in refused:
        assert (status, headers["Retry-After"], headers["Content-Type"]) == (503, "2", "application/json")
        error = json.loads(body)
        assert (error["code"], error["status"]) == (503, "Service Unavailable")
        assert error["message"].startswith("requests: more than the desk can do in a few seconds; try again after 2")
    assert answered(asked(gate.port, HEALTH))[0] == 200
    visit = asked(gate.port, VISIT)
    entered(gate, 1)
    gate.opened.set()
    assert answered(visit)[0] == 200
    assert {answered(one)[0] for one in waiting} == {200}
    assert answered(asked(gate.port, CALL))[0] == 200, "it recovers at once"


def test_people_are_refused_much_later_with_a_page_and_health_is_answered_even_then(gate):
    assert overload._MOST_OF_PEOPLE >= 4 * overload._MOST_OF_PROGRAMS
    visits = fill(gate, VISIT, overload._PEOPLES_THREADS, overload._MOST_OF_PEOPLE + 3)
    refused, waiting = answers(visits, 3)
    assert {(status, headers["Retry-After"]) for status, headers, _ in refused} == {(503, "10")}
    for _, headers, body in refused:
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert '<p id="sentence">More is asked of the desk than it can do in a few seconds. Try again after' in body
    assert "Not saved: More is asked" in answered(asked(gate.port, "/pages/1/decide", "POST"))[2]
    assert answered(asked(gate.port, HEALTH))[0] == 200
    call = asked(gate.port, CALL)
    entered(gate, 1)
    gate.opened.set()
    assert {answered(one)[0] for one in [call, *waiting]} == {200}


@pytest.mark.parametrize("path", [CALL, "//api/v1/classify"])
def test_who_comes_while_the_first_waits_for_too_long_is_refused(monkeypatch, path):
    monkeypatch.setattr(overload, "_PROGRAMS_WAIT", 0.0)
    gate = Gate()
    with serving(gate) as gate.port:
        calls = fill(gate, path, overload._PROGRAMS_THREADS, 2)
        ((status, _, _),), waiting = answers(calls, 1)
        assert status == 503
        gate.opened.set()
        assert {answered(one)[0] for one in waiting} == {200}


def test_what_is_no_request_is_refused_though_everybody_waits(gate):
    calls = fill(gate, CALL, overload._PROGRAMS_THREADS, overload._MOST_OF_PROGRAMS)
    broken = asked(gate.port, "/ nothing such")
    assert answered(broken)[0] == 400
    gate.opened.set()
    assert {answered(one)[0] for one in calls} == {200}


class Flood:
    """Programs that call a desk again and again, however often they are refused."""

    def __init__(self, port, secret, callers):
        self.port, self.stop, self.answers = port, threading.Event(), []
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.refused = threading.Event()
        self.callers = [threading.Thread(target=self.call) for _ in range(callers)]

    def call(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.is_set():
            connection.request("POST", CALL, json.dumps({"text": "The council votes. " * 200}), self.headers)
            answer = connection.getresponse()
            self.answers.append((answer.status, answer.headers["Retry-After"], answer.read()))
            if answer.status == 503:
                self.refused.set()
        connection.close()

    def __enter__(self):
        for caller in self.callers:
            caller.start()
        assert self.refused.wait(60)
        return self

    def __exit__(self, *_):
        self.stop.set()
        for caller in self.callers:
            caller.join(60)


def decide(visitor, ruling):
    """Decide on a block as a browser would; return what the desk answered, and the form's own number."""
    page = visitor.ask(VISIT)
    assert page.status == 200
    forms = [fields_in(form.partition("</form>")[0]) for form in page.text.split("<form ")[1:]]
    fields = next(form for form in forms if form.get("scope") == "block")
    return visitor.ask(f"{VISIT}/decide", fields | {"ruling": ruling}).status, fields["form"]


def test_a_body_beyond_all_that_is_taken_is_refused_before_it_is_sent(gate):
    with socket.create_connection(("127.0.0.1", gate.port), 60) as connection:
        head = f"POST {CALL} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {_MOST_BYTES}\r\n\r\n"
        connection.sendall(head.encode())
        with connection.makefile("rb") as stream:
            head, _, body = stream.read().decode().partition("\r\n\r\n")
    told = json.loads(body)
    assert head.split()[1] == "413"
    assert (told["code"], told["message"]) == (413, "requests: exceeds max_body of 40000000")
    assert gate.refused == [413]
    assert not gate.entered.acquire(blocking=False)


def test_under_a_flood_of_calls_moderators_go_on_and_what_was_saved_is_there(home):
    database = open_database(home / "newsieve.db")
    add_pages(database, [PAGE], added_at=NOW)
    secret = add_token(database, "crawler", now=utc_now())
    with Command(home, "serve", "--port", 0) as server:
        port = desk_port(server)
        visitor = OverHTTP(port)
        decide(visitor, "news")
        with Flood(port, secret, overload._PROGRAMS_THREADS + overload._MOST_OF_PROGRAMS + 30) as flood:
            saved = [decide(visitor, ruling) for ruling in ("filler", "news") * 5]
            assert visitor.ask(HEALTH).status == 200
        assert {status for status, _ in saved} == {303}
        assert {status for status, *_ in flood.answers} == {200, 503}
        assert {retry for status, retry, _ in flood.answers if status == 503} == {"2"}
        with_token = HTTPConnection("127.0.0.1", port, timeout=60)
        with_token.request("POST", CALL, json.dumps({"text": "The council votes."}), flood.headers)
        answer = with_token.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True)
        with_token.request("GET", "/api/v1/metrics", headers=flood.headers)
        counted = with_token.getresponse().read().decode()
        with_token.close()
        visitor.close()
        log = server.log.read_text()
    assert {form for _, form in saved} <= {act.form.partition(".")[0] for act in export_acts(database)}
    database.close()
    rows = [json.loads(line) for line in log.splitlines()]
    refusals = [row for row in rows if row.get("status") == 503]
    assert len(refusals) == sum(status == 503 for status, *_ in flood.answers)
    assert f'newsieve_requests_total{{route="none",status="503"}} {len(refusals)}.0' in counted
    assert {(row["who"], row["method"], row["route"], row["act"]) for row in refusals} == {("", "POST", "none", None)}
    assert {row["event"] for row in rows if row["event"] != "request"} == {"newsieve.serve"}
