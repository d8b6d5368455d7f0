"""Labelled data: every fault stops the reading and is named; what is shipped has none."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifier.blocks import LABELS
from classifier.errors import TrainingDataError
from classifier.labelled import read_examples, shipped_data
from classifier.text import fingerprint

GOOD = {"text": "Council votes", "label": "news"}


def read(*paths):
    return read_examples(paths, notify=lambda _: None)


def test_pages_and_blocks_give_the_same_examples(tmp_path):
    (tmp_path / "pages.jsonl").write_text(
        json.dumps({"page": "p1", "site": "a.example", "voice": "v", "blocks": [GOOD, {"text": "-", "label": "news"}]})
    )
    (tmp_path / "blocks.jsonl").write_text(json.dumps({**GOOD, "page": "p1", "source": "v", "site": "a.example"}))
    (one,), (other,) = read(tmp_path / "pages.jsonl"), read(tmp_path / "blocks.jsonl")
    assert (one.text, one.label, one.page, one.site) == (other.text, other.label, other.page, other.site)
    assert one.origin == f"{tmp_path}/pages.jsonl:1"


def test_a_folder_stands_for_its_files_or_those_of_its_pages_folder(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.jsonl").write_text(json.dumps(GOOD))
    (tmp_path / "golden.jsonl").write_text(json.dumps(GOOD))
    assert [e.origin for e in read(tmp_path)] == [f"{tmp_path}/pages/a.jsonl:1"]
    assert len(read(tmp_path / "golden.jsonl", tmp_path / "pages")) == 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"text": "x", "label": "fillr"}, "label is 'fillr'; use 'news', 'filler' or 'boilerplate'"),
        ({"text": "x", "label": ["news", "filler"]}, "several labels on one text .news, filler"),
        ({"text": "x", "label": None}, "label is None; use"),
        ({"text": " ", "label": "news"}, "text is empty"),
        ({"text": 5, "label": "news"}, "text is not a string"),
        ({"text": "x"}, "lacks 'text' or 'label'"),
        ({"blocks": [GOOD, "x"]}, "lacks 'text' or 'label'"),
        ({"blocks": None}, "blocks is not a list"),
    ],
)
def test_a_bad_row_stops_the_reading_and_is_named(tmp_path, row, fault):
    path = tmp_path / "blocks.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(row) + "\n")
    with pytest.raises(TrainingDataError, match=rf"blocks\.jsonl:2: .*{fault}"):
        read(path)


def test_a_text_of_which_somebody_was_unsure_is_left_out_and_counted(tmp_path):
    rows = [GOOD, {"text": "Council meets", "label": "unsure"}, {"text": "Council rests", "label": "unsure"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = []
    assert [e.text for e in read_examples([tmp_path], notify=told.append)] == [GOOD["text"]]
    assert told == [f"{tmp_path}/a.jsonl: left out 2 texts of which somebody was unsure"]


def test_a_file_of_parquet_without_its_ending_is_told_by_its_first_bytes(tmp_path):
    pq.write_table(pa.table({"text": [GOOD["text"]], "label": [GOOD["label"]]}), tmp_path / "labels")
    assert [(e.text, e.label) for e in read(tmp_path / "labels")] == [(GOOD["text"], GOOD["label"])]


@pytest.mark.parametrize("content", ["", "\n\n", json.dumps({"blocks": []})])
def test_no_example_at_all_is_an_error(tmp_path, content):
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(TrainingDataError, match="no labelled block"):
        read(tmp_path / "a.jsonl")


def test_a_folder_without_labelled_files_is_an_error(tmp_path):
    with pytest.raises(TrainingDataError, match="no labelled file"):
        read(tmp_path)


@pytest.fixture(scope="module")
def rows():
    """Every shipped page with the file it stands in."""
    files = [*sorted(shipped_data().glob("*/*.jsonl")), shipped_data() / "golden.jsonl"]
    return [(file, json.loads(line)) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


class TestShippedData:
    """What comes with the program keeps its own rules (training_data/README.md)."""

    def test_there_are_at_least_100_pages_and_1200_blocks_to_train_on(self, rows):
        pages = [row for file, row in rows if file.parent.name == "pages"]
        assert len(pages) >= 100
        assert sum(len(row["blocks"]) for row in pages) >= 1200

    def test_every_row_has_its_keys_and_every_kind_belongs_to_its_label(self, rows):
        rubric = (shipped_data() / "README.md").read_text(encoding="utf-8").split("### Kinds")[1]
        kinds = {
            label: set(re.findall(r"`(\w+)`", re.search(rf"\| `{label}` \| (.*) \|", rubric)[1])) for label in LABELS
        }
        for file, row in rows:
            assert set(row) == {"page", "site", "voice", "beat", "blocks"}, file
            for block in row["blocks"]:
                assert set(block) == {"text", "label", "kind"}, (file, row["page"])
                assert block["kind"] in kinds[block["label"]], block

    def test_page_names_are_used_once(self, rows):
        names = [(row["voice"], row["page"]) for _, row in rows]
        assert len(names) == len(set(names))

    def test_no_text_has_two_labels_and_no_held_out_sentence_is_trained_on(self, rows):
        labels, places = {}, {}
        for file, row in rows:
            for block in row["blocks"]:
                identity = fingerprint(block["text"])
                assert labels.setdefault(identity, block["label"]) == block["label"], block
                if block["label"] != "boilerplate":  # furniture is the same everywhere
                    part = file.parent.name
                    assert places.setdefault(identity, part) == part, block

    def test_no_voice_and_no_site_is_on_both_sides_of_the_holdout(self, rows):
        def seen(part, key):
            return {row[key] for file, row in rows if file.parent.name == part}

        for key in ("voice", "site"):
            assert not seen("pages", key) & seen("holdout", key)
