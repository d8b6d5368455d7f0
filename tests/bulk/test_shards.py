"""Shards: what becomes one part, under a name that readers of folders do not pass over."""

import os
from typing import ClassVar
from uuid import uuid4

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from classifier.addresses import state_of
from classifier.bulk.shards import Shard, new_shards, states
from classifier.errors import UnreadableError


def test_five_hundred_pages_of_one_file_each_are_a_shard():
    files = [f"/crawl/{number:04}.html" for number in range(1001)]
    assert [len(shard.addresses) for shard in new_shards(files)] == [500, 500, 1]
    assert [len(shard.addresses) for shard in new_shards(files, "csv")] == [1] * 1001


def test_names_of_parts_stay_the_same_and_differ():
    files = ["/crawl/b.warc.gz", "/crawl/other/b.warc.gz", "/crawl/a.html", "/crawl/b.html"]
    shards = new_shards(files)
    assert shards == new_shards(files)
    assert len({shard.name for shard in shards}) == len(shards) == 3
    assert shards[0].name.startswith("b.warc.gz-")


@pytest.mark.parametrize("name", [".day.jsonl", "_day.jsonl", "[1].jsonl", "(1).jsonl", " day.jsonl", "-day.jsonl"])
def test_no_part_has_a_name_that_readers_of_folders_pass_over(name):
    assert new_shards([f"/crawl/{name}"])[0].name[0].isalnum()


def test_a_long_name_in_another_script_leaves_room_for_what_follows_it():
    (shard,) = new_shards([f"/crawl/{'新' * 80}.jsonl"])
    assert len(shard.name.encode()) <= 80 + 13
    assert shard.name.startswith("新新新")


def test_names_that_are_no_text_can_be_told(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\x1b x.csv")
    path.write_text("x")
    (shard,) = new_shards([str(path)])
    assert shard.told.encode().endswith(b" x.csv")
    assert shard.name.isprintable()
    assert states(shard)


def test_the_state_changes_with_the_file(tmp_path):
    files, address = fsspec.filesystem("memory"), f"/{uuid4().hex}/a.warc"
    files.pipe(address, b"x")
    (tmp_path / "b.warc").write_bytes(b"x")
    for given, write in [
        (str(tmp_path / "b.warc"), (tmp_path / "b.warc").write_bytes),
        (f"memory://{address}", lambda data: files.pipe(address, data)),
    ]:
        before = state_of(given)
        assert before == state_of(given)
        write(b"other")
        assert before != state_of(given)
    (tmp_path / "b.warc").unlink()
    with pytest.raises(UnreadableError, match="run again"):
        states(Shard("b", (str(tmp_path / "b.warc"),)))


class Web(MemoryFileSystem):
    """Files of which a web server tells what the test says, and fsspec that they never change."""

    protocol = "https"
    store: ClassVar = {}
    told: ClassVar = {}

    @classmethod
    def _strip_protocol(cls, path):
        return path

    def info(self, path, **_options):
        return {"name": path, "type": "file", **Web.told}

    def ukey(self, path):
        return path


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"ETag": "one", "size": 4}, {"ETag": "one", "size": 4}, False),
        ({"ETag": "one"}, {"ETag": "two"}, True),
        ({"Last-Modified": "Mon"}, {"Last-Modified": "Tue"}, True),
        ({"ETag": "one", "size": 4}, {"ETag": "one", "size": 5}, True),
    ],
)
def test_the_state_of_a_file_of_the_web_is_what_its_server_tells(monkeypatch, before, after, changed):
    monkeypatch.setitem(_registry, "https", Web)
    monkeypatch.setattr(Web, "told", before)
    state = state_of("https://a.example/a.warc")
    monkeypatch.setattr(Web, "told", after)
    assert (state_of("https://a.example/a.warc") != state) is changed
    monkeypatch.setattr(Web, "told", {"size": 4})
    assert state_of("https://a.example/a.warc") == ""  # where none is told the file is read again
