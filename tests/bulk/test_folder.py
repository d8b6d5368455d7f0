"""The folder of the parts: whose it is, and what it remembers."""

import dataclasses
import json
from pathlib import Path

import pytest
from filelock import FileLock

from classifier.bulk.folder import Folder, Receipt
from classifier.bulk.shards import Shard
from classifier.errors import BusyError, OutputError

SHARD = Shard("a.warc-0123456789ab", ("/crawl/a.warc",))
RECEIPT = Receipt("/crawl/a.warc", ("1 bytes, 2",), "v1", 3, 1, 20, 10, 5, 5, 2, 1, 0.5)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "deep" / "out", "v1", "parquet")


def done(folder):
    """Have the shard done."""
    with folder.claimed(again=False):
        folder.part(SHARD).write_bytes(b"part")
        folder.keep(SHARD, RECEIPT, ["a: broken"])


def names(folder):
    return sorted(str(p.relative_to(folder.path)) for p in folder.path.rglob("*") if p.is_file())


def test_a_receipt_is_kept_beside_its_part(folder):
    done(folder)
    assert folder.receipt(SHARD) == RECEIPT
    assert names(folder) == [
        "_done/a.warc-0123456789ab.json",
        "_errors/a.warc-0123456789ab.jsonl",
        "_lock",
        "_run.json",
        "a.warc-0123456789ab.parquet",
    ]
    assert json.loads(folder.errors(SHARD).read_text()) == {"shard": "/crawl/a.warc", "error": "a: broken"}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"states": 3}', b"null", b"\xff\xfe", b'{"states": []}'])
def test_a_receipt_that_is_damaged_is_none(folder, damage):
    done(folder)
    (folder.path / "_done" / f"{SHARD.name}.json").write_bytes(damage)
    assert folder.receipt(SHARD) is None


def test_a_receipt_without_its_part_is_none(folder):
    done(folder)
    folder.part(SHARD).unlink()
    assert folder.receipt(SHARD) is None


def test_of_a_shard_that_is_to_be_done_again_nothing_stays(folder):
    done(folder)
    folder.forget(SHARD)
    assert names(folder) == ["_lock", "_run.json"]


def test_a_folder_with_other_files_is_refused(folder):
    folder.path.mkdir(parents=True)
    (folder.path / "thesis.docx").write_text("x")
    with pytest.raises(OutputError, match="holds other files"), folder.claimed(again=True):
        pass
    assert (folder.path / "thesis.docx").exists()


@pytest.mark.parametrize("change", [{"model": "v2"}, {"form": "jsonl"}])
def test_parts_of_another_model_or_format_are_refused_unless_it_begins_anew(folder, change):
    done(folder)
    (folder.path / "b.warc-ba9876543210.parquet").write_bytes(b"of a run that was killed")
    (folder.path / "my.parquet").write_bytes(b"a person's own")
    other = dataclasses.replace(folder, **change)
    with pytest.raises(OutputError, match=r"another model or format .*v1.*--again"), other.claimed(again=False):
        pass
    assert folder.receipt(SHARD) == RECEIPT
    with other.claimed(again=True):
        assert names(other) == ["_lock", "_run.json", "my.parquet"]


def test_what_a_killed_run_left_half_written_is_cleared_away(folder):
    folder.path.mkdir(parents=True)
    (folder.path / "._run.json-x1").write_text("half")  # killed at the very first file
    done(folder)
    drafts = [folder.path / f".{SHARD.name}.parquet-x1", folder.path / "_done" / f".{SHARD.name}.json-x1"]
    for draft in drafts:
        draft.write_text("half")
    with folder.claimed(again=False):
        assert not [draft for draft in drafts if draft.exists()]
        assert folder.receipt(SHARD) == RECEIPT


def test_two_runs_at_once_are_refused(folder):
    with folder.claimed(again=False), pytest.raises(BusyError, match="at work here"), folder.claimed(again=False):
        pass
    with FileLock(folder.path / "_lock"):  # and it is let go
        pass


def test_a_place_that_cannot_be_a_folder_is_an_error_that_names_it(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "out", Path("/proc/out")):
        with pytest.raises(OutputError, match=str(place)), Folder(place, "v1", "parquet").claimed(again=False):
            pass
