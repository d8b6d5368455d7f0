"""Only the person who is in quarantine is told of it, and strangers never."""

from classifier.store.people import NOBODY, add_person
from classifier.store.quarantine import begin_quarantine
from tests.store.conftest import NOW
from tests.store.test_people import PASSWORD, QUICK
from tests.web.people.conftest import log_in, log_out

TOLD = "no model is trained on it for now"


def test_only_the_person_is_told(client, database):
    add_person(database, "ben", password=PASSWORD, role="moderator", now=NOW, hasher=QUICK)
    for name in ("ben", NOBODY):
        begin_quarantine(database, name, by="root", now=NOW, reason="")
    assert TOLD not in client.get("/login").text
    log_in(client, "anna")
    assert TOLD not in client.get("/").text
    log_out(client)
    log_in(client, "ben")
    assert TOLD in client.get("/").text
