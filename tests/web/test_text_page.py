"""Asking why, half a year later: a text's verdict today, what people said, what they were shown."""

from classifier.store.dropping import drop_pages
from classifier.text import fingerprint
from tests.web.conftest import FILLER, send

ADDRESS = f"/texts/{fingerprint(FILLER)}"


def test_a_text_tells_where_it_stands_who_ruled_and_what_they_were_shown(client, model):
    send(client, 0, ruling="news")
    send(client, 0, ruling="filler")
    text = client.get(ADDRESS).text
    assert "on 1 page of 1 site" in text
    assert text.index("filler</span>") < text.index("news</span>")
    assert f"by <code>{model.card.version}</code>" in text
    assert "A text, ruled filler" in text
    assert "https://www.paper.example/1" in text
    assert ADDRESS in client.get("/pages/1").text


def test_what_was_said_of_a_text_outlives_its_pages(client, database):
    send(client, 0)
    drop_pages(database, [1])
    assert "On no page of the queue any more." in client.get(ADDRESS).text


def test_an_unknown_text_is_404(client):
    assert client.get("/texts/" + "0" * 32).status_code == 404
    for odd in ("0", "%00" * 32, "A" * 32, "%FF" * 32):
        assert client.get(f"/texts/{odd}").status_code == 404
