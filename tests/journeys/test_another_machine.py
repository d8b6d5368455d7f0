"""A desk is backed up while people decide, and goes on on another machine with nothing lost."""

import json
import shutil
import threading

import pytest

from classifier.blocks import Block, Page
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.conftest import run_newsieve
from tests.store.conftest import NOW
from tests.web.test_request_log import Desk

PAGES = 40


@pytest.fixture
def desk(home):
    """A served desk with pages to decide."""
    database = open_database(home / "newsieve.db")
    pages = [Page(f"https://a.example/{n}", (Block(f"Council votes on plan {n}x", 0),)) for n in range(PAGES)]
    add_pages(database, pages, added_at=NOW)
    database.close()
    served = Desk(home)
    yield served
    if served.process.poll() is None:
        served.stopped()


def decide(desk, page):
    form = {**desk.hidden(f"/pages/{page}"), "ruling": "filler", "scope": "block", "position": "0"}
    answer = desk.ask(f"/pages/{page}/decide", form)
    assert "Saved: block 1 filler" in answer, answer


def test_a_backup_made_while_people_decide_goes_on_elsewhere(desk, home, tmp_path):
    decide(desk, 1)
    half, copied = threading.Event(), []

    def work():
        for page in range(2, PAGES + 1):
            decide(desk, page)
            if page == PAGES // 2:
                half.set()

    worker = threading.Thread(target=work)
    worker.start()
    half.wait(60)
    copied.append(run_newsieve("backup", tmp_path / "copy.db", home=home))
    worker.join()
    log = desk.stopped()
    assert copied[0].returncode == 0, copied[0].stderr

    new = tmp_path / "another" / "home"
    new.mkdir(parents=True)
    shutil.copytree(home / "models", new / "models")
    shutil.copy2(home / "secret_key", new / "secret_key")
    assert run_newsieve("restore", tmp_path / "copy.db", home=new).returncode == 0
    verified = run_newsieve("verify", home=new)
    assert (verified.returncode, verified.stderr) == (0, "0 faults\n")
    looked = run_newsieve("doctor", "--backups", tmp_path, home=new)
    assert looked.returncode == 0, looked.stdout

    acts = [json.loads(line)["act"] for line in log.splitlines() if '"act"' in line]
    answered = [act for act in acts if act]
    assert answered == list(range(1, PAGES + 1)), "every decision was answered, and the log has its number"
    rows = run_newsieve("export", "decisions", home=new).stdout.splitlines()
    assert len(rows) >= PAGES // 2, "what was answered before the backup began is in it"

    again = Desk(new)
    try:
        decide(again, PAGES)
        assert run_newsieve("verify", home=new).returncode == 0
    finally:
        again.stopped()
