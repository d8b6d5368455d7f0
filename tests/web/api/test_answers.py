"""What the interface for programs answers: judged pages, queued pages, decisions."""

import json
from pathlib import Path

from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.cli import main
from classifier.registry import Registry
from classifier.store.history import undo
from classifier.store.queue import count_pages, get_page
from tests.conftest import add_version
from tests.store.conftest import NOW, rule
from tests.web.api.conftest import FILLER, NEWS, PAGE, client_with, failed
from web import create_app

DEMO = sorted((Path(__file__).parents[3] / "web" / "demo").iterdir())


def test_a_page_is_judged_block_by_block_and_nothing_is_kept(client, database, model):
    answer = client.post("/api/v1/classify", json=PAGE)
    assert (answer.status_code, answer.json["page"], answer.json["model"]) == (200, PAGE["url"], model.card.version)
    assert [(block["position"], block["text"], block["label"]) for block in answer.json["blocks"]] == [
        (0, FILLER, "filler"),
        (1, NEWS, "news"),
    ]
    assert set(answer.json["blocks"][0]) == {"position", "text", "label", "score", "needs_review", "doubt"}
    assert count_pages(database) == 0


def test_files_are_judged_as_the_command_line_judges_them_to_the_last_reason(client, newsieve):
    done = newsieve("classify", "--format", "jsonl", "--explain", *DEMO)
    answers = [client.post("/api/v1/classify?explain=true", json=whole(file)).json for file in DEMO]
    assert [row for answer in answers for row in rows(answer)] == [
        json.loads(line) for line in done.stdout.splitlines()
    ]


def whole(file):
    """Return what to send of a file."""
    return {"url": str(file), "html" if file.suffix == ".html" else "text": file.read_text(encoding="utf-8")}


TEXTS = st.one_of(st.sampled_from([FILLER, NEWS, "Advertisement", "-", ""]), st.text(max_size=40))
HTML = st.builds("<p>{}</p><ul><li>{}</ul><a href='https://spam.example'>{}</a>".format, TEXTS, TEXTS, TEXTS)
PAGES = st.one_of(
    st.fixed_dictionaries({"text": st.builds("\n".join, st.lists(TEXTS, min_size=1)).filter(bool)}),
    st.fixed_dictionaries({"html": HTML}),
    st.fixed_dictionaries({"blocks": st.lists(TEXTS | st.fixed_dictionaries({"text": TEXTS}), min_size=1)}),
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(pages=st.lists(PAGES, min_size=1, max_size=8), explain=st.booleans())
def test_whatever_page_is_sent_the_answer_is_the_command_lines(client, trained_home, tmp_path, pages, explain):
    sent = [{"url": f"https://paper.example/{n}", **page} for n, page in enumerate(pages)]
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, sent)), encoding="utf-8")
    options = ["--home", str(trained_home), "classify", "--format", "jsonl", *(["--explain"] if explain else [])]
    printed = CliRunner().invoke(main, [*options, str(tmp_path / "pages.jsonl")], catch_exceptions=False).stdout
    expected = [json.loads(line) for line in printed.splitlines()]
    answers = [client.post(f"/api/v1/classify?explain={str(explain).lower()}", json=page) for page in sent]
    found = [row for answer in answers if answer.status_code == 200 for row in rows(answer.json)]
    if not explain:  # the command line prints the strongest reasons then
        expected = [{key: value for key, value in row.items() if key != "reasons"} for row in expected]
    assert found == expected
    assert {answer.status_code for answer in answers} <= {200, 422}


def rows(answer):
    """Return an answer of classify as the rows of the command line."""
    about = {"page": answer["page"], "model": answer["model"]}
    return [{**about, **{k: v for k, v in block.items() if k != "doubt"}} for block in answer["blocks"]]


def test_a_new_page_is_queued_and_judged_before_the_answer(client, database, model):
    answer = client.post("/api/v1/pages", json=PAGE)
    assert (answer.status_code, answer.json["id"], answer.location) == (201, 1, "/api/v1/pages/1")
    assert answer.json["summary"] | {"doubt": 0, "worth": 0, "to_check": 0} == {
        "state": "open",
        "blocks": 2,
        "flagged": 1,
        "to_check": 0,
        "unsure": 0,
        "share": 0.5,
        "doubt": 0,
        "worth": 0,
        "campaigns": [],
    }
    assert get_page(database, 1).model == model.card.version


def test_a_page_that_is_there_already_is_answered_with_its_number(client, database):
    client.post("/api/v1/pages", json=PAGE)
    again = client.post("/api/v1/pages", json=PAGE)
    assert (again.status_code, again.json["id"], count_pages(database)) == (200, 1, 1)
    other = client.post("/api/v1/pages", json=PAGE | {"url": "https://www.paper.example/2"})
    assert (other.status_code, other.json["id"]) == (201, 2)


def test_a_page_judged_by_an_older_version_is_judged_anew_when_it_is_sent_again(home, database, secret):
    registry = Registry(home / "models")
    client = client_with(create_app(registry=registry, database=database, secret_key=b"k" * 32), secret)
    client.post("/api/v1/pages", json=PAGE)
    newer = add_version(registry, registry.pointer().current, "20300101T000000Z-00000000")
    registry.promote(newer, by="anna", at=NOW)
    assert client.get("/api/v1/pages/1").json["model"] != newer
    client.post("/api/v1/pages", json=PAGE)
    assert client.get("/api/v1/pages/1").json["model"] == newer


def test_without_a_model_nothing_is_judged_and_nothing_is_queued(tmp_path, database, secret):
    app = create_app(registry=Registry(tmp_path / "models"), database=database, secret_key=b"k" * 32)
    for address in ("/api/v1/classify", "/api/v1/pages"):
        assert "newsieve promote" in failed(client_with(app, secret).post(address, json=PAGE), 503)
    assert count_pages(database) == 0


def test_a_page_is_read_with_verdicts_rulings_and_repeats(client, database):
    client.post("/api/v1/pages", json=PAGE)
    client.post("/api/v1/pages", json={"url": "https://other.example/", "text": f"{FILLER}\nother"})
    rule(database, 1, 0, "filler", "anna")
    page = client.get("/api/v1/pages/1").json
    assert (page["url"], page["site"], page["summary"]["blocks"]) == (PAGE["url"], "paper.example", 2)
    first, second = page["blocks"]
    assert first["ruling"] == {"ruling": "filler", "person": "anna", "decided_at": "2026-01-02T03:04:05.000000Z"}
    assert (first["repeats"], second["repeats"]) == ({"pages": 2, "sites": 2}, {"pages": 1, "sites": 1})
    assert (first["verdict"]["label"], second["verdict"]["label"], second["ruling"]) == ("filler", "news", None)
    assert client.get("/api/v1/pages/2").json["blocks"][0]["place"] == {"start": 0, "end": len(FILLER)}


def test_decisions_are_followed_from_where_one_left_off(client, database):
    client.post("/api/v1/pages", json=PAGE)
    rule(database, 1, 0, "filler")
    first = client.get("/api/v1/decisions").json
    (entry,) = first["entries"]
    assert (entry["kind"], entry["person"], entry["stands"], entry["decision"]["ruling"]) == (
        "block",
        "anna",
        True,
        "filler",
    )
    assert (entry["decision"]["text"], entry["decision"]["url"]) == (FILLER, PAGE["url"])
    undo(database, person="anna", now=NOW)
    rule(database, 1, 1, "news")
    second = client.get("/api/v1/decisions", query_string={"since": first["next"], "limit": 1}).json
    assert [(e["kind"], e["toggles"], e["decision"]) for e in second["entries"]] == [("undo", entry["act"], None)]
    third = client.get("/api/v1/decisions", query_string={"since": second["next"]}).json
    assert [e["decision"]["position"] for e in third["entries"]] == [1]
    last = client.get("/api/v1/decisions", query_string={"since": third["next"]}).json
    assert last == {"entries": [], "next": third["next"]}


def test_a_page_of_5000_blocks_and_a_block_of_a_megabyte_are_judged(client):
    long = {"url": "https://a.example/", "blocks": [f"Council votes on plan {n}" for n in range(5_000)]}
    assert len(client.post("/api/v1/classify", json=long).json["blocks"]) == 5_000
    number = client.post("/api/v1/pages", json=long).json["id"]
    assert len(client.get(f"/api/v1/pages/{number}").json["blocks"]) == 5_000
    assert client.post("/api/v1/classify", json={"text": "casino " * 150_000}).status_code == 200
