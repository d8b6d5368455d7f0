"""A sweep on a Dask cluster: a real scheduler and two worker processes on this machine."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pyarrow.parquet as pq
import pytest

from classifier.bulk.sweep import sweep
from tests.bulk.crawled import missing, shards_of
from tests.conftest import NEWSIEVE, refused

DASK = [sys.executable, "-m", "dask"]


@contextmanager
def started(*command):
    """Yield a process of Dask's and the address that it says it is at."""
    ended = {**os.environ, "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen([*DASK, *command], stderr=subprocess.PIPE, text=True, env=ended) as process:
        try:
            said = iter(process.stderr.readline, "")
            yield process, next(at[0] for line in said if (at := re.search(r"tcp://127\.0\.0\.1:[1-9]\d*", line)))
        finally:
            process.kill()


@pytest.fixture
def cluster():
    """The scheduler's process, its address and the processes of two workers."""
    with started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as (scheduler, address):
        worker = ("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--no-nanny")
        with started(*worker) as (one, _), started(*worker) as (two, _):
            yield scheduler, address, (one, two)


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    folder.mkdir()
    for name in range(6):
        rows = [
            {"url": f"https://a.example/{n}", "text": f"Council votes on plan {n}\nCasino bonus"} for n in range(500)
        ]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return shards_of(folder)


def parts(order, shards):
    return [pq.read_table(order.folder.part(shard)).to_pylist() for shard in shards]


def test_a_worker_of_the_cluster_that_is_killed_in_mid_run_costs_nothing(order, crawl, cluster, tmp_path):
    _, address, workers = cluster
    done = []
    for one in sweep(crawl, order, workers=1, cluster=address):
        if not done:
            workers[0].kill()
        done.append(one)
    assert sorted(receipt.shard for receipt in done) == [shard.told for shard in crawl]
    labelled = parts(order, crawl)
    list(sweep(crawl, order, workers=1))
    assert parts(order, crawl) == labelled
    assert missing(crawl, order) == []


def test_a_scheduler_that_goes_away_in_mid_run_is_one_sentence_and_parts_stay(home, crawl, cluster, tmp_path):
    scheduler, address, _ = cluster
    command = [NEWSIEVE, "classify", tmp_path / "crawl", "--out", tmp_path / "out", "--cluster", address]
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr.readline().startswith("[1/6] ")
        scheduler.kill()
        *_, last = lines = process.stderr.read().splitlines()
        assert process.wait(60) == 1
    assert [line for line in lines if not line.startswith("[")] == [last]
    assert last.startswith(f"Error: {address}: ")
    assert last.endswith("; parts that are done stay, run again for the others")
    assert list((tmp_path / "out").glob("*.parquet"))


def test_a_scheduler_that_is_not_there_is_one_sentence(newsieve, crawl, tmp_path):
    for address in ("tcp://127.0.0.1:1", "nosuch://x", "tcp://no host"):
        done = newsieve("classify", crawl[0].addresses[0], "--out", tmp_path / "out", "--cluster", address)
        assert refused(done).startswith(f"Error: {address}: ")
