"""The verbs about the queue and what goes out and in: queue add, list and drop; export and import."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from classifier.cli import main
from classifier.labelled import read_examples
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
    assert newsieve("export", "decisions", tmp_path / name).returncode == 0
    text = (tmp_path / name).read_bytes().decode()
    other = tmp_path / "other"
    done = run_newsieve("import", tmp_path / name, home=other)
    assert done.stderr.startswith("Import 1: added 2 decisions in 2 acts; 0 acts were here already")
    printed = run_newsieve("export", "decisions", "--format", name.split(".")[1], home=other)
    assert printed.stdout == text.replace("\r\n", "\n")  # the test reads lines
    again = run_newsieve("import", "-", home=other, stdin=text)
    assert again.stderr == "Added no decisions; 2 acts were here already\n"


def test_imported_decisions_rule_the_texts_of_the_queue(newsieve, database, home, tmp_path):
    row = json.loads(newsieve("export", "decisions").stdout.splitlines()[0])
    row["decisions"][0]["ruling"] = "news"
    (tmp_path / "mine.jsonl").write_text(json.dumps(row | {"id": ""}))
    done = newsieve("import", tmp_path / "mine.jsonl")
    assert "1 texts are ruled otherwise than before\n" in done.stderr
    assert rulings(database, 1) == {0: "news", 1: "news"}
    assert get_page(database, 1).rulings[0].person == "=anna"


def test_a_bad_row_is_one_line_on_stderr_and_imports_nothing(newsieve, database, tmp_path):
    text = newsieve("export", "decisions").stdout
    (tmp_path / "bad.jsonl").write_text(text.replace('"filler"', '"fillr"'))
    assert "bad.jsonl:1: ruling is 'fillr'; use boilerplate" in refused(newsieve("import", tmp_path / "bad.jsonl"))
    assert "No such file" in refused(newsieve("import", tmp_path / "nothing"))
    assert newsieve("export", "decisions").stdout == text


def test_an_export_never_writes_over_a_file_unless_told_to(newsieve, database, tmp_path):
    (tmp_path / "mine.csv").write_text("mine")
    for what in ("decisions", "pages", "labels"):
        done = newsieve("export", what, tmp_path / "mine.csv")
        assert "is there already; give another name, or --force to write over it" in refused(done)
    assert (tmp_path / "mine.csv").read_text() == "mine"
    assert newsieve("export", "labels", "--force", tmp_path / "mine.csv").returncode == 0
    assert (tmp_path / "mine.csv").read_text().startswith('"text","label","page"')


@pytest.mark.parametrize("what", ["decisions", "pages", "labels"])
def test_an_export_that_finds_no_room_says_so_in_a_sentence(newsieve, database, what):
    assert refused(newsieve("export", what, "/dev/full")) == "Error: /dev/full: No space left on device"


def test_pages_and_decisions_go_to_another_home_in_one_command_and_are_judged_there(
    newsieve, database, tmp_path, trained_home
):
    for what in ("decisions", "pages"):
        assert newsieve("export", what, tmp_path / what).returncode == 0
    other = tmp_path / "other"
    shutil.copytree(trained_home, other)
    done = run_newsieve("import", tmp_path / "pages", tmp_path / "decisions", home=other)
    assert "Added 2 pages; 0 were here already" in done.stderr
    assert "Import 1: added 2 decisions" in done.stderr
    assert run_newsieve("export", "pages", home=other).stdout == (tmp_path / "pages").read_text()
    assert run_newsieve("queue", "list", home=other).stdout.count('"state": "done"') == 2
    again = run_newsieve("import", tmp_path / "pages", tmp_path / "decisions", home=other)
    assert "Added 0 pages; 2 were here already\nAdded no decisions; 2 acts" in again.stderr


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv", "labels.parquet"])
def test_exported_labels_are_labelled_files(newsieve, database, tmp_path, name):
    assert newsieve("export", "labels", tmp_path / name).returncode == 0
    examples = read_examples([tmp_path / name], notify=pytest.fail)
    assert {(e.text, e.label) for e in examples} == {(TITLE, "filler"), (REPORT, "news")}


def test_labels_go_to_standard_output_as_parquet_too(database, home, tmp_path):
    done = CliRunner().invoke(main, ["--home", str(home), "export", "labels", "--format", "parquet"])
    (tmp_path / "labels.parquet").write_bytes(done.stdout_bytes)
    examples = read_examples([tmp_path / "labels.parquet"], notify=pytest.fail)
    assert {(e.text, e.label) for e in examples} == {(TITLE, "filler"), (REPORT, "news")}


def test_imports_are_listed_and_can_be_left_out(newsieve, database, home, tmp_path):
    (tmp_path / "spam.csv").write_text("text,label\nBuy 1000 followers now,SPAM\n")
    assert "spam.csv:1: label is 'SPAM'" in refused(newsieve("import", tmp_path / "spam.csv"))
    done = newsieve("import", "--map", "spam=filler", "--person", "cleo", tmp_path / "spam.csv")
    assert "people who had decided nothing here: cleo" in done.stderr
    (row,) = map(json.loads, newsieve("import", "--list").stdout.splitlines())
    assert (row["id"], row["files"], row["acts"], row["decisions"]) == (1, "spam.csv", 1, 1)
    assert "followers" in newsieve("export", "labels").stdout
    assert "followers" not in newsieve("export", "labels", "--without", "import:1").stdout
    assert newsieve("forget", "import:1", "--reason", "spam").returncode == 0
    assert "followers" not in newsieve("export", "labels").stdout
    for listed, told in ((("import", "--list"), "1 decisions  by .*  spam.csv"), (("forget",), "by .* on .*  spam")):
        done = CliRunner().invoke(main, ["--home", str(home), *listed, "--format", "table"])
        assert re.fullmatch(f"import:1  .*{told}\n", done.stdout)


def test_a_clock_that_is_ahead_is_told_in_whole_days(newsieve, database, tmp_path):
    row = json.loads(newsieve("export", "decisions").stdout.splitlines()[0])
    later = (datetime.now(UTC) + timedelta(days=3, hours=1)).replace(tzinfo=None).isoformat()
    (tmp_path / "ahead").write_text(json.dumps(row | {"id": "", "person": "cleo", "acted_at": f"{later}Z"}))
    assert "the newest act is dated 3 days later than" in newsieve("import", tmp_path / "ahead").stderr


@pytest.mark.parametrize("arguments", [[], ["--list", "x"], ["--map", "x=spam", "x"], ["--map", "news", "x"]])
def test_import_needs_files_or_list_and_a_meaning_for_each_name(newsieve, arguments):
    assert newsieve("import", *arguments).returncode in (1, 2)
