"""Activity over HTTP: what was decided, newest first; undo of one's own; figures of people; files."""

import csv
import io
import re
from datetime import timedelta

import pytest

from classifier.store.dropping import drop_pages
from classifier.store.exchange import export_acts
from classifier.store.opening import open_database
from tests.store.conftest import NOW, import_acts, rule, rulings
from tests.web.conftest import FILLER, PAGE, send, token


@pytest.fixture
def busy(client, database):
    """A desk where 'local' and 'ben' decided; local's first decision is act 1."""
    send(client, 0, ruling="filler")
    rule(database, 1, 0, "news", "ben")
    send(client, 1, ruling="news")
    return client


def acts(client, **given):
    """Return who decided what, and whether it can be taken back, as the page lists it."""
    text = client.get("/activity", query_string=given).text
    rows = re.findall(r"<tr(?: class=\"away\")?>(.*?)</tr>", text.partition("<tbody>")[2], re.DOTALL)
    cells = [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]
    return [
        (who, what, ruling.split()[-1], last.split()[-1] if last else "")
        for _when, who, what, ruling, _text, last in cells
    ]


def undo(client, act, **fields):
    return client.post(f"/activity/{act}/undo", data={"csrf_token": token(client), **fields})


def test_decisions_are_listed_newest_first_with_ruling_text_and_page(busy):
    assert acts(busy) == [
        ("local", "one block", "news", "Undo"),
        ("ben", "one block", "news", ""),
        ("local", "one block", "filler", "Undo"),
    ]
    text = busy.get("/activity").text
    assert FILLER in text
    assert 'href="/pages/1?at=1#block-1"' in text


def test_decisions_are_filtered(busy):
    assert [row[0] for row in acts(busy, person="ben")] == ["ben"]
    assert [row[2] for row in acts(busy, ruling="filler")] == ["filler"]
    assert len(acts(busy, site="paper.example")) == 3
    assert acts(busy, site="other.example") == []
    assert len(acts(busy, until="2026-01-02")) == 1
    assert [row[0] for row in acts(busy, until="2026-01-02", since="2026-01-02")] == ["ben"]
    assert acts(busy, standing="taken back") == []


@pytest.mark.parametrize(
    "given", [{"since": "yesterday"}, {"until": "9999-12-31"}, {"before": "x"}, {"before": 2**70}, {"ruling": "x"}]
)
def test_a_filter_that_is_none_filters_nothing(busy, given):
    assert len(acts(busy, **given)) == 3


def test_ones_own_act_is_taken_back_once_and_the_list_stays_as_it_was(busy, database):
    done = undo(busy, 3, person="local", before="9")
    assert (done.status_code, done.location) == (303, "/activity?person=local&before=9")
    assert rulings(database, 1) == {0: "news"}
    assert acts(busy)[0] == ("local", "one block", "news", "back")
    again = undo(busy, 3)
    assert (again.status_code, "Not saved: act 3: taken back already" in again.text) == (409, True)


def test_nobody_takes_back_what_somebody_else_decided(busy, database):
    assert [undo(busy, act).status_code for act in (2, 99, 0, 2**40)] == [409, 409, 404, 404]
    assert rulings(database, 1) == {0: "news", 1: "news"}


def test_nothing_is_taken_back_without_the_token_or_by_looking(busy):
    assert busy.post("/activity/1/undo").status_code == 400
    assert busy.get("/activity/1/undo").status_code == 405


def test_a_page_that_left_the_queue_is_named_without_a_link(busy, database):
    drop_pages(database, [1])
    text = busy.get("/activity").text
    assert f"{PAGE.address}, not in the queue" in text
    assert "/pages/1" not in text


def test_older_decisions_follow_in_parts_of_fifty(client, database):
    for number in range(53):
        rule(database, 1, 0, "news", "ben", minutes=number)
    first = client.get("/activity").text
    assert first.count("<time") == 50
    assert 'href="/activity?before=4"' in first
    assert client.get("/activity?before=4").text.count("<time") == 3


def test_a_desk_without_decisions_says_so(client):
    assert "Nobody has decided anything yet." in client.get("/activity").text
    assert "Nobody decided anything in that time." in client.get("/activity/people").text


def test_people_are_counted_with_their_agreement_and_its_interval(busy):
    text = re.sub(r"<[^>]+>|\s+", " ", busy.get("/activity/people?days=").text)
    assert re.search(r"local +2 +2 +0\.1 +24 +0 % +0 of 1 texts; 0–79 %", text)
    assert re.search(r"ben +1 +1 +0\.1 +12 +0 % +0 of 1 texts", text)
    assert " ben " not in re.sub(r"<[^>]+>|\s+", " ", busy.get("/activity/people?days=7").text)


@pytest.mark.parametrize("act_format", ["jsonl", "csv"])
def test_all_decisions_are_downloaded_as_a_file_that_comes_in_elsewhere(busy, database, tmp_path, act_format):
    undo(busy, 1)
    done = busy.get(f"/activity/decisions.{act_format}")
    assert done.headers["Content-Disposition"].startswith("attachment; filename=newsieve-decisions-2")
    assert done.headers["Content-Disposition"].endswith(f".{act_format}")
    (tmp_path / "file").write_bytes(done.data)
    other = open_database(tmp_path / "other.db")
    assert import_acts(other, [str(tmp_path / "file")]).acts == 4
    assert list(export_acts(other)) == list(export_acts(database))
    other.close()


def test_no_cell_of_the_csv_begins_a_formula(client, database):
    rule(database, 1, 0, "news", "=HYPERLINK(1)", minutes=-1)
    rows = list(csv.reader(io.StringIO(client.get("/activity/decisions.csv").text, newline="")))
    assert rows[1][1] == "'=HYPERLINK(1)"


def test_scraped_text_and_names_are_shown_never_run(client, database):
    rule(database, 1, 2, "filler", "<script>x</script>\u202e", minutes=-1)
    text = client.get("/activity").text + client.get("/activity/people?days=").text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "\u202e" not in re.sub(r'value="[^"]*"', "", text)


def test_a_file_that_cannot_be_begun_is_an_error_page(app, client, tmp_path):
    gone = open_database(tmp_path / "gone.db")
    for file in tmp_path.glob("gone.db*"):
        file.unlink()
    app.extensions["database"] = gone
    assert client.get("/activity/decisions.csv").status_code == 503


def test_who_decided_long_ago_is_in_the_figures_of_ever_only(client, database):
    rule(database, 1, 0, "news", "zoe", minutes=-timedelta(days=900) // timedelta(minutes=1))
    assert NOW.year == 2026
    assert ">zoe<" in client.get("/activity/people?days=").text
    assert ">zoe<" not in client.get("/activity/people?days=365").text


def test_the_figures_of_people_are_those_of_30_days_with_a_way_to_those_of_ever(client, database):
    rule(database, 1, 0, "news", "zoe", minutes=-timedelta(days=900) // timedelta(minutes=1))
    text = client.get("/activity/people").text
    assert 'value="30" selected' in text
    assert ">zoe<" not in text
    way = re.search(r'<a href="([^"]+)">Count what was ever decided</a>', text)[1]
    assert ">zoe<" in client.get(way).text
