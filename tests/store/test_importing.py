"""An import has a number, adds all or nothing whatever stops it, and adds nothing the second time."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.blocks import Block, Page, Span
from classifier.consensus import consensus
from classifier.errors import InputError, TrainingDataError
from classifier.left_out import parse_rule
from classifier.store.act_files import act_lines
from classifier.store.checking import verify
from classifier.store.exchange import export_acts
from classifier.store.importing import list_imports
from classifier.store.opening import open_database
from classifier.store.page_files import page_lines
from classifier.store.queue import add_dated, add_pages, get_page
from classifier.store.statements import statements
from tests.conftest import NEWSIEVE, fresh_schema, refused, run_newsieve
from tests.store.conftest import NOW, OTHER, PAGE, import_acts, rule, rulings
from tests.store.test_exchange import ACTS, NASTY

LABELS = [{"text": "Council votes", "label": "filler"}, {"text": "Nobody queued this", "label": "news"}]


@pytest.fixture
def labels(tmp_path):
    return lines(tmp_path / "labels.jsonl", LABELS)


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def exported(database):
    return "".join(act_lines(export_acts(database), "jsonl")), "".join(page_lines(database))


def acts(count, **facts):
    """Return acts by hand, each on a text of its own."""
    shown = {"shown_model": "v", "shown_label": "news", "shown_score": 0.5}
    return [
        {
            "person": "zoe",
            "acted_at": "2026-01-02T03:04:05Z",
            "kind": "block",
            **facts,
            "decisions": [{"text": f"Text {n}", "address": "a", "site": "", "position": 0, "ruling": "news", **shown}],
        }
        for n in range(count)
    ]


def test_labels_become_decisions_and_the_same_file_twice_adds_nothing(database, labels):
    done = import_acts(database, [labels])
    assert (done.number, done.acts, done.undated, done.newcomers) == (1, 2, 2, ("import",))
    assert rulings(database, 1) == {1: "filler"}
    again = import_acts(database, [labels, labels])
    assert (again.number, again.acts, again.known) == (None, 0, 4)
    (listed,) = list_imports(database)
    assert (listed.person, listed.files, listed.acts, listed.decisions) == ("root", "labels.jsonl", 2, 2)
    assert verify(database) == []


def test_each_import_has_a_number_that_can_be_left_out(database, labels, tmp_path):
    import_acts(database, [labels])
    done = import_acts(database, [lines(tmp_path / "b", acts(2)), lines(tmp_path / "c", acts(3))])
    assert (done.number, done.acts, done.known) == (2, 3, 2)
    left = statements(database, without=[parse_rule("import:1")])
    assert {one.text for one in left} == {"Text 0", "Text 1", "Text 2"}
    assert [(one.id, one.files) for one in list_imports(database)] == [(2, "b, c"), (1, "labels.jsonl")]
    assert "import" not in json.loads(exported(database)[0].splitlines()[0]), "a number belongs to its database"


def test_labels_of_unknown_pages_are_texts_of_their_own_in_training(database, labels):
    import_acts(database, [labels])
    assert len({example.site for example in consensus(statements(database)).examples}) == 2


def test_a_label_belongs_to_whom_the_file_names_or_the_import(database, tmp_path):
    named = [{**row, "annotator": "ann"} for row in LABELS]
    file = lines(tmp_path / "named", named)
    assert import_acts(database, [file]).newcomers == ("ann",)
    assert import_acts(database, [file], person="ben").newcomers == ("ben",)


def test_an_unknown_label_stops_everything_and_is_named(database, labels, tmp_path):
    file = lines(tmp_path / "spam", [*LABELS, {"text": "x", "label": "spam"}])
    with pytest.raises(TrainingDataError, match=r"spam:3: label is 'spam'; use 'news', .* --map 'THEIRS=filler'"):
        import_acts(database, [labels, file])
    assert exported(database)[0] == ""
    assert list_imports(database) == []
    assert import_acts(database, [file], names=["spam=filler"]).acts == 3


def test_what_says_nothing_is_told(database, tmp_path):
    told = []
    file = lines(tmp_path / "p", [{"text": "x", "label": "news", "answer": "ignore"}])
    assert import_acts(database, [file], notify=told.append).acts == 0
    assert told == [f"{file}: left out what says nothing of a text: 1 ignored"]


def test_a_file_that_is_nothing_of_ours_is_named(database, tmp_path):
    (tmp_path / "page.html").write_text("<p>Council votes on the plan\n")
    with pytest.raises(
        InputError, match=r"page\.html: no decisions, pages or labelled texts in it; newsieve queue add"
    ):
        import_acts(database, [tmp_path / "page.html"])


def test_a_clock_that_is_ahead_changes_no_order_and_is_told_of(database, tmp_path):
    """Decisions count in the order in which they reach a database; their times are only shown, and for since:."""
    rule(database, 1, 1, "news", "anna")
    ahead = acts(1, acted_at="2026-01-02T04:04:05Z")
    ahead[0]["decisions"][0] |= {"text": "Council votes", "ruling": "filler"}
    done = import_acts(database, [lines(tmp_path / "ahead", ahead)])
    assert done.ahead == timedelta(hours=1)
    assert rulings(database, 1) == {1: "filler"}, "the newest to arrive"
    rule(database, 1, 1, "boilerplate", "anna", minutes=1)
    assert rulings(database, 1) == {1: "boilerplate"}, "arrived later, though its clock says earlier"
    behind = acts(1, acted_at="2026-01-02T01:04:05Z")
    behind[0]["decisions"][0] |= {"text": "Council votes", "ruling": "news"}
    assert import_acts(database, [lines(tmp_path / "behind", behind)]).ahead == timedelta()
    assert rulings(database, 1) == {1: "news"}
    since = statements(database, without=[parse_rule("since:2026-01-02T04:00")])
    assert {(one.person, one.ruling) for one in since} == {("anna", "boilerplate"), ("zoe", "news")}


def test_pages_come_back_as_they_were_with_their_times(database, tmp_path):
    text = exported(database)[1]
    (tmp_path / "pages").write_text(text)
    other = open_database(tmp_path / "other.db")
    done = import_acts(other, [tmp_path / "pages"])
    assert (done.pages, done.known_pages, done.number) == ((1, 2), 0, None)
    assert exported(other)[1] == text
    assert get_page(other, 1).page == PAGE
    assert get_page(other, 1).added_at == NOW
    assert import_acts(other, [tmp_path / "pages"]).known_pages == 2
    assert verify(other) == []
    other.close()


BLOCKS = st.builds(
    Block,
    text=NASTY.map(lambda text: " ".join(f"x{text}".split())),
    position=st.just(0),
    place=st.none() | st.text("abc/[]1", max_size=9) | st.builds(Span, st.integers(0, 99), st.integers(0, 99)),
    list_item=st.booleans(),
    heading=st.booleans(),
    hidden=st.booleans(),
    link_share=st.floats(0, 1),
    link_hosts=st.lists(NASTY, max_size=2).map(tuple),
)
PAGES = st.lists(
    st.tuples(st.builds(Page, NASTY, st.lists(BLOCKS, min_size=1, max_size=3).map(tuple), NASTY), st.datetimes()),
    max_size=3,
)


@settings(max_examples=15)
@given(pages=PAGES, found=ACTS)
def test_from_sqlite_to_postgresql_and_back_nothing_is_lost(
    *, postgresql, empty_schema, empty_file, tmp_path_factory, pages, found
):
    folder = tmp_path_factory.mktemp("homes")
    with fresh_schema(postgresql, made=empty_schema) as url:
        places = Path(copy(empty_file, folder / "a.db")), url, Path(copy(empty_file, folder / "c.db"))
        first, second, third = map(open_database, places)
        with first.writing() as connection:
            add_dated(connection, pages)
        (folder / "made").write_text("".join(act_lines(found, "jsonl")), encoding="utf-8")
        import_acts(first, [folder / "made"])
        for old, new in ((first, second), (second, third)):
            for name, text in zip(("acts", "pages"), exported(old), strict=True):
                (folder / name).write_text(text, encoding="utf-8", newline="")
            import_acts(new, [folder / "acts", folder / "pages"])
            assert exported(new) == exported(old)
        for database in (first, second, third):
            assert verify(database) == []
            database.close()


def of_first(text, **facts):
    """Return the first page as JSON, changed."""
    return json.dumps(json.loads(text.splitlines()[0]) | facts)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: t[:-20], "broken JSON"),
        (lambda t: t.replace('"heading": true', '"heading": 1'), "heading is 1; use true or false"),
        (lambda t: t.replace('"Council votes"', '" Council  votes"'), "text is ' Council  votes'; use text that can"),
        (lambda t: t.replace('"link_share": 0.5', '"link_share": 5'), "link_share is 5; use a number from 0 to 1"),
        (lambda t: t.replace('"link_hosts": []', '"link_hosts": [1]'), r"link_hosts is \[1\]; use a list of hosts"),
        (lambda t: t.replace("2026-01-02T03:04:05Z", "today"), "added_at is 'today'; use UTC"),
        (lambda t: t.replace('"start": 2', '"start": -2'), "place is .*; use null, an element path"),
        (lambda t: t.replace('"hidden"', '"hiddn"'), "hidden, hiddn should not be there, or is missing"),
        (lambda t: t.replace('"address"', '"url"'), "address, url should not be there, or is missing"),
        (lambda t: t.replace('"other.txt"', "5"), "address is 5; use text"),
        (lambda t: of_first(t, blocks=[]), "blocks is no list with blocks in it"),
        (lambda t: of_first(t, blocks=["Council votes"]), "a block is not an object; use objects with text"),
        (
            lambda t: t.replace("Council votes", "Council v\udcf6tes"),
            r"not UTF-8 \(.*\); give a file as newsieve export made",
        ),
    ],
)
def test_a_bad_page_is_named_and_nothing_is_imported(tmp_path, spoil, fault):
    database, empty = open_database(tmp_path / "a.db"), open_database(tmp_path / "b.db")
    add_pages(database, [PAGE, OTHER], added_at=NOW)
    (tmp_path / "pages").write_bytes(spoil(exported(database)[1]).encode(errors="surrogateescape"))
    with pytest.raises(InputError, match=rf"pages:\d: {fault}"):
        import_acts(empty, [tmp_path / "pages"])
    assert exported(empty) == ("", "")
    for opened in (database, empty):
        opened.close()


def test_a_torn_file_changes_nothing(tmp_path):
    empty = open_database(tmp_path / "a.db")
    text = "".join(json.dumps(row) + "\n" for row in acts(1_200))
    (tmp_path / "torn").write_text(text[:-30])
    with pytest.raises(InputError, match="torn:1200: broken JSON"):
        import_acts(empty, [tmp_path / "torn"])
    assert exported(empty) == ("", "")
    empty.close()


@pytest.mark.parametrize("sent", [1, 700, 3_000])
def test_an_import_that_is_killed_leaves_nothing_and_the_next_one_works(tmp_path, sent):
    """It waits for the rest of its standard input when it is killed: what it has read so far is in its transaction."""
    rows = [json.dumps(row) + "\n" for row in acts(4_000)]
    with subprocess.Popen([NEWSIEVE, "import", "--home", tmp_path, "-"], stdin=subprocess.PIPE, text=True) as process:
        process.stdin.write("".join(rows[:sent]))
        process.stdin.flush()  # a pipe holds few rows: the others have been read
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    assert run_newsieve("export", "decisions", home=tmp_path).stdout == ""
    done = run_newsieve("import", "-", home=tmp_path, stdin="".join(rows))
    assert done.stderr.startswith("Import 1: added 4,000 decisions")
    assert run_newsieve("verify", home=tmp_path).returncode == 0


def test_an_import_that_is_killed_when_it_has_read_all_is_there_whole_or_not_at_all(tmp_path):
    rows = "".join(json.dumps(row) + "\n" for row in acts(4_000))
    with subprocess.Popen([NEWSIEVE, "import", "--home", tmp_path, "-"], stdin=subprocess.PIPE, text=True) as process:
        process.stdin.write(rows)
        process.stdin.close()
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    there = run_newsieve("export", "decisions", home=tmp_path).stdout.count("\n")
    assert there in (0, 4_000)
    done = run_newsieve("import", "-", home=tmp_path, stdin=rows)
    assert f"{there:,} acts were here already" in done.stderr
    assert run_newsieve("export", "decisions", home=tmp_path).stdout.count("\n") == 4_000


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(tmp_path):
    """A limit on the size of files stands for a disk without room: writing fails in the same place."""
    open_database(tmp_path / "newsieve.db").close()
    file = lines(tmp_path / "acts", acts(4_000))
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000)); "
    code = limited + "from classifier.cli import main; sys.argv = ['newsieve', 'import', sys.argv[1]]; main()"
    environment = {**os.environ, "NEWSIEVE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, file], env=environment, capture_output=True, text=True, check=False
    )
    assert "make it writable with room on its disk" in refused(done)
    assert run_newsieve("export", "decisions", home=tmp_path).stdout == ""
    assert run_newsieve("import", file, home=tmp_path).stderr.startswith("Import 1: added 4,000 decisions")
