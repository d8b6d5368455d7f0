"""Trying a page: judged at once, kept nowhere unless it is added."""

import io
import re
from html import unescape

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from classifier.registry import Registry
from classifier.store.opening import open_database
from classifier.store.queue import count_pages, get_page
from web import create_app

NEWS = "The council said on Tuesday that the pool would stay shut until March."
FILLER = "9 Tips for Choosing the Perfect Wedding Photographer - May 4, 2019"
TEXT = f"{NEWS}\n{FILLER}\n"
PAGE = f'<html><body><p>{NEWS}</p><ul><li>{FILLER}</li></ul><p style="display:none">casino bonus now</p></body></html>'


@pytest.fixture
def database(home):
    opened = open_database(home / "newsieve.db")
    yield opened
    opened.close()


@pytest.fixture
def client(home, database):
    return create_app(registry=Registry(home / "models"), database=database, secret_key=b"k" * 32).test_client()


def token(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/try").text)[1]


def attempt(client, text="", file=None, **fields):
    data = {"csrf_token": token(client), "text": text, **fields}
    if file:
        data["file"] = FileStorage(io.BytesIO(file[0]), filename=file[1])
    return post(client, "/try", data)


def post(client, address, fields):
    boundary, body = encode_multipart(fields)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def add(client, answer):
    """Press the button that adds what an answer shows."""
    form = answer.text[answer.text.index('action="/try/add"') :]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    given = {name: unescape(value) for name, value in fields.items()}
    return post(client, "/try/add", given)


def test_pasted_text_is_judged_with_reasons_and_nothing_is_stored(client, database):
    answer = attempt(client, TEXT)
    assert answer.status_code == 200
    assert re.findall(r'id="block-(\d+)"', answer.text) == ["0", "1"]
    assert 'class="badge news"' in answer.text
    assert '<mark class="filler' in answer.text
    assert "Nothing is stored" in answer.text
    assert count_pages(database) == 0


def test_pasted_html_is_told_by_its_first_characters(client):
    answer = attempt(client, PAGE)
    assert len(re.findall(r'id="block-\d+"', answer.text)) == 3
    assert "hidden text" in answer.text


def test_the_format_can_be_chosen(client):
    assert len(re.findall(r'id="block-\d+"', attempt(client, PAGE, format="text").text)) == 1
    assert len(re.findall(r'id="block-\d+"', attempt(client, TEXT, format="html").text)) == 1


def test_a_file_is_judged_in_its_encoding_and_goes_before_the_text(client):
    answer = attempt(client, "other", file=("Café in Zürich opens – mayor".encode("cp1252"), "C:/pages/page.txt"))
    assert "Café" in re.sub(r"<[^>]+>", "", answer.text)
    assert "page.txt " in answer.text
    assert "C:" not in answer.text
    assert "other" not in re.findall(r'<ol class="blocks tried">.*?</ol>', answer.text, re.DOTALL)[0]


def test_adding_stores_what_was_judged_and_leads_to_it(client, database):
    answer = add(client, attempt(client, PAGE.replace("<p>", "<p>\n")))
    assert (answer.status_code, answer.location) == (303, "/pages/1")
    page = get_page(database, 1).page
    assert [block.text for block in page.blocks] == [NEWS, FILLER, "casino bonus now"]
    assert [block.hidden for block in page.blocks] == [False, False, True]
    assert re.fullmatch(r"pasted [0-9a-f]{8}", page.address)


def test_a_file_is_added_under_its_name_as_it_was_decoded(client, database):
    page = b'<html><head><meta charset="iso-8859-1"></head><body><p>Caf\xe9 opens</p></body></html>'
    add(client, attempt(client, file=(page, "caf.html")))
    stored = get_page(database, 1).page
    assert [block.text for block in stored.blocks] == ["Café opens"]
    assert re.fullmatch(r"caf\.html [0-9a-f]{8}", stored.address)


def test_the_same_paste_added_twice_is_one_page_and_two_pastes_are_two(client, database):
    assert add(client, attempt(client, TEXT)).location == "/pages/1"
    assert add(client, attempt(client, TEXT)).location == "/pages/1"
    assert add(client, attempt(client, TEXT + "More of it, the mayor said.")).location == "/pages/2"
    assert count_pages(database) == 2


@pytest.mark.parametrize("text", ["", " \n\t ", "<html></html>", "<!-- -->", "\u200b\n\u200b", "-\n*\n"])
def test_nothing_to_judge_is_said_in_one_sentence(client, database, text):
    answer = attempt(client, text)
    assert answer.status_code == 400
    assert len(re.findall(r'id="fault"[^>]*>[^<]*paste text or HTML, or choose a file', answer.text)) == 1
    assert count_pages(database) == 0


@pytest.mark.parametrize("file", [b"%PDF-1.7 x", b"PAR1xxxx", b'{"html": "<p>x</p>"}', bytes(range(256)) * 20, b""])
def test_a_file_that_is_no_page_is_refused_by_name_with_what_is_taken(client, file):
    answer = attempt(client, file=(file, "it.bin"))
    assert answer.status_code == 400
    (sentence,) = re.findall(r'id="fault"[^>]*>(it\.bin: [^<]*)<', answer.text)
    assert "text or HTML" in sentence
    assert "Parquet" not in sentence


@pytest.mark.parametrize(
    "text", ["<p>open <b>and <i>never <table>closed", "<" * 5_000, "<p" + " a" * 5_000, "<div>" * 20_000]
)
def test_broken_html_is_read_as_well_as_it_can_be(client, text):
    assert attempt(client, text + "Council votes on harbour plan").status_code in {200, 400}


def test_scraped_text_is_shown_never_run_also_after_a_fault(client):
    nasty = '"><script>alert(1)</script></textarea><img src=x onerror=alert(1)>\u202e'
    for answer in (
        attempt(client, nasty, format="text"),
        attempt(client, "{" + nasty),
        attempt(client, file=(nasty.encode(), nasty)),
    ):
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text


def test_a_page_of_20_mb_is_413_with_the_limit_named(client, database):
    answer = attempt(client, "x" * 20_000_000)
    assert answer.status_code == 413
    assert "2,000,000 bytes" in answer.text
    assert attempt(client, file=(b"x" * 2_100_000, "large.txt")).status_code == 413
    assert count_pages(database) == 0


def test_a_text_that_is_too_large_is_shown_again_as_it_was_typed(client, database):
    answer = attempt(client, "<b>long</b>" + "é" * 1_000_000, format="text")
    assert answer.status_code == 413
    assert "more than 2,000,000 bytes" in re.search(r'id="fault"[^>]*>([^<]*)<', answer.text)[1]
    assert re.search(r"<textarea[^>]*>\s&lt;b&gt;long&lt;/b&gt;é{1000000}</textarea>", answer.text)
    assert '<option value="text" selected>' in answer.text
    assert count_pages(database) == 0


def test_almost_two_megabytes_can_be_tried_and_added(client, database):
    text = "é" * 500 + "\n"
    answer = attempt(client, file=((text * 3_900).encode("cp1252"), "large.txt"))
    assert answer.status_code == 200
    assert "The first 300 of 3,900 blocks are shown" in answer.text
    assert add(client, answer).status_code == 303
    assert len(get_page(database, 1).page.blocks) == 3_900


def test_other_forms_keep_their_limit(client):
    data = {"csrf_token": token(client), "more": "x" * 200_000}
    assert client.post("/next", data=data).status_code == 413


@pytest.mark.parametrize("address", ["/try", "/try/add"])
def test_without_the_token_nothing_is_judged_or_added(client, database, address):
    assert client.post(address, data={"text": TEXT, "name": "x", "format": "text"}).status_code == 400
    assert count_pages(database) == 0


def test_an_addition_without_text_adds_nothing(client, database):
    answer = client.post("/try/add", data={"csrf_token": token(client), "text": " ", "name": "x"})
    assert answer.location == "/try"
    assert count_pages(database) == 0


def test_a_name_cannot_pose_as_a_site(client, database):
    data = {"csrf_token": token(client), "text": TEXT, "name": "https://bbc.example/news/1"}
    client.post("/try/add", data=data)
    page = get_page(database, 1).page
    assert (page.address[:2], page.site) == ("1 ", "")


def test_an_address_in_a_pasted_page_is_never_fetched(client, database):
    canonical = '<html><head><link rel="canonical" href="https://www.paper.example/1"></head><body><p>Council votes</p>'
    answer = attempt(client, canonical)
    assert "https://www.paper.example/1" in answer.text
    add(client, answer)
    assert get_page(database, 1).page.site == "paper.example"


def test_without_a_model_the_page_says_503(client, home):
    (home / "models" / "current.json").unlink()
    assert attempt(client, TEXT).status_code == 503
