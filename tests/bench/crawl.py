"""A crawl: pages a second from WARC.gz to scored Parquet, what a second worker is worth, and memory over a long stream.

`python -m tests.bench.crawl --html FOLDER` takes real pages, HTML files in UTF-8, against trafilatura; `--pages 200000`
makes a WARC.gz of so many pages and tells the memory of the one worker that labels it. Made pages are those of
made_markup.py; every line has a word that stands nowhere else.
"""

import argparse
import gzip
import logging
import multiprocessing
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

from classifier.bulk.folder import Folder
from classifier.bulk.shards import find_shards
from classifier.bulk.sweep import sweep
from classifier.bulk.work import Order
from classifier.model import ModelFiles
from classifier.registry import Registry
from tests.bench.in_turn import Times, in_turn, print_figures
from tests.bench.made_crawl import made_crawl
from tests.bench.made_markup import marked_up, renewed
from tests.made_warc import page_record

_PAGES = 400  # that trafilatura reads as well
_SHARDS, _PAGES_OF_A_SHARD = 4, 150
_STREAM = 2_000  # pages over which memory is watched
_DISTINCT = 2_000  # pages, which come again with other words
_ROUNDS = 3
_SAMPLE = 0.2  # seconds between two looks at the memory


def crawl_figures(registry: Registry) -> dict[str, Times]:
    """Return the figures of a crawl labelled by the current version."""
    files = registry.files(registry.current().card.version)
    with tempfile.TemporaryDirectory() as folder:
        pages = write_crawl(Path(folder) / "one.warc.gz", _PAGES)
        return {
            f"WARC.gz of {_PAGES} made pages to scored Parquet, against trafilatura on the same": _extraction(
                Path(folder), files, pages
            ),
            f"{_SHARDS} shards by 1 worker against 2 (ratio: how many times as fast 2 are)": _second_worker(
                Path(folder), files
            ),
            "the control: a loop of additions twice, one after the other against both at once": _control(),
            f"memory of a worker over {_STREAM:,} pages, in tenths of the time": {
                "MB": _memory(registry.folder.parent, _STREAM)
            },
        }


def write_crawl(path: Path, pages: int, *, first: int = 0) -> list[str]:
    """Write a WARC.gz of so many pages after the `first`, and return the HTML of the last few hundred."""
    kept: list[str] = []
    made = [(page.site, marked_up(page)) for page in made_crawl(first + min(pages, _DISTINCT)) if page.number > first]
    with path.open("wb") as stream:
        for number in range(first, first + pages):
            site, html = made[(number - first) % len(made)]
            html = renewed(html, number)
            kept = [*kept[-_PAGES + 1 :], html]
            stream.write(gzip.compress(page_record(html, f"https://www.{site}/{number}"), 1))
    return kept


def label(inputs: Path, files: ModelFiles, *, workers: int) -> None:
    """Label a file or folder into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as out:
        folder = Folder(Path(out) / "out", files.version, "parquet")
        order = Order(files, folder, None)
        with folder.claimed(again=False):
            assert all(done.pages for done in sweep(find_shards([str(inputs)])[0], order, workers=workers))


def _warm_in_turn(ours: Callable[[], object], other: Callable[[], object]) -> Times:
    ours(), other()  # what is loaded once
    return in_turn(ours, other, rounds=_ROUNDS)


def _extraction(folder: Path, files: ModelFiles, pages: Sequence[str]) -> Times:
    """Return the times of the crawl `one.warc.gz` in a folder, and those of its `pages` in trafilatura."""
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return _warm_in_turn(
        lambda: label(folder / "one.warc.gz", files, workers=1), lambda: [extract(html) for html in pages]
    )


def _real_pages(htmls: Sequence[Path], files: ModelFiles) -> dict[str, Times]:
    pages = [path.read_text(encoding="utf-8", errors="replace") for path in htmls]
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "one.warc.gz").open("wb") as stream:
            for number, html in enumerate(pages):
                stream.write(gzip.compress(page_record(html, f"https://www.{number}.example/"), 6))
        told = f"WARC.gz of {len(pages)} real pages to scored Parquet, against trafilatura on the same"
        return {told: _extraction(Path(folder), files, pages)}


def _second_worker(folder: Path, files: ModelFiles) -> Times:
    (folder / "shards").mkdir()
    for number in range(_SHARDS):
        write_crawl(folder / "shards" / f"{number}.warc.gz", _PAGES_OF_A_SHARD, first=number * _PAGES_OF_A_SHARD)
    return _warm_in_turn(
        lambda: label(folder / "shards", files, workers=2),
        lambda: label(folder / "shards", files, workers=1),
    )


def _control() -> Times:
    """Return how much faster two cores are at something that shares nothing."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return _warm_in_turn(
            lambda: pool.map(_add, [0, 0], chunksize=1),
            lambda: [pool.apply(_add, [0]) for _ in range(2)],
        )


def _add(total: int) -> int:
    for number in range(20_000_000):
        total += number
    return total


def _memory(home: Path, pages: int) -> list[float]:
    """Return the MB of a worker over a stream of so many pages: the median in each tenth of the time."""
    with tempfile.TemporaryDirectory() as folder:
        crawl, out = Path(folder) / "crawl.warc.gz", Path(folder) / "out"
        write_crawl(crawl, pages)
        command = [Path(sys.executable).with_name("newsieve"), "--home", home, "classify", crawl, "--out", out]
        with subprocess.Popen([*command, "--workers", "1"]) as process:
            samples = _watched(process)
    return [statistics.median(samples[len(samples) * n // 10 : len(samples) * (n + 1) // 10]) for n in range(10)]


def _watched(process: "subprocess.Popen[bytes]") -> list[float]:
    """Return the resident memory of a process in MB, until it ends."""
    samples: list[float] = []
    ended = Event()
    watcher = Thread(target=lambda: _sample(process.pid, samples, ended))
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return samples


def _sample(pid: int, samples: list[float], ended: Event) -> None:
    while not ended.wait(_SAMPLE):
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        if found:
            samples.append(int(found[1]) / 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, help="only the memory over a stream of so many")
    parser.add_argument("--html", type=Path, help="only the speed on the HTML files in this folder")
    parser.add_argument("--home", type=Path, required=True, help="folder with a trained model")
    asked = parser.parse_args()
    if asked.pages:
        begun = time.perf_counter()
        tenths = _memory(asked.home, asked.pages)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
        print(f"{asked.pages:,} pages in {time.perf_counter() - begun:,.0f} s, made and labelled; peak {peak:,.0f} MB")
        print("median MB in each tenth of the time: " + " ".join(f"{tenth:,.0f}" for tenth in tenths))
        return
    registry = Registry(asked.home / "models")
    if asked.html:
        files = registry.files(registry.current().card.version)
        print_figures(_real_pages(sorted(asked.html.glob("*.htm*")), files))
        return
    print_figures(crawl_figures(registry))


if __name__ == "__main__":
    main()
