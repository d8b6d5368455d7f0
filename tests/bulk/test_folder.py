"""The folder of the parts: whose it is, and what it remembers."""

import dataclasses
import json
from pathlib import Path

import pytest
from filelock import FileLock

from classifier.bulk.folder import Folder, done_in, existing_folder, parts_in
from classifier.bulk.shards import Shard
from classifier.errors import BusyError, OutputError
from tests.bulk.crawled import receipt_of

SHARD = Shard("a.warc-0123456789ab", ("/crawl/a.warc",))
RECEIPT = receipt_of(SHARD, pages=3, size=len(b"part"))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "deep" / "out", "v1", "parquet")


def done(folder):
    """Have the shard done."""
    with folder.claimed(again=False):
        folder.part(SHARD).write_bytes(b"part")
        folder.keep(SHARD, RECEIPT, [("error", "a: broken")])


def names(folder):
    return sorted(str(p.relative_to(folder.path)) for p in folder.path.rglob("*") if p.is_file())


def test_a_receipt_is_kept_beside_its_part(folder):
    done(folder)
    assert folder.kept() == {SHARD: RECEIPT}
    assert names(folder) == [
        "_done/a.warc-0123456789ab.json",
        "_errors/a.warc-0123456789ab.jsonl",
        "_lock",
        "_run.json",
        "a.warc-0123456789ab.parquet",
    ]
    assert json.loads(folder.errors(SHARD).read_text()) == {"shard": "/crawl/a.warc", "error": "a: broken"}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"states": 3}',
        b"null",
        b"\xff\xfe",
        RECEIPT.to_bytes().replace(b'"pages": 3', b'"pages": null'),
        RECEIPT.to_bytes().replace(b'"errors": 0', b'"errors": "0"'),
        RECEIPT.to_bytes().replace(b'"files": ["/crawl/a.warc"]', b'"files": [3]'),
        RECEIPT.to_bytes().replace(b'"files": ["/crawl/a.warc"]', b'"files": []'),
    ],
)
def test_a_receipt_that_is_damaged_is_none(folder, damage):
    done(folder)
    (folder.path / "_done" / f"{SHARD.name}.json").write_bytes(damage)
    assert folder.kept() == {}
    with pytest.raises(OutputError, match=r"_done/a\.warc-.*json: gone or damaged; run newsieve classify --out again"):
        done_in(folder)


@pytest.mark.parametrize("damage", [Path.unlink, Path.touch, lambda part: part.write_bytes(b"par")])
def test_a_part_that_is_gone_or_of_another_size_is_to_be_done_again(folder, damage):
    done(folder)
    assert folder.is_whole(SHARD, RECEIPT)
    folder.part(SHARD).unlink()
    if damage is not Path.unlink:
        damage(folder.part(SHARD))
    assert not folder.is_whole(SHARD, RECEIPT)
    with pytest.raises(OutputError, match=r"/a\.warc-.*parquet: gone or damaged; run newsieve classify --out again"):
        parts_in(folder.path)


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"[]", b'{"model": "v1", "format": "../x"}', b'{"format": 3}'])
def test_a_folder_whose_run_is_damaged_is_one_sentence(folder, damage):
    done(folder)
    (folder.path / "_run.json").write_bytes(damage)
    with pytest.raises(OutputError, match="holds no crawl"):
        existing_folder(folder.path)
    with pytest.raises(OutputError, match="another model or format"), folder.claimed(again=False):
        pass


def test_parts_without_a_receipt_are_cleared_away_and_counted_and_nothing_else(folder):
    done(folder)
    for name in ("b.warc-ba9876543210.parquet", "my.parquet", ".my-notes", "_done/b.warc-ba9876543210.json"):
        (folder.path / name).write_bytes(b"x")
    before = {*names(folder)}
    assert folder.clear_but([SHARD]) == 1
    assert before - {*names(folder)} == {"b.warc-ba9876543210.parquet", "_done/b.warc-ba9876543210.json"}


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
    assert folder.kept() == {SHARD: RECEIPT}
    with other.claimed(again=True):
        assert names(other) == ["_lock", "_run.json", "my.parquet"]


def test_what_a_killed_run_left_half_written_is_cleared_away(folder):
    folder.path.mkdir(parents=True)
    (folder.path / ".writing-x1").write_text("half")  # killed at the very first file
    done(folder)
    drafts = [folder.path / ".writing-x1", folder.path / "_done" / ".writing-x2"]
    for draft in drafts:
        draft.write_text("half")
    (folder.path / ".my-notes").touch()
    with folder.claimed(again=False):
        assert not [draft for draft in drafts if draft.exists()]
        assert (folder.path / ".my-notes").exists()
        assert folder.kept() == {SHARD: RECEIPT}


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
