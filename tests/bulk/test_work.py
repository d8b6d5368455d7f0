"""One shard: what can be read of it becomes a part, what cannot is counted and told."""

import gzip
import json
import os
from typing import ClassVar
from uuid import uuid4

import fsspec
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from classifier.bulk.shards import Shard
from classifier.bulk.work import Failure, label_shard
from classifier.errors import OutputError
from tests.bulk.crawled import shards_of
from tests.made_warc import page_record

ROWS = [{"url": f"https://a.example/{n}", "text": f"Council votes on plan {n}\nBest casino bonus"} for n in range(3)]
LINES = [json.dumps(row) + "\n" for row in ROWS]


def shard_of(path):
    (shard,) = shards_of(path)
    return shard


def label(path, order):
    shard = shard_of(path)
    receipt = label_shard(shard, order)
    told = order.folder.errors(shard)
    lines = map(json.loads, told.read_text("utf-8").splitlines() if told.exists() else [])
    faults = [line["error"] for line in lines if "error" in line]
    return receipt, pq.read_table(order.folder.part(shard)).to_pylist(), faults


def pages(rows):
    return list(dict.fromkeys(row["page"].rpartition("/")[2] for row in rows))


def test_the_receipt_counts_what_is_in_the_part(order, tmp_path):
    (tmp_path / "p.jsonl").write_text("".join(LINES) + '{"url": "https://a.example/empty", "text": ""}\n')
    receipt, rows, faults = label(tmp_path / "p.jsonl", order)
    assert (receipt.pages, receipt.without_text, receipt.blocks, receipt.errors, faults) == (4, 1, 6, 0, [])
    for name in ("news", "filler", "boilerplate"):
        assert getattr(receipt, name) == sum(row["label"] == name for row in rows)
    assert receipt.review == sum(row["needs_review"] for row in rows)
    assert receipt.model == order.model.version == rows[0]["model"]
    assert order.folder.kept() == {shard_of(tmp_path / "p.jsonl"): receipt}


@pytest.mark.parametrize(
    "poison",
    ["{broken", "[]", '{"url": "x"}', '{"blocks": 3}', '{"html": 5}', "\x00\x01\x02\x03", "[" * 100_000, "\udcff{"],
)
def test_a_poisoned_line_is_told_of_with_its_place_and_passed_over(order, tmp_path, poison):
    text = LINES[0] + poison + "\n" + LINES[1] + LINES[2]
    (tmp_path / "p.jsonl").write_text(text, errors="surrogateescape")
    receipt, rows, (fault,) = label(tmp_path / "p.jsonl", order)
    assert pages(rows) == ["0", "1", "2"]
    assert fault.startswith(f"{tmp_path}/p.jsonl:2: ")
    assert (receipt.pages, receipt.errors) == (3, 1)


def test_a_file_that_breaks_off_gives_what_comes_before(order, tmp_path):
    many = [json.dumps({"url": f"https://a.example/{n}", "text": os.urandom(300).hex()}) + "\n" for n in range(3000)]
    (tmp_path / "p.jsonl.gz").write_bytes(gzip.compress("".join(many).encode())[:-20])
    receipt, rows, (fault,) = label(tmp_path / "p.jsonl.gz", order)
    assert receipt.pages == len(pages(rows)) > 1000
    assert "broken gzip" in fault


def test_of_pages_of_one_file_each_one_that_cannot_be_read_is_told_of(order, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.html").write_text(f"<p>Council votes on {name}")
    (folder / "b.html").write_bytes(b"%PDF-1.7")
    receipt, rows, (fault,) = label(folder, order)
    assert [row["text"] for row in rows] == ["Council votes on a", "Council votes on c"]
    assert fault.startswith(f"{folder}/b.html: not text but PDF")
    assert (receipt.pages, receipt.errors, len(receipt.states)) == (2, 1, 3)


def test_a_warc_file_behind_an_address_is_labelled(order, tmp_path):
    data = b"".join(gzip.compress(page_record(f"<p>Council {n}", f"https://a.example/{n}")) for n in range(3))
    address = f"memory://{uuid4().hex}/a.warc.gz"
    with fsspec.open(address, "wb") as stream:
        stream.write(data)
    (tmp_path / "a.warc.gz").write_bytes(data)
    _, rows, _ = label(address, order)
    assert pages(rows) == ["0", "1", "2"]
    for same in (f"file://{tmp_path}/a.warc.gz", tmp_path / "a.warc.gz"):
        assert label(same, order)[1] == rows


def test_a_shard_that_is_gone_has_no_part(order, tmp_path):
    shard = Shard("gone-0123456789ab", (str(tmp_path / "gone.warc"),))
    failure = label_shard(shard, order)
    assert failure == Failure(shard, f"{tmp_path}/gone.warc: No such file or directory; run again when it is there")
    assert not order.folder.part(shard).exists()


class Flighty(MemoryFileSystem):
    """Files that are something else, or gone, once they have been opened."""

    protocol = "flighty"
    store: ClassVar = {}
    pseudo_dirs: ClassVar = [""]
    then = staticmethod(lambda files, path: None)

    @classmethod
    def _strip_protocol(cls, path):
        return MemoryFileSystem._strip_protocol(path.replace("flighty://", "memory://"))

    def _open(self, path, mode="rb", **options):
        stream = super()._open(path, mode, **options)
        if mode == "rb":
            Flighty.then(self, path)
        return stream


class NoCredentialsError(Exception):
    """As botocore's: not an OSError."""


def refuse(files, path):
    raise NoCredentialsError("Unable to locate credentials")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (lambda files, path: files.pipe(path, b"{}\n"), "changed while it was read; run again"),
        (lambda files, path: files.rm(path), "run again when it is there"),
        (refuse, "Unable to locate credentials"),
    ],
)
def test_a_shard_that_changes_or_goes_while_it_is_read_has_no_part(order, then, said, monkeypatch):
    fsspec.register_implementation("flighty", Flighty, clobber=True)
    files = fsspec.filesystem("flighty")
    files.pipe("/a.jsonl", "".join(LINES).encode())
    shard = shard_of("flighty://a.jsonl")
    assert label_shard(shard, order).pages == 3
    monkeypatch.setattr(Flighty, "then", staticmethod(then))
    failure = label_shard(shard, order)
    assert isinstance(failure, Failure)
    assert said in failure.sentence
    assert "a.jsonl: " in failure.sentence
    assert (order.folder.kept(), order.folder.part(shard).exists()) == ({}, False)
    assert not list(order.folder.path.glob(".*"))


def test_a_part_that_cannot_be_written_is_an_error_that_says_what_to_do(order, tmp_path):
    (tmp_path / "p.jsonl").write_text("".join(LINES))
    shard = shard_of(tmp_path / "p.jsonl")
    order.folder.part(shard).mkdir()
    with pytest.raises(OutputError, match=r"directory; mend that and run again"):
        label_shard(shard, order)


def test_a_fault_of_this_program_costs_the_shard_and_is_told(order, monkeypatch):
    def boom(files, path):
        raise ValueError("no such thing as a header")  # what a library may raise and nobody has thought of

    fsspec.register_implementation("flighty", Flighty, clobber=True)
    fsspec.filesystem("flighty").pipe("/poison.jsonl", "".join(LINES).encode())
    shard = shard_of("flighty://poison.jsonl")
    monkeypatch.setattr(Flighty, "then", staticmethod(boom))
    assert label_shard(shard, order) == Failure(
        shard,
        "flighty:///poison.jsonl: ValueError: no such thing as a header; a fault of Newsieve, please report it",
    )
    assert not list(order.folder.path.glob("*.parquet"))


def test_characters_that_cannot_be_decoded_and_pages_without_text_are_counted_and_told(order, tmp_path):
    german = "Die F\u00e4hre nach F\u00f6hr f\u00e4llt f\u00fcr zwei Tage aus. ".encode() * 5
    poison = b'{"url": "https://a.example/b", "text": "' + german + b'\xff\xfe end"}\n'
    (tmp_path / "p.jsonl").write_bytes(LINES[0].encode() + poison + b'{"url": "https://a.example/e", "text": ""}\n')
    receipt, _, faults = label(tmp_path / "p.jsonl", order)
    assert (receipt.pages, receipt.warnings, receipt.without_text, faults) == (3, 2, 1, [])
    lines = map(json.loads, order.folder.errors(shard_of(tmp_path / "p.jsonl")).read_text("utf-8").splitlines())
    assert [line["warning"] for line in lines] == [
        f"{tmp_path}/p.jsonl:2: 2 characters could not be decoded and were replaced",
        "https://a.example/e: no text in it",
    ]
