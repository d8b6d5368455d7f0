"""A sweep: every shard that is missing, whatever happens to the processes that work at it."""

import dataclasses
import json
import os
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from classifier.bulk.sweep import Totals, sweep
from classifier.bulk.work import Failure
from classifier.cores import end_processes
from classifier.model import ModelFiles
from tests.bulk.crawled import missing, shards_of


@pytest.fixture(autouse=True)
def processes():
    """Leaves none behind for the next test."""
    yield
    end_processes()


@pytest.fixture
def crawl(tmp_path):
    """The shards of six files of pages."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    for number in range(6):
        row = {"url": f"https://a.example/{number}", "text": f"Council votes on plan {number}\nBest casino bonus"}
        (folder / f"{number}.jsonl").write_text(json.dumps(row) + "\n")
    return shards_of(folder)


@dataclasses.dataclass(frozen=True, slots=True)
class Fatal(ModelFiles):
    """A model whose loading is the end of the process, so many times as there are files to take away."""

    lives: str = ""

    def load(self):
        for life in Path(self.lives).iterdir():
            try:
                life.unlink()
            except FileNotFoundError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
        return ModelFiles.load(self)


def fatal(order, lives, times):
    lives.mkdir()
    for number in range(times):
        (lives / str(number)).touch()
    files = order.model
    return dataclasses.replace(order, model=Fatal(files.version, files.place, files.weights, files.card, str(lives)))


def table(order, shard):
    return pq.read_table(order.folder.part(shard)).to_pylist()


def test_parts_are_the_same_from_one_process_and_from_two(order, crawl):
    one = {r.shard: r for r in sweep(crawl, order, workers=1)}
    rows = [table(order, shard) for shard in crawl]
    two = {r.shard: r for r in sweep(crawl, order, workers=2)}
    assert one.keys() == two.keys() == {shard.told for shard in crawl}
    assert [table(order, shard) for shard in crawl] == rows
    assert all(dataclasses.replace(one[name], seconds=0) == dataclasses.replace(two[name], seconds=0) for name in one)


def test_only_what_is_missing_or_has_changed_is_to_be_done(order, crawl):
    assert missing(crawl, order) == crawl
    receipts = list(sweep(crawl, order, workers=1))
    assert missing(crawl, order) == []
    with Path(crawl[1].addresses[0]).open("a") as stream:
        stream.write('{"text": "one more"}\n')
    Path(crawl[3].addresses[0]).unlink()
    again = missing(crawl, order)
    assert again == [crawl[1], crawl[3]]
    totals = Totals()
    for one in [*(receipts[n] for n in (0, 2, 4, 5)), *sweep(again, order, workers=1)]:
        totals.add(one)
    assert (totals.shards, totals.pages, totals.blocks) == (5, 6, 11)
    (failure,) = totals.failures
    assert failure.sentence.startswith(crawl[3].told)


@pytest.mark.parametrize("workers", [2, 3])
def test_a_worker_that_is_killed_costs_nothing(order, crawl, tmp_path, workers):
    done = list(sweep(crawl, fatal(order, tmp_path / "lives", 1), workers=workers))
    assert sorted(receipt.shard for receipt in done) == sorted(shard.told for shard in crawl)
    assert missing(crawl, order) == []  # a draft of a worker that was ended with it goes when the run ends


def test_a_shard_that_is_too_much_for_a_worker_is_a_failure_that_the_next_run_takes_up(order, crawl, tmp_path):
    two = crawl[:2]
    done = list(sweep(two, fatal(order, tmp_path / "lives", 100), workers=2))
    assert {type(one) for one in done} == {Failure}
    assert {one.sentence for one in done} == {
        f"{shard.told}: its worker was ended by the system (short of memory?); run again" for shard in two
    }
    assert missing(two, order) == two
    assert len(list(sweep(two, order, workers=2))) == 2
    assert missing(two, order) == []
