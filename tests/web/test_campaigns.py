"""Campaigns over HTTP: listed, previewed, decided on as a whole, taken back as a whole, and told to others."""

import re

import pytest

from classifier.blocks import Block, Page
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.store.conftest import NOW, TITLES, add_spam, rule, spammed
from tests.store.test_pins import pin_block
from tests.web.conftest import recorded


@pytest.fixture
def database(place, model):
    """A desk's database with a campaign on six pages."""
    opened = open_database(place)
    add_spam(opened, model)
    yield opened
    opened.close()


def previewed(client, ruling="filler"):
    """Return what a browser would send for the form of the preview."""
    text = client.get("/campaigns/1/preview", query_string={"ruling": ruling}).text
    found = re.search(r'<form method="post" action="/campaigns/1/decide">(.*?)</form>', text, re.DOTALL)[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))


def rulings_in(database):
    return [ruling for ruling, *_rest in recorded(database)]


def test_campaigns_are_listed_filtered_and_ordered(client, database):
    text = client.get("/campaigns").text
    assert TITLES[0] in text
    assert re.search(r'data-name="Pages">6<', text)
    assert re.search(r'data-name="Undecided"><b>5</b>', text)
    assert "Campaign 1<" in client.get("/campaigns?site=SITE0.example&order=newest&state=undecided").text
    assert "No campaign is like that" in client.get("/campaigns?state=decided").text


@pytest.mark.parametrize("place", ["SQLite"], indirect=True)
def test_the_preview_names_the_tests_that_the_decision_ends(client, database):
    pin_block(database, 1, reason="A title for sale")
    assert "Ends a test" not in client.get("/campaigns/1/preview?ruling=filler").text
    text = client.get("/campaigns/1/preview?ruling=news").text
    assert "ann pinned the text as a test that must be filler: <q>A title for sale</q>" in text


def test_an_empty_list_says_why(client, database):
    drop_pages(database, range(1, 6))
    assert "No campaign yet" in client.get("/campaigns").text


def test_a_campaign_shows_since_when_where_how_it_reads_and_hosts_that_are_no_links(client):
    text = client.get("/campaigns/1").text
    assert "5 texts on 6 pages of 3 sites" in text
    assert "First seen <time" in text
    assert "Why Every Small Business Needs a Payday Loan Broker" in text
    assert "spam.example" in text
    assert not re.search(r'href="(?![/#])', text)


def test_rulings_are_offered_in_one_order_everywhere(client):
    def offered(address, pattern):
        return list(dict.fromkeys(re.findall(pattern, client.get(address).text)))

    button = r'<button name="ruling" value="(\w+)"'
    order = ["news", "filler", "boilerplate", "unsure"]
    assert offered("/pages/1", button) == order
    assert offered("/campaigns/1", button) == order
    assert offered("/activity", r'<option value="(\w+)"')[:4] == order


def test_scraped_text_is_shown_never_run(client, database, model):
    nasty = "<script>alert(1)</script> \u202e 9 Tips for Choosing the Best Online Casino Bonus Today"
    for number in (1, 2):
        page = Page(
            f"https://x.example/{number}?<b>\u202e", (Block(nasty, 0, link_hosts=("<b>.example",)),), "x.example"
        )
        add_pages(database, [page], added_at=NOW)
    while judge_stale(database, model):
        pass
    found = re.search(r"/campaigns/(\d+)", client.get("/campaigns?site=x.example").text)[1]
    for path in (f"/campaigns/{found}", "/campaigns", f"/campaigns/{found}/preview?ruling=news"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "<b>.example" not in text
    told = client.get(f"/campaigns/{found}/evidence.txt").text
    assert "<U+202E> 9 Tips" in " ".join(told.split())


def test_a_preview_changes_nothing_and_names_who_would_be_overruled(client, database):
    rule(database, 2, 1, "news", "ben")
    text = client.get("/campaigns/1/preview?ruling=filler").text
    assert re.search(r"Overruled:</b> 1 text that ben", text)
    assert "all 5 texts" in text
    assert rulings_in(database) == ["news"]


def test_one_decision_holds_for_all_texts_and_is_taken_back_as_a_whole(client, database):
    done = client.post("/campaigns/1/decide", data=previewed(client))
    assert (done.status_code, done.location) == (303, "/campaigns/1")
    text = client.get("/campaigns/1").text
    assert "Saved: campaign 1 filler" in text
    assert rulings_in(database) == ["filler"] * 5
    assert "Campaign 1<" in client.get("/campaigns?state=decided").text
    found = re.search(r'<form method="post" action="/campaigns/1/undo">(.*?)</form>', text, re.DOTALL)[1]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found))
    assert client.post("/campaigns/1/undo", data=fields).status_code == 303
    text = client.get("/campaigns/1").text
    assert "Took back: filler on 5 texts" in text
    assert "/campaigns/1/undo" not in text
    assert client.post("/campaigns/1/undo", data=fields).status_code == 409


def test_a_double_click_is_one_act(client, database):
    fields = previewed(client)
    assert [client.post("/campaigns/1/decide", data=fields).status_code for _ in range(2)] == [303, 303]
    assert len(rulings_in(database)) == 5


def test_a_stale_preview_decides_nothing_and_shows_how_it_is_now(client, database, model):
    fields = previewed(client)
    add_pages(database, [spammed(9, (*TITLES, "How to Sell a House Fast for Cash in Any Market"))], added_at=NOW)
    while judge_stale(database, model):
        pass
    refused = client.post("/campaigns/1/decide", data=fields)
    assert refused.status_code == 409
    assert "Not saved" in refused.text
    assert "all 6 texts" in refused.text
    assert rulings_in(database) == []


def test_evidence_comes_as_a_file_for_one_site_and_category(client):
    given = client.get("/campaigns/1/evidence.txt?site=site0.example&category=hacked+content")
    assert given.headers["Content-Disposition"] == 'attachment; filename="campaign-1-site0.example.txt"'
    assert given.content_type == "text/plain; charset=utf-8"
    assert "hacked content" in " ".join(given.text.split())
    assert client.get("/campaigns/1/evidence.txt").headers["Content-Disposition"].endswith('"campaign-1.txt"')


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/campaigns/99", 404),
        ("/campaigns/99/preview?ruling=filler", 404),
        ("/campaigns/99/evidence.txt", 404),
        ("/campaigns/99999999999999999999", 404),
        ("/campaigns/1/preview?ruling=undo", 400),
        ("/campaigns/1/preview", 400),
        ("/campaigns/1/evidence.txt?category=rudeness", 400),
        ("/campaigns/1/evidence.txt?site=nowhere.example", 404),
        ("/campaigns?site=a%00b", 200),
        ("/campaigns/1/evidence.txt?site=a%00b", 404),
        ("/campaigns?part=99999999999999999999&order=x&state=y", 200),
        ("/campaigns/1?part=-5", 200),
        ("/campaigns/1/decide", 405),
    ],
)
def test_bad_input_is_answered_with_a_sentence(client, path, status):
    given = client.get(path)
    assert given.status_code == status
    assert "Traceback" not in given.text


@pytest.mark.parametrize("seen", ["9" * 30, "-" + "9" * 30, "-1"])
def test_a_number_that_no_column_holds_is_refused(client, database, seen):
    fields = previewed(client)
    assert client.post("/campaigns/1/decide", data={**fields, "seen": seen}).status_code == 400
    assert client.post("/campaigns/1/undo", data={**fields, "act": seen}).status_code == 400
    assert rulings_in(database) == []


def test_a_form_number_with_nul_in_it_is_kept_without(client, database):
    assert client.post("/campaigns/1/decide", data={**previewed(client), "form": "a\0b"}).status_code == 303
    assert len(rulings_in(database)) == 5


def test_nothing_is_decided_without_a_token_or_on_a_campaign_that_is_gone(client, database):
    fields = previewed(client)
    without = {name: value for name, value in fields.items() if name != "csrf_token"}
    assert client.post("/campaigns/1/decide", data=without).status_code == 400
    assert client.post("/campaigns/99/decide", data=fields).status_code == 404
    assert client.post("/campaigns/1/undo", data={"csrf_token": fields["csrf_token"], "act": "x"}).status_code == 400
    assert rulings_in(database) == []
