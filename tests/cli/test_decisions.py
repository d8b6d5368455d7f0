"""The verbs about the queue and the decisions: queue add, list and drop; decisions export and import."""

import json

import pytest

from classifier.store.opening import open_database
from classifier.store.queue import get_page
from tests.conftest import refused, run_newsieve
from tests.store.conftest import rule, rulings

TITLE = "9 Tips for Choosing the Perfect Wedding Photographer"
REPORT = "The council said on Tuesday that the pool would stay shut until March, officials told residents."


@pytest.fixture
def queued(newsieve, tmp_path):
    """A home with two pages in its queue, added by the command."""
    rows = [{"url": "https://www.paper.example/1", "text": f"{TITLE}\n{REPORT}\n"}, {"url": "b.txt", "text": REPORT}]
    (tmp_path / "pages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = newsieve("queue", "add", tmp_path / "pages.jsonl")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def database(home, queued):
    opened = open_database(home / "newsieve.db")
    rule(opened, 1, 0, "filler", "=anna")
    rule(opened, 1, 1, "news", "ben")
    return opened


def test_what_is_added_is_judged_at_once(newsieve, queued):
    assert "Added 2 of 2 pages" in queued.stderr
    rows = [json.loads(line) for line in newsieve("queue", "list").stdout.splitlines()]
    assert [(row["id"], row["address"], row["state"]) for row in rows] == [
        (1, "https://www.paper.example/1", "open"),
        (2, "b.txt", "done"),
    ]
    assert (rows[0]["flagged"], rows[0]["to_check"], rows[0]["blocks"], rows[0]["share"]) == (1, 1, 2, 0.5)


def test_without_a_model_pages_are_added_and_wait(tmp_path):
    done = run_newsieve("queue", "add", "-", home=tmp_path / "new", stdin=REPORT)
    assert done.returncode == 0, done.stderr
    assert "Added 1 of 1 pages" in done.stderr
    assert not (tmp_path / "new" / "models").exists()
    assert json.loads(run_newsieve("queue", "list", home=tmp_path / "new").stdout)["state"] == "waiting"


def test_the_list_is_filtered_ordered_and_cut(newsieve, queued):
    def listed(*options):
        return [json.loads(line)["id"] for line in newsieve("queue", "list", *options).stdout.splitlines()]

    assert listed("--state", "done") == [2]
    assert listed("--site", "PAPER.example") == [1]
    assert listed("--order", "newest") == [2, 1]
    assert listed("--order", "most-filler", "--limit", "1") == [1]
    assert sorted(listed("--order", "teaches-most")) == [1, 2]
    done = newsieve("queue", "list", "--limit", "1", "--format", "table")
    assert done.stdout.splitlines()[1].endswith("https://www.paper.example/1")
    assert done.stderr == "1 of 2 pages\n"


def test_pages_are_dropped_by_number_all_or_none(newsieve, queued, home):
    assert "page 9: not in the queue" in refused(newsieve("queue", "drop", 1, 9))
    assert newsieve("queue", "list").stdout.count("\n") == 2
    assert newsieve("queue", "drop", 1, 1).stderr.startswith("Dropped 1 pages")
    assert newsieve("queue", "list").stdout.count("\n") == 1


def test_pages_that_are_done_are_dropped_together(newsieve, queued):
    assert newsieve("queue", "drop", "--done").stderr.startswith("Dropped 1 pages")
    assert json.loads(newsieve("queue", "list").stdout)["id"] == 1


@pytest.mark.parametrize("arguments", [[], ["1", "--done"], ["0"], ["x"]])
def test_drop_needs_either_numbers_or_done(newsieve, arguments):
    assert newsieve("queue", "drop", *arguments).returncode == 2


@pytest.mark.parametrize("name", ["all.jsonl", "all.csv"])
def test_an_export_to_a_file_or_stdout_comes_in_elsewhere_and_leaves_the_same(newsieve, database, tmp_path, name):
    assert newsieve("decisions", "export", tmp_path / name).returncode == 0
    text = (tmp_path / name).read_bytes().decode()
    other = tmp_path / "other"
    done = run_newsieve("decisions", "import", tmp_path / name, home=other)
    assert done.stderr.startswith("Added 2 decisions in 2 acts; 0 acts were here already")
    printed = run_newsieve("decisions", "export", "--format", name.split(".")[1], home=other)
    assert printed.stdout == text.replace("\r\n", "\n")  # the test reads lines
    again = run_newsieve("decisions", "import", "-", home=other, stdin=text)
    assert again.stderr.startswith("Added 0 decisions in 0 acts; 2 acts were here already")


def test_imported_decisions_rule_the_texts_of_the_queue(newsieve, database, home, tmp_path):
    row = json.loads(newsieve("decisions", "export").stdout.splitlines()[0])
    row["decisions"][0]["ruling"] = "news"
    (tmp_path / "mine.jsonl").write_text(json.dumps(row | {"id": ""}))
    done = newsieve("decisions", "import", tmp_path / "mine.jsonl")
    assert done.stderr.endswith("1 texts are ruled otherwise than before\n")
    assert rulings(database, 1) == {0: "news", 1: "news"}
    assert get_page(database, 1).rulings[0].person == "=anna"


def test_a_bad_row_is_one_line_on_stderr_and_imports_nothing(newsieve, database, tmp_path):
    text = newsieve("decisions", "export").stdout
    (tmp_path / "bad.jsonl").write_text(text.replace('"filler"', '"fillr"'))
    assert "bad.jsonl:1: ruling is 'fillr'; use boilerplate" in refused(
        newsieve("decisions", "import", tmp_path / "bad.jsonl")
    )
    assert "No such file" in refused(newsieve("decisions", "import", tmp_path / "nothing"))
    assert newsieve("decisions", "export").stdout == text
