"""The permanent address of a verdict: half a year later, under another version, with its page or version gone."""

import shutil
from html import unescape

import pytest

from classifier.registry import Registry
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.queue import get_page
from tests.conftest import add_version
from tests.store.conftest import NOW
from tests.web.conftest import FILLER, send, token


@pytest.fixture
def verdict_id(client, database):
    """The identity of the verdict on the first block, as the review page links it."""
    found = get_page(database, 1).verdict_id(0)
    assert f'href="/verdicts/{found}"' in client.get("/pages/1").text
    return found


def test_a_receipt_tells_verdict_limits_contributions_and_decisions_with_what_was_undone(client, database, verdict_id):
    score = get_page(database, 1).stored[0].score
    send(client, 0, ruling="news")
    client.post("/undo", data={"csrf_token": token(client)})
    answer = client.get(f"/verdicts/{verdict_id}")
    text = unescape(answer.text)
    assert answer.status_code == 200
    assert FILLER.split()[-1] in text
    assert f"score <b>{score}</b>" in text
    assert "It says filler from a score of" in text
    assert "which is the log-odds of the score" in text
    assert '<td class="told">prior</td>' in text
    assert "taken back" in text
    assert "The same version is current." in text


def test_another_version_today_is_set_beside_it(client, home, verdict_id):
    registry = Registry(home / "models")
    registry.promote(add_version(registry, registry.pointer().current, "20300101T000000Z-00000000"), by="a", at=NOW)
    text = client.get(f"/verdicts/{verdict_id}").text
    assert "<code>20300101T000000Z-00000000</code> is current" in text
    assert ": the same label" in text


def test_when_the_version_has_gone_what_people_were_shown_remains(client, home, verdict_id):
    send(client, 0, ruling="news")
    registry = Registry(home / "models")
    old = registry.pointer().current
    registry.promote(add_version(registry, old, "20300101T000000Z-00000000"), by="a", at=NOW)
    shutil.rmtree(home / "models" / old)
    answer = client.get(f"/verdicts/{verdict_id}")
    assert (answer.status_code, f"version {old} is not on this disk any more" in answer.text) == (404, True)
    assert "by this version" in answer.text
    assert str(home) not in answer.text


def test_when_the_page_has_gone_decisions_that_may_have_been_on_it_remain(client, database, verdict_id):
    send(client, 0, ruling="news")
    version = verdict_id.split(".")[0]
    decide(database, Act("ben", NOW, page_id=1), [Ruled(1, "news", Shown(version, "news", 0.25))])
    drop_pages(database, [1])
    answer = client.get(f"/verdicts/{verdict_id}")
    assert (answer.status_code, "it was dropped, or never here" in answer.text) == (404, True)
    assert FILLER in answer.text
    assert "ben" not in answer.text


@pytest.mark.parametrize("wrong", ["x", "1.2.3", "{id}0000000000", "{id}.1", "{id}%00", "{id}%0A", "{id}é"])
def test_what_is_no_id_is_404_and_says_what_one_looks_like(client, verdict_id, wrong):
    answer = client.get(f"/verdicts/{wrong.replace('{id}', verdict_id)}")
    assert (answer.status_code, "it is VERSION.PAGE.POSITION" in answer.text) == (404, True)


def test_a_block_beyond_the_page_is_404(client, verdict_id):
    answer = client.get(f"/verdicts/{verdict_id[:-1]}7")
    assert (answer.status_code, "its page has 4 blocks" in answer.text) == (404, True)
