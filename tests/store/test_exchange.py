"""Every act leaves as JSON lines or CSV and comes back as it was; bad files change nothing."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.cells import meant_cell, safe_cell
from classifier.errors import ConflictError, InputError
from classifier.store.act_files import act_lines, acts_in
from classifier.store.act_records import ActRecord, DecisionRecord, Names, PinRecord
from classifier.store.activity import ActFilter, list_acts
from classifier.store.checking import verify
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.exchange import export_acts
from classifier.store.history import redo, undo
from classifier.store.opening import open_database
from classifier.store.pins import active_pins, pin
from classifier.store.queue import add_pages
from classifier.text import fingerprint, fold_space
from tests.store.conftest import NOW, OTHER, PAGE, TITLE, agreed, import_acts, rule, rulings

SHOWN = Shown("v", "news", 0.1 + 0.2)


@pytest.fixture
def busy(database):
    """A database with a run decided, an act undone and done again, another undone, and one key pressed twice."""
    return kept_busy(database)


def kept_busy(database):
    later = NOW + timedelta(minutes=1, microseconds=7)
    decide(database, Act("anna", later, "run", "f1", page_id=1), [Ruled(0, "filler", SHOWN), Ruled(1, "news", SHOWN)])
    undo(database, person="anna", now=later)
    redo(database, person="anna", now=later)
    rule(database, 1, 2, "unsure", "ben")
    undo(database, person="ben", now=later)
    rule(database, 2, 0, "boilerplate", "=cmd|' /C calc'!A0")
    rule(database, 1, 1, "filler", "anna")
    rule(database, 1, 1, "filler", "anna")
    return database


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """What a busy database exports, by format, and an empty database that no bad file may add to."""
    full, untouched = (open_database(tmp_path_factory.mktemp("sample") / "newsieve.db") for _ in range(2))
    add_pages(full, [PAGE, OTHER], added_at=NOW)
    return {"jsonl": exported(kept_busy(full)), "csv": exported(full, "csv")}, untouched


@pytest.fixture
def empty(tmp_path):
    opened = open_database(tmp_path / "empty.db")
    yield opened
    opened.close()


def exported(database, act_format="jsonl"):
    return "".join(act_lines(export_acts(database), act_format))


def written(tmp_path, text, name="acts"):
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return str(tmp_path / name)


def counted(done):
    return done.acts, done.decisions, done.known, done.overruled


def standing(database):
    return {(e.text, e.label, e.page) for e in agreed(database)}


@pytest.mark.parametrize("act_format", ["jsonl", "csv"])
def test_what_is_imported_into_an_empty_database_leaves_it_byte_for_byte(busy, empty, tmp_path, act_format):
    text = exported(busy, act_format)
    done = import_acts(empty, [written(tmp_path, text)])
    assert counted(done) == (8, 6, 0, 0)
    assert exported(empty, act_format) == text
    assert standing(empty) == standing(busy) != set()


def test_csv_and_json_lines_say_the_same(busy, empty, tmp_path):
    import_acts(empty, [written(tmp_path, exported(busy, "csv"))])
    assert exported(empty) == exported(busy)


def test_a_row_of_json_holds_an_act_with_its_decisions(busy):
    rows = [json.loads(line) for line in exported(busy).splitlines()]
    assert [row["kind"] for row in rows] == ["run", "undo", "redo", "block", "undo", "block", "block", "block"]
    run, undone = rows[0], rows[1]
    assert undone["toggles"] == run["id"]
    assert (run["person"], run["acted_at"], run["form"], run["page"]) == (
        "anna",
        "2026-01-02T03:05:05.000007Z",
        "f1",
        1,
    )
    said = run["decisions"][1]
    assert (said["text"], said["ruling"], said["shown_score"]) == ("Council votes", "news", 0.1 + 0.2)


def test_what_is_there_already_is_not_added(busy, tmp_path):
    file = written(tmp_path, exported(busy))
    before = exported(busy)
    assert counted(import_acts(busy, [file, file])) == (0, 0, 16, 0)
    assert exported(busy) == before


def test_into_a_database_with_decisions_only_the_others_are_added(busy, tmp_path):
    older = written(tmp_path, exported(busy), "older")
    other = open_database(tmp_path / "other.db")
    import_acts(other, [older])
    rule(busy, 1, 0, "news", "ben")
    undo(busy, person="anna", now=NOW)
    done = import_acts(other, [written(tmp_path, exported(busy), "newer")])
    assert counted(done) == (2, 1, 8, 1)
    assert exported(other) == exported(busy)
    assert standing(other) == standing(busy)
    other.close()


def test_an_import_rules_texts_of_the_queue_and_says_how_many_were_ruled_otherwise(busy, place, tmp_path):
    decided = json.loads(exported(busy).splitlines()[0])
    decided["decisions"][0]["ruling"] = "news"
    decided |= {"id": "", "form": None, "person": "cleo"}
    assert rulings(busy, 1) == {0: "boilerplate", 1: "filler"}
    done = import_acts(busy, [written(tmp_path, json.dumps(decided))])
    assert counted(done) == (1, 2, 0, 2)
    assert rulings(busy, 1) == {0: "news", 1: "news"}
    assert rulings(busy, 2) == {0: "news"}


def test_an_import_is_named_with_its_acts_and_its_pages_are_not_taken_for_ours(busy, tmp_path):
    decided = json.loads(exported(busy).splitlines()[0]) | {"id": "", "form": None}
    import_acts(busy, [written(tmp_path, json.dumps(decided), "cleo.jsonl")])
    (newest,) = list_acts(busy, ActFilter(), limit=1).acts
    assert (newest.source, newest.page_id) == ("cleo.jsonl", None)
    assert undo(busy, person="anna", now=NOW, act=newest.id).page_id is None


def test_undo_and_redo_pass_over_what_came_from_another_desk(busy, empty, tmp_path):
    carry(busy, empty, tmp_path)
    assert undo(empty, person="anna", now=NOW) is None
    undo(busy, person="anna", now=NOW)
    carry(busy, empty, tmp_path)
    assert redo(empty, person="anna", now=NOW) is None


def test_an_act_undone_here_and_in_the_file_stays_undone_and_a_second_import_adds_nothing(database, tmp_path):
    rule(database, 1, 1, "news")
    other = open_database(tmp_path / "other.db")
    import_acts(other, [written(tmp_path, exported(database), "first")])
    undo(other, person="anna", now=NOW + timedelta(days=1))
    undo(database, person="anna", now=NOW)
    file = written(tmp_path, exported(other), "second")
    import_acts(database, [file])
    assert rulings(database, 1) == {}
    assert import_acts(database, [file]).acts == 0
    assert rulings(database, 1) == {}
    other.close()


def test_what_was_taken_back_on_both_desks_stays_so_whichever_way_it_is_carried(database, tmp_path):
    rule(database, 1, 1, "news")
    other = open_database(tmp_path / "other.db")
    carry(database, other, tmp_path)
    undo(database, person="anna", now=NOW)
    undo(other, person="anna", now=NOW + timedelta(days=1), act=1)
    for old, new in ((database, other), (other, database), (database, other)):
        carry(old, new, tmp_path)
        assert (rulings(database, 1), standing(other)) == ({}, set())
    other.close()


def carry(old, new, tmp_path):
    return import_acts(new, [written(tmp_path, exported(old), "carried")])


@settings(max_examples=25)
@given(steps=st.lists(st.tuples(st.sampled_from("ab>"), st.integers(0, 2), st.integers(0, 9)), max_size=10))
def test_two_desks_that_exchange_agree_whatever_was_taken_back_and_done_again(tmp_path_factory, empty_file, steps):
    folder = tmp_path_factory.mktemp("desks")
    desks = {name: open_database(Path(copy(empty_file, folder / f"{name}.db"))) for name in "ab"}
    for desk in desks.values():
        add_pages(desk, [PAGE], added_at=NOW)
    for ruling in ("news", "filler", "boilerplate"):
        rule(desks["a"], 1, 1, ruling)
    carry(desks["a"], desks["b"], folder)
    for number, (step, act, minutes) in enumerate(steps):
        now = NOW + timedelta(minutes=minutes, seconds=number)  # their clocks differ
        if step == ">":
            carry(desks["ab"[act % 2]], desks["ba"[act % 2]], folder)
            continue
        try:
            undo(desks[step], person="anna", now=now, act=act + 1)
        except ConflictError:
            redo(desks[step], person="anna", now=now)
    for old, new in ("ab", "ba", "ab"):
        carry(desks[old], desks[new], folder)
    assert rulings(desks["a"], 1) == rulings(desks["b"], 1)
    assert all(carry(desks[old], desks[new], folder).acts == 0 for old, new in ("ab", "ba"))
    for desk in desks.values():
        desk.close()


@pytest.mark.parametrize("act_format", ["jsonl", "csv"])
def test_a_pin_leaves_with_its_act_and_comes_back_as_it_was(busy, empty, tmp_path, act_format):
    pin(busy, Act("ann", NOW, page_id=1), Ruled(0, "filler", SHOWN), reason='=Reads like "advice"')
    undo(busy, person="ann", now=NOW)
    redo(busy, person="ann", now=NOW)
    text = exported(busy, act_format)
    file = written(tmp_path, text)
    import_acts(empty, [file])
    assert exported(empty, act_format) == text
    assert [replace(pin, id=0) for pin in active_pins(empty)] == [replace(pin, id=0) for pin in active_pins(busy)] != []
    assert (import_acts(empty, [file]).acts, len(active_pins(empty))) == (0, 1)
    assert verify(empty) == []


@pytest.mark.parametrize("act_format", ["jsonl", "csv"])
def test_an_export_that_an_editor_gave_a_byte_order_mark_is_read(busy, empty, tmp_path, act_format):
    text = exported(busy, act_format)
    import_acts(empty, [written(tmp_path, f"\ufeff{text}")])
    assert exported(empty, act_format) == text


def test_acts_without_a_pin_have_the_names_of_before_there_were_pins():
    said = DecisionRecord("f" * 32, "a", "b", "c", 0, "news", "v", "news", 0.5)
    act = ActRecord("", "ann", "2026-01-02T03:04:05Z", "block", None, "f1", 1, None, (said,))
    assert Names().named(act).id == "20eb0aadfeef995d2bc8e59552947678"
    assert Names().named(replace(act, pin=PinRecord("x", ("a",)))).id != "20eb0aadfeef995d2bc8e59552947678"


PINNED_BADLY = [
    ({"pin": "yes"}, "the pin is not an object; use an object with 'reason' and 'texts'"),
    ({"pin": {"reason": "x"}}, "no 'texts'; a row has reason, texts"),
    ({"pin": {"reason": " ", "texts": [TITLE]}}, "reason is ' '; use one line of 1 to 300"),
    ({"pin": {"reason": "a\nb", "texts": [TITLE]}}, "use one line"),
    ({"pin": {"reason": "x", "texts": TITLE}}, "use a list of the texts"),
    ({"pin": {"reason": "x", "texts": []}}, "the text at the pin's position is not the one decided on"),
    ({"pin": {"reason": "x", "texts": ["casino"]}}, "the text at the pin's position is not the one decided on"),
    ({"decisions": []}, "an act with a pin decides on one text, and by a label"),
]


@pytest.mark.parametrize(("wrong", "sentence"), PINNED_BADLY)
def test_a_pin_that_fits_no_decision_is_named_and_nothing_is_imported(samples, tmp_path, wrong, sentence):
    row = json.loads(samples[0]["jsonl"].splitlines()[5])
    said = row["decisions"][0] | {"position": 0, "text": TITLE, "fingerprint": ""}
    row |= {"id": "", "decisions": [said], "pin": {"reason": "x", "texts": [TITLE]}} | wrong
    with pytest.raises(InputError) as caught:
        import_acts(samples[1], [written(tmp_path, json.dumps(row))])
    assert sentence in str(caught.value)
    assert exported(samples[1]) == ""


def test_a_file_made_by_hand_needs_no_ids_and_no_fingerprints(database, tmp_path):
    rows = [header()[:-2], ["", "zoe", "2025-01-01T00:00:00Z", "block", *[""] * 6]]
    rows[1] += ["", "council VOTES", "https://z.example/", "z.example", "0", "filler", "v", "news", "0.5"]
    file = written(tmp_path, "".join(",".join(row) + "\n" for row in rows))
    import_acts(database, [file])
    assert rulings(database, 1) == {1: "filler"}


def test_an_export_of_before_acts_had_flags_is_taken_in(database, tmp_path):
    act = Act("ann", NOW, page_id=1, settles=True, blind=True)
    decide(database, act, [Ruled(0, "filler", Shown("v1", "news", 0.5))])
    (act,) = export_acts(database)
    assert (act.settles, act.blind) == (True, True)
    text = "".join(act_lines([act], "csv")).replace('"True","True",', "").replace('"settles","blind",', "")
    text = text.replace(',"",""\r', "\r").replace(',"pin_reason","pin_texts"', "")
    assert "pin" not in text
    assert import_acts(database, [written(tmp_path, text.replace(act.id, ""))]).acts == 1


def header():
    return next(csv.reader(act_lines([], "csv")))


def changed(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


def of_first(text, **facts):
    """Return the first act as JSON, changed and without its id."""
    return json.dumps(json.loads(text.splitlines()[0]) | {"id": ""} | facts)


def undone_undo(text):
    """Return an act, its undo, and an undo of that undo: only a redo brings the act back."""
    act, undo, _redo, *_more = text.splitlines()
    again = json.loads(undo) | {"id": "", "toggles": json.loads(undo)["id"], "acted_at": "2026-01-03T03:04:05Z"}
    return "\n".join([act, undo, json.dumps(again)])


BAD = [
    (lambda t: changed(t, '"news"', '"filler"'), ":1: its id does not fit"),
    (lambda t: changed(t, '"unsure"', '"maybe"'), ":4: ruling is 'maybe'; use boilerplate, filler"),
    (lambda t: changed(t, "2026-01-02T03:04:05Z", "yesterday"), ":4: acted_at is 'yesterday'; use UTC like"),
    (lambda t: changed(t, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00"), ":4: acted_at is"),
    (lambda t: changed(t, '"person": "anna"', '"person": "anna "'), ":1: person is 'anna '; use a name of one line"),
    (
        lambda t: changed(t, '"person": "anna"', '"person": "an\\nna"'),
        "use a name of one line",
    ),
    (lambda t: changed(t, '"person": "anna"', '"person": ""'), ":1: person is ''; use a name of one line"),
    (lambda t: changed(t, '"kind": "redo"', '"kind": "twice"'), ":3: kind is 'twice'"),
    (lambda t: changed(t, '"kind": "redo"', '"kind": "block"'), ":3: an undo or redo, and only that"),
    (lambda t: changed(t, '"position": 2', '"position": -1'), ":4: position is -1"),
    (lambda t: changed(t, '"shown_score": 0.25', '"shown_score": NaN'), ":4: shown_score is nan; use a number"),
    (
        lambda t: changed(t, "Council votes", "Council\\u0000votes"),
        ":1: text is 'Council\\x00votes'; use text without NUL",
    ),
    (lambda t: changed(t, "Council votes", "\\ud800"), ":1: text is"),
    (lambda t: changed(t, '"site"', '"sight"'), ":1: no 'site'; a row has fingerprint, text"),
    (lambda t: changed(t, '"form": null', '"form": null, "more": 1'), "'more' is not known here"),
    (lambda t: "".join(t.splitlines(keepends=True)[1:]), ":1: undo of"),
    (lambda t: t + "{", ":9: broken JSON"),
    (lambda t: t + "\n[1]", ":10: not a JSON object"),
    (lambda t: t + "9" * 20_000_001, ":9: more than 20,000,000 bytes"),
    (lambda t: of_first(t, decisions=5), ":1: decisions is not a list; use a list of objects"),
    (lambda t: of_first(t, decisions=["x"]), ":1: a decision is not an object; use an object with 'text'"),
    (undone_undo, ":3: undo of "),
    (lambda t: "{" + "[" * 100_000, ":1: broken JSON"),
]


@pytest.mark.parametrize(("spoil", "sentence"), BAD)
def test_a_bad_row_is_named_and_nothing_is_imported(samples, tmp_path, spoil, sentence):
    texts, empty = samples
    file = written(tmp_path, spoil(texts["jsonl"]))
    with pytest.raises(InputError) as caught:
        import_acts(empty, [file])
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(file)
    assert exported(empty) == ""


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda t: changed(t, '"news"', '"filler"'), ":1: its id does not fit"),
        (lambda t: changed(t, '"0.25"', '"a lot"'), ":5: shown_score is 'a lot'; use a number"),
        (lambda t: changed(t, "shown_score", "score"), ": no export of decisions; its first row is not id,person"),
        (lambda t: changed(t, '"ben",', ""), ":5: 20 cells; the first row has 21"),
        (lambda t: changed(t, '"ben"', '"ben" or so'), ":5: broken CSV"),
        (lambda t: t + '"open', ":10: broken CSV"),
        (lambda t: changed(t, '"run"', '"page"'), ":2: not of the act of the row before"),
        (lambda t: changed(t, ',"",""\r\n', ',"x","[torn"\r\n'), ":1: pin_texts is '[torn'; use a JSON list of texts"),
        (lambda t: changed(t, "Council", "\0Council"), "text is '\\x00Council votes'"),
        (lambda t: changed(t, '"0","filler"', f'"{"9" * 5_000}","filler"'), ":1: position is '9999"),
    ],
)
def test_a_bad_record_of_csv_is_named_and_nothing_is_imported(samples, tmp_path, spoil, sentence):
    texts, empty = samples
    with pytest.raises(InputError) as caught:
        import_acts(empty, [written(tmp_path, spoil(texts["csv"]))])
    assert sentence in str(caught.value)
    assert exported(empty) == ""


def test_a_fingerprint_of_another_text_is_refused(busy, empty, tmp_path):
    row = json.loads(exported(busy).splitlines()[0]) | {"id": ""}
    row["decisions"][0]["fingerprint"] = "0" * 32
    with pytest.raises(InputError, match=":1: the fingerprint does not fit its text"):
        import_acts(empty, [written(tmp_path, json.dumps(row))])
    assert exported(empty) == ""


def test_of_several_files_all_are_imported_or_none(busy, empty, tmp_path):
    good, bad = written(tmp_path, exported(busy), "good"), written(tmp_path, '{"acted_at": ""}', "bad")
    with pytest.raises(InputError, match="bad:1: no 'person'"):
        import_acts(empty, [good, bad])
    assert exported(empty) == ""


def test_bytes_that_are_no_text_are_named(empty, tmp_path):
    for name, data in (("a", b'{"acted_at": "\xff"}'), ("b", b"\xff\xfe"), ("c", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=rf"{name}(:1)?: (not UTF-8|broken CSV|not text)"):
            import_acts(empty, [str(tmp_path / name)])
    with pytest.raises(InputError, match="No such file"):
        import_acts(empty, [str(tmp_path / "nothing")])


def test_a_form_that_was_sent_here_is_no_other_acts(busy, tmp_path):
    other = json.loads(exported(busy).splitlines()[0]) | {"id": "", "person": "cleo"}
    with pytest.raises(InputError, match=":1: form f1 is another act's"):
        import_acts(busy, [written(tmp_path, json.dumps(other))])


NASTY = st.text(st.sampled_from("=+-@\t\r\n',;\"a\u2028é\ufffd"), max_size=12) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)


@settings(max_examples=500)
@given(NASTY)
def test_a_cell_made_safe_means_what_it_meant_and_begins_no_formula_whatever_the_separator(value):
    safe = safe_cell(value)
    assert meant_cell(safe) == value
    for separator in ',;\t\n\r"':
        assert all(piece[:1] not in tuple("=+-@") for piece in safe.split(separator))
    assert safe[:1] not in tuple("=+-@\t\r\n")


DECISIONS = st.builds(
    DecisionRecord,
    fingerprint=st.just(""),
    text=NASTY,
    address=NASTY,
    site=NASTY,
    position=st.integers(0, 2**31 - 1),
    ruling=st.sampled_from(["boilerplate", "filler", "news", "unsure", "undo"]),
    shown_model=NASTY,
    shown_label=st.sampled_from(["boilerplate", "filler", "news"]),
    shown_score=st.floats(0, 1),
).map(lambda said: replace(said, fingerprint=fingerprint(said.text)))


def _pinning(said, others, reason):
    """Return an act that pins the last block of a page."""
    said = replace(said, ruling="news", position=len(others))
    pin = PinRecord(" ".join(("because", *reason.split())), (*others, said.text))
    return ActRecord("", "ann", "2026-01-02T03:04:05Z", "block", None, None, 1, None, (said,), pin=pin)


ACTS = st.lists(
    st.builds(
        ActRecord,
        id=st.just(""),
        person=NASTY.map(fold_space).filter(bool),
        acted_at=st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        kind=st.sampled_from(["block", "run", "page", "campaign"]),
        toggles=st.none(),
        form=st.none(),
        page=st.none() | st.integers(0, 2**31 - 1),
        campaign=st.none() | st.integers(0, 2**31 - 1),
        decisions=st.lists(DECISIONS, max_size=3).map(tuple),
    )
    | st.builds(_pinning, DECISIONS, st.lists(NASTY, max_size=2), NASTY),
    max_size=3,
)


@given(found=ACTS)
def test_csv_comes_back_bit_for_bit_whatever_the_texts(found):
    names = Names()
    named = [names.named(act) for act in found]
    for act_format in ("csv", "jsonl"):
        text = "".join(act_lines(named, act_format))
        again = [act for _place, act in acts_in(io.BufferedReader(io.BytesIO(text.encode())), "file")]
        assert again == named
        assert "".join(act_lines(again, act_format)) == text


def test_a_spreadsheet_that_opens_the_csv_finds_no_formula(busy):
    rows = list(csv.reader(io.StringIO(exported(busy, "csv"))))
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n")]
    assert "'=cmd|' /C calc'!A0" in {row[1] for row in rows}


def test_a_block_of_a_million_characters_goes_out_and_comes_in(busy, empty, tmp_path):
    act = replace(next(export_acts(busy)), id="")
    text = "word, " * 200_000
    long = replace(act, decisions=(replace(act.decisions[0], text=text, fingerprint=fingerprint(text)),))
    import_acts(empty, [written(tmp_path, "".join(act_lines([long], "csv")))])
    assert next(export_acts(empty)).decisions == long.decisions
