"""Shards: every file once, under a name that stays the same."""

import os
from uuid import uuid4

import fsspec
import pytest

from classifier.bulk.shards import Shard, find_shards, states
from classifier.errors import InputError, UnreadableError


def addresses(*inputs, **options):
    return [shard.addresses for shard in find_shards([str(given) for given in inputs], **options)[0]]


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    for name in ("b.warc.gz", "a.jsonl.zst", "deep/c.csv", "deep/d.PARQUET", "x.html", "y.txt", "notes.md", "n.gz"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


@pytest.fixture
def bucket():
    """A folder of its own in fsspec's memory."""
    name = f"/{uuid4().hex}"
    files = fsspec.filesystem("memory")
    for file in ("a.warc", "b.jsonl", "deep/c.csv", "notes.md"):
        files.pipe(f"{name}/{file}", b"x")
    return f"memory://{name}"


def test_a_folder_is_every_file_in_it_that_ends_as_ours_do(crawl):
    many = [crawl / name for name in ("a.jsonl.zst", "b.warc.gz", "deep/c.csv", "deep/d.PARQUET")]
    assert addresses(crawl) == [*((str(path),) for path in many), (str(crawl / "x.html"), str(crawl / "y.txt"))]


def test_what_was_written_to_a_folder_in_the_crawl_is_no_input(crawl):
    (crawl / "out").mkdir()
    (crawl / "out" / "a-0123456789ab.parquet").write_text("x")
    assert not [a for shard in addresses(crawl, apart=crawl / "out") for a in shard if "/out/" in a]


def test_a_file_that_is_named_twice_is_read_once(crawl, monkeypatch):
    (crawl / "link.csv").symlink_to(crawl / "deep" / "c.csv")
    monkeypatch.chdir(crawl)
    shards, twice = find_shards([str(crawl), "b.warc.gz", "deep/../b.warc.gz", "link.csv", str(crawl / "*.gz")])
    assert len(shards) == 6
    assert twice == 1 + 2 + 1 + 1  # the link in the folder, the file twice, the link, the pattern's b
    assert sum(len(shard.addresses) for shard in shards) == 6 + 1  # n.gz, by the pattern


def test_five_hundred_pages_of_one_file_each_are_a_shard(tmp_path):
    for number in range(1001):
        (tmp_path / f"{number:04}.html").write_text("x")
    found = addresses(tmp_path)
    assert [len(files) for files in found] == [500, 500, 1]
    assert [len(files) for files in addresses(tmp_path, page_format="csv")] == [1] * 1001


def test_names_of_parts_stay_the_same_and_differ(crawl):
    first, second = (find_shards([str(crawl)])[0] for _ in range(2))
    assert first == second
    assert len({shard.name for shard in first}) == len(first)
    (crawl / "other").mkdir()
    (crawl / "other" / "b.warc.gz").write_text("x")
    (b,), (other,) = (find_shards([str(crawl / name)])[0] for name in ("b.warc.gz", "other/b.warc.gz"))
    assert b.name != other.name
    assert b.name.startswith("b.warc.gz-")


def test_names_that_are_no_text_can_be_told(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\x1b x.csv")
    path.write_text("x")
    (shard,), _ = find_shards([str(path)])
    assert shard.told.encode().endswith(b" x.csv")
    assert shard.name.isprintable()
    assert states(shard)


@pytest.mark.parametrize("given", ["{}/missing.warc", "{}/*.none", "-", "/dev/null", ""])
def test_what_is_not_there_or_is_no_file_is_an_error_before_anything_begins(tmp_path, given):
    with pytest.raises(InputError, match=r"nothing was begun|give files|holds no file"):
        find_shards([given.format(tmp_path / "empty")])


def test_a_folder_without_pages_is_an_error(tmp_path):
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(InputError, match="holds no file of pages"):
        find_shards([str(tmp_path)])


def test_addresses_folders_and_patterns_of_fsspec_are_found(bucket, crawl):
    assert addresses(bucket) == [(f"{bucket}/{name}",) for name in ("a.warc", "b.jsonl", "deep/c.csv")]
    assert addresses(f"{bucket}/*.jsonl") == addresses(f"{bucket}/b.jsonl") == [(f"{bucket}/b.jsonl",)]
    assert addresses(f"file://{crawl}/b.warc.gz") == [(f"file://{crawl}/b.warc.gz",)]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nosuch://a/b.warc", "nosuch"),
        ("s3://a/b.warc", "s3fs"),
        ("memory://missing-folder", "no file of pages"),
        ("memory://missing-folder/*.warc", "no file of pages"),
        ("file:///missing/a.warc", "no file of pages"),
    ],
)
def test_an_address_that_cannot_be_opened_is_an_error_that_names_it(address, said):
    with pytest.raises(InputError, match=said) as error:
        find_shards([address])
    assert str(error.value).startswith(address)


def test_the_state_changes_with_the_file(crawl, bucket):
    files = fsspec.filesystem("memory")
    for address, write in [
        (str(crawl / "b.warc.gz"), (crawl / "b.warc.gz").write_bytes),
        (f"{bucket}/a.warc", lambda data: files.pipe(f"{bucket}/a.warc", data)),
    ]:
        (shard,), _ = find_shards([address])
        before = states(shard)
        assert before == states(shard)
        write(b"other")
        assert before != states(shard)
    (crawl / "b.warc.gz").unlink()
    with pytest.raises(UnreadableError, match="run again"):
        states(Shard("b", (str(crawl / "b.warc.gz"),)))
