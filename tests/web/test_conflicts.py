"""Texts that people label differently are shown in the desk and settled there."""

import re

from classifier.store.history import undo
from classifier.store.people import NOBODY
from classifier.store.quarantine import begin_quarantine
from classifier.store.statements import disputed, statements
from classifier.text import fingerprint
from tests.store.conftest import NOW, rule
from tests.web.conftest import FILLER

ADDRESS = "/activity/conflicts"


def quarrel(database):
    rule(database, 1, 0, "filler", "anna")
    rule(database, 1, 0, "news", "ben <b>")


def fields(text):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))


def test_a_conflict_is_shown_with_who_says_what(client, database):
    quarrel(database)
    text = client.get(ADDRESS).text
    assert 'Conflicts <span class="count">1</span>' in text
    assert FILLER in text
    assert re.search(r"filler</span> anna.*news</span> ben &lt;b&gt;", text, re.DOTALL)
    assert "People disagree: anna says filler, ben &lt;b&gt; says news" in client.get("/pages/1").text
    assert f"{ADDRESS}#text-{fingerprint(FILLER)}" in client.get("/pages/1").text


def test_nobody_disagreeing_is_said(client):
    assert "Nobody disagrees." in client.get(ADDRESS).text
    assert "People disagree" not in client.get("/pages/1").text


def test_settling_is_one_decision_however_often_it_is_sent(client, database):
    quarrel(database)
    sent = fields(client.get(ADDRESS).text)
    for _ in range(2):
        answer = client.post(f"{ADDRESS}/{fingerprint(FILLER)}/settle", data={**sent, "ruling": "news"})
        assert (answer.status_code, answer.location) == (303, ADDRESS)
    assert disputed(database) == []
    assert [one.settles for one in sorted(statements(database), key=lambda one: one.act)] == [False, False, True]
    assert "Settled: news." in client.get(ADDRESS).text
    undo(database, person=next(one.person for one in statements(database) if one.settles), now=NOW)
    assert len(disputed(database)) == 1


def test_taking_back_what_settled_a_conflict_leads_back_to_where_the_person_was(client, database):
    quarrel(database)
    sent = fields(client.get(ADDRESS).text)
    client.post(f"{ADDRESS}/{fingerprint(FILLER)}/settle", data={**sent, "ruling": "news"})
    assert client.post("/undo", data={**sent, "page": "1"}).location == "/pages/1?at=0#block-0"
    assert "Took back: news on 1 text." in client.get("/pages/1").text
    assert client.post("/redo", data=sent).location == "/"


def test_a_conflict_somebody_has_said_something_of_since_is_not_settled(client, database):
    quarrel(database)
    sent = fields(client.get(ADDRESS).text)
    rule(database, 1, 0, "boilerplate", "anna")
    answer = client.post(f"{ADDRESS}/{fingerprint(FILLER)}/settle", data={**sent, "ruling": "news"})
    assert answer.status_code == 409
    assert "anna has decided on" in answer.text


def test_a_conflict_is_settled_as_a_label_only(client, database):
    quarrel(database)
    sent = fields(client.get(ADDRESS).text)
    for ruling in ("", "unsure", "undo", "spam"):
        answer = client.post(f"{ADDRESS}/{fingerprint(FILLER)}/settle", data={**sent, "ruling": ruling})
        assert (answer.status_code, "settled as news, filler or boilerplate" in answer.text) == (400, True)
    answer = client.post(f"{ADDRESS}/{'0' * 32}/settle", data={**sent, "ruling": "news", "seen": "x"})
    assert answer.status_code == 404


def test_who_is_in_quarantine_settles_nothing(client, database):
    quarrel(database)
    sent = fields(client.get(ADDRESS).text)
    begin_quarantine(database, NOBODY, by="root", now=NOW, reason="odd labels")
    answer = client.post(f"{ADDRESS}/{fingerprint(FILLER)}/settle", data={**sent, "ruling": "news"})
    assert (answer.status_code, "You are in quarantine" in answer.text) == (403, True)
    assert len(disputed(database)) == 1
    assert "Settle as" not in client.get(ADDRESS).text
