"""What other tools exported is read as it is; what cannot be understood is named with its row."""

import csv
import json
from datetime import datetime

import pytest

from classifier.errors import InputError, TrainingDataError
from classifier.label_names import LabelNames
from classifier.labelled import read_examples
from classifier.other_labels import labelled_in

POOL, BOATS = "The pool stays shut until March, the council said.", "Ten tips for renting a boat this summer"


def said(row, *mapped):
    """Return what a row says, and why it says nothing."""
    silent = []
    found = labelled_in(row, "f:1", LabelNames(mapped), passed=silent.append)
    return [(one.text, one.said, one.people, one.said_at) for one in found], silent


def task(*annotations, **data):
    """Return a task as Label Studio's JSON export has it."""
    return {"id": 7, "data": {"text": POOL, **data}, "annotations": list(annotations), "predictions": []}


def annotation(*choices, **facts):
    value = [{"type": "choices", "from_name": "kind", "to_name": "text", "value": {"choices": [*choices]}}]
    return {"id": 1, "completed_by": 3, "result": value, "created_at": "2026-01-02T05:04:05+02:00", **facts}


AT = datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (task(annotation("News")), [(POOL, "news", ("3",), AT)]),
        (
            task(annotation("news"), annotation("FILLER", completed_by={"id": 4, "email": "ben@paper.example"})),
            [(POOL, "news", ("3",), AT), (POOL, "filler", ("ben@paper.example",), AT)],
        ),
        (
            {
                "id": 7,
                "text": POOL,
                "kind_of": "News",
                "annotator": 3,
                "annotation_id": 9,
                "lead_time": 2.5,
                "created_at": "2026-01-02T03:04:05Z",
            },
            [(POOL, "news", ("3",), AT)],
        ),
        (
            {"id": 7, "body": POOL, "kind_of": {"choices": ["News"]}, "annotator": "ann@x.example", "annotation_id": 9},
            [(POOL, "news", ("ann@x.example",), None)],
        ),
        ({"id": 1, "text": POOL, "label": ["news"], "Comments": []}, [(POOL, "news", (), None)]),
        ({"id": 1, "data": POOL, "label": "Boilerplate"}, [(POOL, "boilerplate", (), None)]),
        ({"doc_id": 1, "text": POOL, "labels": ["news"], "username": "ann"}, [(POOL, "news", ("ann",), None)]),
        (
            {"text": POOL, "label": "NEWS", "answer": "accept", "_annotator_id": "web-ann", "_timestamp": 1767323045},
            [(POOL, "news", ("web-ann",), AT)],
        ),
        (
            {
                "text": POOL,
                "answer": "accept",
                "accept": [2],
                "_session_id": "s",
                "options": [{"id": 1, "text": "Filler"}, {"id": 2, "text": "News"}],
            },
            [(POOL, "news", ("s",), None)],
        ),
        ({"text": POOL, "label": "unsure"}, [(POOL, "unsure", (), None)]),
        ({"text": POOL, "label": "news", "username": '["ann", "ben"]'}, [(POOL, "news", ("ann", "ben"), None)]),
        ({"text": POOL, "label": "news", "username": "[ann"}, [(POOL, "news", ("[ann",), None)]),
    ],
)
def test_a_row_of_another_tool_says_who_labelled_which_text_when(row, expected):
    assert said(row) == (expected, [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (task(), "not annotated"),
        (task(annotation("news", was_cancelled=True)), "skipped by the annotator"),
        (task({"result": []}), "without a label"),
        ({"id": 1, "text": POOL, "label": []}, "without a label"),
        ({"text": POOL, "label": "news", "answer": "reject"}, "rejected"),
        ({"text": POOL, "label": "news", "answer": "ignore"}, "ignored"),
        ({"text": POOL, "accept": [], "options": [], "answer": "accept"}, "without a label"),
    ],
)
def test_a_row_that_says_nothing_is_told_of(row, why):
    assert said(row) == ([], [why])


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (task(annotation("Positive")), "label is 'Positive'; use 'news', 'filler' or 'boilerplate', or say what it"),
        (task(annotation("news", "filler")), "several labels on one text .news, filler"),
        (task({"result": [{"type": "labels", "value": {"start": 0}}]}), "annotated without a choice"),
        (task({"id": 1}), "an annotation without 'result'"),
        ({"id": 1, "text": POOL, "label": ["news", "filler"]}, "several labels on one text"),
        ({"id": 1, "text": POOL, "label": "news#filler"}, "several labels on one text"),
        ({"text": POOL, "one": "x", "two": "y", "annotation_id": 1}, "which column holds the label, one or two"),
        ({"body": POOL, "more": "x", "label": "news", "annotation_id": 1}, "which of body, more, .* is the text"),
        ({"text": POOL, "label": "news", "created_at": "yesterday"}, "'yesterday' is no time"),
        ({"text": POOL, "label": "news", "weight": "heavy"}, "weight is 'heavy'; use a number above 0"),
        ({"text": POOL, "kind_of": '{"choices": ["News"', "annotation_id": 1}, 'label is \'{"choices"'),
        ({"text": POOL, "label": "news", "weight": 2}, "weight is 2; use a number above 0 and at most 1"),
        ({"text": 5, "label": ["news"]}, "text is not a string"),
        ({"sentence": POOL}, "a block lacks 'text' or 'label'"),
    ],
)
def test_a_row_that_is_not_understood_is_named(row, fault):
    with pytest.raises(TrainingDataError, match=f"^f:1: {fault}"):
        said(row)


def test_names_of_labels_are_mapped_whatever_their_case(tmp_path):
    row = {"text": BOATS, "label": "guest  POST"}
    assert said(row, "Guest post=Filler")[0][0][1] == "filler"
    assert said({"text": BOATS, "label": 1}, "1=filler", "0=news")[0][0][1] == "filler"
    assert said({"text": BOATS, "label": "C#"}, "c#=filler")[0][0][1] == "filler"


@pytest.mark.parametrize("mapped", [["spam"], ["=news"], ["spam=junk"], ["a=news", "A=filler"], ["news=filler"]])
def test_a_name_with_no_meaning_or_two_is_refused(mapped):
    with pytest.raises(InputError, match=r"THEIRS=ours|means \w+ already"):
        LabelNames(mapped)


def test_whole_files_are_read_and_what_says_nothing_is_counted(tmp_path):
    tasks = [task(annotation("news")), task(), {**task(annotation("filler")), "data": {"text": BOATS}}]
    (tmp_path / "studio.json").write_text(json.dumps(tasks, indent=2))
    with (tmp_path / "doccano.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "data", "label"], [1, POOL, "news"], [2, BOATS, "filler"]])
    with (tmp_path / "studio.csv").open("w", newline="") as stream:
        columns = ["annotation_id", "annotator", "created_at", "id", "lead_time", "spam", "text", "updated_at"]
        at = "2026-01-02T03:04:05.123456Z"
        csv.writer(stream).writerows([columns, [1, 3, at, 1, 0.5, '{"choices": ["Filler"]}', BOATS, at]])
    told = []
    found = read_examples([tmp_path], notify=told.append)
    assert [(e.origin.rpartition("/")[2], e.label) for e in found] == [
        ("doccano.csv:1", "news"),
        ("doccano.csv:2", "filler"),
        ("studio.csv:1", "filler"),
        ("studio.json:1", "news"),
        ("studio.json:3", "filler"),
    ]
    assert told == [f"{tmp_path}/studio.json: left out what says nothing of a text: 1 not annotated"]


def test_an_array_longer_than_what_is_read_at_once_is_read_to_its_end(tmp_path):
    rows = [{"text": f"{BOATS} {number} " + "x" * (number * 50), "label": "filler"} for number in range(200)]
    (tmp_path / "many.json").write_text(json.dumps(rows))
    assert len(read_examples([tmp_path / "many.json"], notify=pytest.fail)) == 200


@pytest.mark.parametrize(
    "torn", ['[{"text": "a", "label": "news"}', '[{"text": "a", "la', '[{"a": 1} {}]', "[1]", "[]x"]
)
def test_a_torn_array_is_an_error(tmp_path, torn):
    (tmp_path / "torn.json").write_text(torn)
    with pytest.raises(TrainingDataError, match=r"torn\.json(:\d)?: "):
        read_examples([tmp_path / "torn.json"], notify=lambda _: None)
