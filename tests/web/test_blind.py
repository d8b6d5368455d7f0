"""The blind check over HTTP: no verdict before the answer, in no place that people or programs look at."""

import re
from dataclasses import replace

import pytest

from classifier.blocks import Block, Page
from classifier.registry import Registry
from classifier.store.blind_check import read_samples
from classifier.store.claims import claim_page
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import acts
from classifier.text import fingerprint
from tests.store.conftest import NOW, all_rows, put_in_blind_check
from tests.web.conftest import FILLER, PAGE, RUN, form, recorded, send, token
from web import create_app
from web.current import now

TELLING = re.compile(r'<mark|class="score"|class="badge|class="why|needs review|\d\.\d\d')


@pytest.fixture
def place(tmp_path):
    """SQLite only: tests/store/test_blind_check.py runs on both."""
    return tmp_path / "newsieve.db"


@pytest.fixture
def run_page(database, model):
    """Page 2, with a run of filler on blocks 1 to 3."""
    add_pages(database, [RUN], added_at=NOW)
    judge_stale(database, model)
    return 2


def begin(client, **fields):
    return client.post("/blind/next", data={"csrf_token": token(client), **fields})


def fields(client, address):
    """Return what the form of the block that is shown carries."""
    text = client.get(address).text
    found = re.search(r'action="/blind/decide">(.*?)</form>', text, re.DOTALL)[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))


def answer(client, address, ruling, **changes):
    return client.post("/blind/decide", data={**fields(client, address), "ruling": ruling, **changes})


def block_of(text, position):
    return re.search(rf'<li id="block-{position}".*?</li>', text, re.DOTALL)[0]


def test_a_sample_is_shown_with_its_neighbours_and_without_anything_of_its_verdict(client, database):
    put_in_blind_check(database, 1, 1)
    answered = begin(client)
    assert (answered.status_code, answered.location) == (303, "/blind?sample=1")
    main = client.get("/blind?sample=1").text.partition("<main")[2].partition('<details class="rubric')[0]
    assert FILLER in main
    assert "The council said on Tuesday" in block_of(main, 1)
    assert not TELLING.search(main)
    assert {"filler", "news"} & set(re.findall(r'class="block (\w+)', main)) == set()


def test_an_answer_is_recorded_as_blind_and_the_verdict_told_beside_the_next_one(client, database, model):
    put_in_blind_check(database, 1, 0, 1)
    stored = get_page(database, 1).stored[0]
    begin(client)
    assert answer(client, "/blind?sample=1", "news").location == "/blind?sample=2"
    assert recorded(database) == [("news", model.card.version, stored.label, "local")]
    assert [act.blind for act in all_rows(database, acts)] == [True]
    assert f"Saved: news. The model said {stored.label} {stored.score:.2f}." in client.get("/blind?sample=2").text
    assert answer(client, "/blind?sample=2", "unsure").location == "/blind"
    assert "Nothing is left in the blind check" in client.get("/blind").text
    assert [sample.state for sample in read_samples(database)] == ["answered", "answered"]


def test_the_navigation_tells_how_many_wait(client, database):
    assert ">Blind check</a>" in client.get("/").text
    put_in_blind_check(database, 1, 0, 1)
    assert "Blind check <b>2</b></a>" in client.get("/").text


def test_a_sample_is_skipped_and_comes_again(client, database, run_page):
    put_in_blind_check(database, 1, 0)
    put_in_blind_check(database, run_page, 2)
    assert begin(client).location == "/blind?sample=1"
    assert begin(client, sample="1").location == "/blind?sample=2"
    assert begin(client, sample="2").location == "/blind?sample=1"
    assert get_page(database, run_page).claim is None


def test_a_sample_of_somebody_else_is_not_shown(client, database):
    put_in_blind_check(database, 1, 0)
    claim_page(database, 1, person="ben", now=now())
    assert FILLER not in client.get("/blind?sample=1").text
    assert begin(client).location == "/blind"


def test_undo_leads_to_the_block_on_its_page_where_it_is_no_longer_blind(client, database):
    put_in_blind_check(database, 1, 0)
    begin(client)
    answer(client, "/blind?sample=1", "news")
    taken = client.post("/undo", data={"csrf_token": token(client)})
    assert taken.location == "/pages/1?at=0#block-0"
    assert TELLING.search(block_of(client.get("/pages/1").text, 0))
    assert [sample.state for sample in read_samples(database)] == ["shown"]
    assert "Blind check</a>" in client.get("/").text


def test_on_its_page_a_block_in_the_blind_check_has_no_verdict_and_no_part_in_a_run(client, database, run_page):
    put_in_blind_check(database, run_page, 2)
    text = client.get(f"/pages/{run_page}").text
    assert "in the blind check" in block_of(text, 2)
    assert not TELLING.search(block_of(text, 2))
    assert 'class="block hidden"' in block_of(text, 2)
    assert "one run" not in text
    assert "<b>2</b> filler, <b>2</b> to check" in text


def test_the_keys_of_a_page_and_of_a_run_leave_it_out(client, database, run_page):
    put_in_blind_check(database, run_page, 2)
    data = {**form(client, 1, page=run_page), "scope": "run", "position": "1", "last": "3", "ruling": "filler"}
    client.post(f"/pages/{run_page}/decide", data=data)
    assert sorted(get_page(database, run_page).rulings) == [1, 3]
    answered = send(client, 0, page=run_page, scope="page")
    assert answered.status_code == 303
    assert sorted(get_page(database, run_page).rulings) == [0, 1, 3, 4]
    assert "Nothing is left to check on this page." in client.get(answered.location).text


def test_a_page_of_which_only_the_blind_check_is_left_is_not_handed_out_again(client, database, run_page):
    put_in_blind_check(database, run_page, 1, 2, 3)
    for _ in range(2):
        assert client.post("/next", data={"csrf_token": token(client)}).location.startswith("/pages/1")
    assert "<b>0</b> to check" in client.get(f"/pages/{run_page}").text


def test_who_decides_it_on_its_page_all_the_same_answers_it_and_that_is_not_blind(client, database):
    put_in_blind_check(database, 1, 0)
    send(client, 0)
    assert [act.blind for act in all_rows(database, acts)] == [False]
    assert [sample.state for sample in read_samples(database)] == ["shown"]
    assert "ruled by local" in client.get("/pages/1").text


def test_the_page_of_its_text_and_that_of_another_block_with_it_hide_the_verdict_too(client, database, model):
    add_pages(database, [Page("copy", (Block(FILLER, 0), Block("Council votes on harbour plan", 1)))], added_at=NOW)
    judge_stale(database, model)
    put_in_blind_check(database, 1, 0)
    assert not TELLING.search(block_of(client.get("/pages/2").text, 0))
    text = client.get(f"/texts/{fingerprint(FILLER)}").text
    assert "in the blind check" in text
    assert not TELLING.search(text)


def test_programs_are_told_no_verdict_either(client, database, home):
    from classifier.store.tokens import add_token

    put_in_blind_check(database, 1, 0)
    secret = add_token(database, "reader", now=NOW)
    page = client.get("/api/v1/pages/1", headers={"Authorization": f"Bearer {secret}"}).json
    assert (page["blocks"][0]["verdict"], page["summary"]["flagged"]) == (None, 0)
    assert page["blocks"][2]["verdict"] is not None


@pytest.mark.parametrize(
    "changes", [{"ruling": "undo"}, {"ruling": ""}, {"sample": "x"}, {"sample": ""}, {"page": "9" * 30}]
)
def test_a_form_that_says_nothing_clear_is_refused(client, database, changes):
    put_in_blind_check(database, 1, 0)
    begin(client)
    assert answer(client, "/blind?sample=1", **{"ruling": "news", **changes}).status_code == 400
    assert recorded(database) == []


def test_a_sample_that_went_away_is_refused_with_a_sentence(client, database):
    put_in_blind_check(database, 1, 0)
    begin(client)
    data = {**fields(client, "/blind?sample=1"), "ruling": "news"}
    drop_pages(database, [1])
    refused = client.post("/blind/decide", data=data)
    assert (refused.status_code, "does not wait any more" in refused.text) == (404, True)
    assert "Nothing waits." in client.get("/blind?sample=1").text


@pytest.mark.parametrize("sample", ["0", "-1", "99", "x", "9" * 30])
def test_odd_numbers_of_samples_are_answered(client, database, sample):
    put_in_blind_check(database, 1, 0)
    assert "Begin" in client.get("/blind", query_string={"sample": sample}).text


def test_an_empty_queue_has_nothing_to_check_blind(home, tmp_path):
    from classifier.store.opening import open_database

    empty = open_database(tmp_path / "empty.db")
    app = create_app(registry=Registry(home / "models"), database=empty, secret_key=b"k" * 32)
    assert "Nothing waits." in app.test_client().get("/blind").text
    assert PAGE.address not in app.test_client().get("/blind").text


def test_a_block_in_the_blind_check_has_no_receipt_and_cannot_be_pinned_until_it_is_answered(client, database, model):
    receipt = f"/verdicts/{get_page(database, 1).verdict_id(1)}"
    assert client.get(receipt).status_code == 200
    put_in_blind_check(database, 1, 1)
    for address in (receipt, "/pages/1/blocks/1/pin"):
        refused = client.get(address)
        assert (refused.status_code, "in the blind check" in refused.text) == (409, True)
    linked = re.findall(r'href="/verdicts/[^".]*\.\w+\.(\d+)"', client.get("/pages/1").text)
    assert linked == ["0", "2", "3"]


def test_a_block_in_the_blind_check_is_no_sample_of_its_campaign(client, database, model, run_page):
    other = replace(RUN, address="https://www.other.example/run", site="other.example")
    add_pages(database, [other], added_at=NOW)
    judge_stale(database, model)
    (campaign,) = re.findall(r"/campaigns/(\d+)", client.get("/campaigns").text)
    text = RUN.blocks[2].text
    assert text in client.get(f"/campaigns/{campaign}").text
    put_in_blind_check(database, run_page, 2)
    assert text not in client.get(f"/campaigns/{campaign}").text
