"""What was asked for: every file once, nothing left out in silence."""

import os
from uuid import uuid4

import fsspec
import pytest

from classifier.bulk.asked import find_files
from classifier.errors import InputError


def found(*inputs, **options):
    return [*find_files([str(given) for given in inputs], **options).files]


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


def test_a_folder_is_every_file_in_it_that_ends_as_ours_do_and_the_others_are_counted(crawl):
    names = ("a.jsonl.zst", "b.warc.gz", "deep/c.csv", "deep/d.PARQUET", "x.html", "y.txt")
    assert found(crawl) == found(f"file://{crawl}") == [str(crawl / name) for name in names]
    assert find_files([str(crawl)]).strange == find_files([f"file://{crawl}"]).strange == 2


def test_links_to_folders_and_to_nothing_are_not_followed_and_counted(crawl, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "o.html").touch()
    (crawl / "linked").symlink_to(tmp_path / "other")
    (crawl / "nowhere.html").symlink_to(tmp_path / "nowhere")
    (crawl / "z.html").symlink_to(tmp_path / "other" / "o.html")
    asked = find_files([str(crawl)])
    assert (asked.links, len(asked.files)) == (2, 7)
    assert str(tmp_path / "other" / "o.html") in asked.files
    assert found(crawl / "linked") == [str(tmp_path / "other" / "o.html")]


def test_a_folder_that_cannot_be_read_is_an_error_before_anything_begins(crawl, tmp_path, monkeypatch):
    monkeypatch.chdir(crawl)
    for _ in range(20):  # deeper than a path may be long: nobody can list it, not even root
        os.mkdir("d" * 250)  # noqa: PTH102 - where we are has no path
        os.chdir("d" * 250)
    with pytest.raises(InputError, match="File name too long; make it readable, or name other folders"):
        find_files([str(crawl)])


@pytest.mark.parametrize("given", ["{0}", "file://{0}", "{0}/**/*.parquet", "file://{0}/**/*.parquet"])
def test_what_is_in_the_folder_of_the_parts_is_no_input_however_it_is_named(crawl, given):
    (crawl / "out").mkdir()
    (crawl / "out" / "a-0123456789ab.parquet").write_text("x")
    (crawl / "old.parquet").write_text("x")
    asked = find_files([given.format(crawl), str(crawl / "out")], apart=crawl / "out")
    assert str(crawl / "old.parquet") in asked.files
    assert not [file for file in asked.files if "/out/" in file]
    with pytest.raises(InputError, match="every file that was asked for is in it"):
        find_files([str(crawl / "out")], apart=crawl / "out")


def test_a_pattern_names_files_and_no_folders(crawl, bucket):
    assert found(f"{crawl}/*") == found(f"file://{crawl}/*")
    assert str(crawl / "deep") not in found(f"{crawl}/*")
    assert found(f"{bucket}/*") == [f"{bucket}/{name}" for name in ("a.warc", "b.jsonl", "notes.md")]


def test_a_file_that_is_named_twice_is_read_once(crawl, monkeypatch):
    (crawl / "link.csv").symlink_to(crawl / "deep" / "c.csv")
    monkeypatch.chdir(crawl)
    given = [str(crawl), "b.warc.gz", "deep/../b.warc.gz", f"file://{crawl}/b.warc.gz", "link.csv", str(crawl / "*.gz")]
    asked = find_files(given)
    assert asked.twice == 1 + 3 + 1 + 1  # the link in the folder, the file three times, the link, the pattern's b
    assert len(asked.files) == 6 + 1  # n.gz, by the pattern


@pytest.mark.parametrize("given", ["{}/missing.warc", "{}/*.none", "-", "/dev/null", "", "file://{}/a.warc"])
def test_what_is_not_there_or_is_no_file_is_an_error_before_anything_begins(tmp_path, given):
    with pytest.raises(InputError, match=r"nothing was begun|give files"):
        find_files([given.format(tmp_path / "empty")])


def test_a_folder_without_pages_is_an_error(tmp_path):
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(InputError, match="holds no file of pages"):
        find_files([str(tmp_path)])


def test_addresses_folders_and_patterns_of_fsspec_are_found(bucket, crawl):
    assert found(bucket) == [f"{bucket}/{name}" for name in ("a.warc", "b.jsonl", "deep/c.csv")]
    assert find_files([bucket]).strange == 1
    assert found(f"{bucket}/*.jsonl") == found(f"{bucket}/b.jsonl") == [f"{bucket}/b.jsonl"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nosuch://a/b.warc", "nosuch"),
        ("s3://a/b.warc", "s3fs"),
        ("memory://missing-folder", "no file of pages"),
        ("memory://missing-folder/*.warc", "no file of pages"),
        ("memory://missing-folder/**.warc", "Invalid pattern.*nothing was begun"),
    ],
)
def test_an_address_that_cannot_be_opened_is_an_error_that_names_it(address, said):
    with pytest.raises(InputError, match=said) as error:
        find_files([address])
    assert str(error.value).startswith(address)
