"""A part: the documented columns, whole or not at all."""

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from classifier.bulk.part import SCHEMA, new_part, read_part
from classifier.errors import OutputError
from classifier.pages import split_text


def write(path, model, pages):
    with new_part(path) as part:
        for page in pages:
            part.add(page, model.classify(page.blocks, explain=False))


def test_parquet_and_json_lines_hold_the_same_rows_of_the_documented_columns(tmp_path, model):
    pages = [split_text("Council votes on plan\nBest casino bonus", address=f"https://a.example/{n}") for n in range(3)]
    pages[1] = replace(pages[1], blocks=tuple(b._replace(link_hosts=("b.example",)) for b in pages[1].blocks))
    write(tmp_path / "p.parquet", model, pages)
    write(tmp_path / "p.jsonl", model, pages)
    table = pq.read_table(tmp_path / "p.parquet")
    assert table.schema.equals(SCHEMA)
    rows = table.to_pylist()
    assert rows == [json.loads(line) for line in (tmp_path / "p.jsonl").read_text("utf-8").splitlines()]
    assert [(row["page"], row["position"]) for row in rows] == [
        (f"https://a.example/{n}", p) for n in range(3) for p in (0, 1)
    ]
    assert [row["link_hosts"] for row in rows] == [[], [], ["b.example"], ["b.example"], [], []]
    verdicts = model.classify(pages[0].blocks)
    assert [(r["label"], r["score"], r["needs_review"], r["doubt"], r["model"]) for r in rows[:2]] == [
        (v.label, v.score, v.needs_review, v.doubt, v.model) for v in verdicts
    ]


def test_a_part_of_many_row_groups_is_read_as_one(tmp_path, model):
    page = split_text("\n".join(f"Council votes on plan {n}" for n in range(4_500)), address="p")
    write(tmp_path / "p.parquet", model, [page] * 6)
    file = pq.ParquetFile(tmp_path / "p.parquet")
    assert (file.metadata.num_rows, file.metadata.num_row_groups) == (27_000, 2)
    assert pq.read_table(tmp_path / "p.parquet")["position"].to_pylist() == [*range(4_500)] * 6


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_shard_without_a_page_has_an_empty_part(tmp_path, model, form):
    part = tmp_path / f"p.{form}"
    write(part, model, [])
    assert form == "jsonl" or pq.read_table(part).schema.equals(SCHEMA)
    assert form == "parquet" or part.read_bytes() == b""


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_after_an_error_there_is_nothing_or_what_was_there_before(tmp_path, model, form):
    def pages():
        yield split_text("Council", address="p")
        raise KeyboardInterrupt

    part = tmp_path / f"p.{form}"
    for before in (None, b"before"):
        if before:
            part.write_bytes(before)
        with pytest.raises(KeyboardInterrupt):
            write(part, model, pages())
        assert [path.read_bytes() for path in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other rows"])
def test_a_part_that_is_damaged_is_one_sentence(tmp_path, model, form, damage):
    part = tmp_path / f"p.{form}"
    write(part, model, [split_text("Council votes on plan", address=f"https://a.example/{n}") for n in range(30)])
    data = part.read_bytes()
    damaged = {"cut": data[:-9], "changed": data[:90] + b"\xff" * 40 + data[130:], "empty": b"", "other rows": b"[3]\n"}
    part.write_bytes(damaged[damage])
    if (form, damage) == ("jsonl", "empty"):
        assert list(read_part(part)) == []
        return
    with pytest.raises(OutputError, match=f"p.{form}: gone or damaged; run newsieve classify --out again"):
        list(read_part(part))
