"""The same text on several sites: counted over all parts, and one verdict for all its places.

A text that stands on two sites or more is as much filler as a quarter of them say, rounded up; a site says the mean of
its places. The threshold is strict because a page has but one look at its news; here there are several. By Markov's
inequality news is called filler at most four times as often as on its pages (tests/bench/repeats.py measures it).

Texts are known by 64 bits of their fingerprint; of a hundred million of them, three in ten thousand crawls would mix up
two.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifier.bulk.folder import Folder, done_in, existing_folder, output_errors
from classifier.bulk.part import read_part, rewritten_part
from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard
from classifier.card import Thresholds
from classifier.cores import on_cores
from classifier.model import IN_BAND, IN_PART, IN_ROW
from classifier.text import fingerprint

_PLACES = np.dtype([("text", "u8"), ("site", "u8"), ("odds", "f8")])
_SHARES = 64  # of the texts, by their first bits: only one is held in memory at a time
_SURE = 30.0  # natural log-odds; a score of 0 or 1 counts as this
_FOLDER = "_repeats"
_OF_SCORES = {"news": {"", IN_BAND}, "filler": {"", IN_BAND, IN_PART, IN_ROW}, "boilerplate": set[str]()}
"""By label, the doubts that another score may end."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Repeats:
    """The texts that stand on several sites."""

    text: npt.NDArray[np.uint64]  # ascending
    sites: npt.NDArray[np.int32]  # how many, 2 or more
    odds: npt.NDArray[np.float64]  # natural log-odds of filler against news


def judge_repeats(folder: Path, limits: Thresholds, *, workers: int, progress: Progress) -> tuple[int, int]:
    """Write verdicts anew on all texts that stand on several sites.

    Returns how many texts that are, and how many blocks have another label for it. `limits` are the version's for
    blocks on a page. Doing it again gives the same. Raises OutputError.
    """
    with output_errors(folder):
        crawl = existing_folder(folder)
        done = done_in(crawl)
        notes = folder / _FOLDER
        shutil.rmtree(notes, ignore_errors=True)
        notes.mkdir()
        counting = [partial(_note_places, crawl.part(shard), notes / f"{shard.name}.npy") for shard in done]
        for number, _ in enumerate(on_cores(counting, cores=workers), 1):
            progress("counting repeats", number, len(done))
        repeats = _pooled(sorted(notes.glob("*.npy")))
        writing = [partial(_rewrite, crawl, shard, receipt, repeats, limits) for shard, receipt in done.items()]
        changed = 0
        for number, blocks in enumerate(on_cores(writing, cores=workers), 1):
            changed += blocks
            progress("judging repeats", number, len(done))
        shutil.rmtree(notes)
    return len(repeats.text), changed


def _note_places(part: Path, notes: Path) -> None:
    """Write down where the texts of a part stand, but for boilerplate, in the order of their fingerprints."""
    found = [_places(table) for table in read_part(part)]
    places = np.concatenate([np.empty(0, _PLACES), *found])
    np.save(notes, np.sort(places, order=["text", "site"]))


def _places(table: pa.Table) -> npt.NDArray[np.void]:
    table = table.filter(pc.not_equal(table["label"], "boilerplate"))
    places = np.empty(len(table), _PLACES)
    places["text"] = _keys(table["text"].to_pylist())
    places["site"] = _keys(_sites(table))
    places["odds"] = _odds(_first_score(table))
    return places


def _keys(texts: list[str]) -> npt.NDArray[np.uint64]:
    known: dict[str, int] = {}
    return np.array([known.get(t) or known.setdefault(t, int(fingerprint(t)[:16], 16)) for t in texts], dtype=np.uint64)


def _sites(table: pa.Table) -> list[str]:
    """Return the site of each block, or its page where the site is unknown."""
    return [site or page for site, page in zip(table["site"].to_pylist(), table["page"].to_pylist(), strict=True)]


def _first_score(table: pa.Table) -> npt.NDArray[np.float64]:
    """Return the score that each block got on its page, shape (n_blocks,)."""
    return np.asarray(pc.coalesce(table["score_on_page"], table["score"]).to_numpy(), dtype=np.float64)


def _odds(score: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.clip(np.log(score) - np.log1p(-score), -_SURE, _SURE), dtype=np.float64)


def _pooled(notes: list[Path]) -> Repeats:
    found = list(map(_pooled_share, _shares(notes)))
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    return Repeats(columns[0], columns[1].astype(np.int32), columns[2])


def _shares(notes: list[Path]) -> Iterator[npt.NDArray[np.void]]:
    """Yield the places of all parts, a share of the texts at a time."""
    files = [np.load(path, mmap_mode="r") for path in notes]
    bounds = [(2**64 // _SHARES) * n for n in range(1, _SHARES)]
    cuts = [[0, *np.searchsorted(file["text"], np.array(bounds, dtype=np.uint64)), len(file)] for file in files]
    for share in range(_SHARES):
        pieces = [file[cut[share] : cut[share + 1]] for file, cut in zip(files, cuts, strict=True)]
        yield np.sort(np.concatenate([np.empty(0, _PLACES), *pieces]), order=["text", "site"])


def _pooled_share(places: npt.NDArray[np.void]) -> tuple[npt.NDArray[np.uint64], np.ndarray, np.ndarray]:
    """Return the texts on several sites, how many sites, and what these say."""
    first = np.flatnonzero(_begins(places["text"]) | _begins(places["site"]))
    by_site = _means(places["odds"], first)
    text = places["text"][first]
    start = np.flatnonzero(_begins(text))
    sites = np.diff([*start, len(text)])
    highest_first = by_site[np.lexsort((-by_site, text))]
    said = highest_first[start + quarter(sites) - 1]
    return text[start][sites > 1], sites[sites > 1], said[sites > 1]


def quarter(sites: np.ndarray) -> np.ndarray:
    """Return how many of so many sites must call a text filler."""
    return np.asarray(-(-sites // 4))


def _begins(values: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ones(min(1, len(values)), dtype=bool), values[1:] != values[:-1]])


def _means(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    if not len(values):
        return np.empty(0)
    return np.asarray(np.add.reduceat(values, starts) / np.diff([*starts, len(values)]))


def _rewrite(crawl: Folder, shard: Shard, receipt: Receipt, repeats: Repeats, limits: Thresholds) -> int:
    """Write a part and its receipt anew and return how many blocks have another label than on their page."""
    part, changed, counts = crawl.part(shard), 0, Counter[str]()
    with rewritten_part(part) as write:
        for table in read_part(part):
            judged = _judged(table, repeats, limits)
            write(judged)
            called, before = judged["score"].to_numpy() >= limits.filler, _first_score(table) >= limits.filler
            changed += int((called != before).sum())
            counts.update(judged["label"].to_pylist(), review=sum(judged["needs_review"].to_pylist()))
    news, filler, boilerplate, review = (counts[name] for name in ("news", "filler", "boilerplate", "review"))
    size = part.stat().st_size
    told = replace(receipt, size=size, news=news, filler=filler, boilerplate=boilerplate, review=review)
    crawl.keep(shard, told)
    return changed


def _judged(table: pa.Table, repeats: Repeats, limits: Thresholds) -> pa.Table:
    """Return a table of blocks with the verdicts of repeats in the place of those of single pages."""
    own = _first_score(table)
    key = _keys(table["text"].to_pylist())
    at = np.searchsorted(repeats.text, key)
    counted = ~pc.equal(table["label"], "boilerplate").to_numpy(zero_copy_only=False)
    hit = counted & (at < len(repeats.text))
    hit[hit] = repeats.text[at[hit]] == key[hit]
    score = own.copy()
    score[hit] = 1 / (1 + np.exp(-repeats.odds[at[hit]]))
    sites = np.ones(len(key), dtype=np.int32)
    sites[hit] = repeats.sites[at[hit]]
    return _with(table, score, own, counted, limits).set_column(
        table.schema.get_field_index("sites"), "sites", pa.array(sites, pa.int32(), mask=~counted)
    )


def _with(
    table: pa.Table,
    score: npt.NDArray[np.float64],
    own: npt.NDArray[np.float64],
    counted: np.ndarray,
    limits: Thresholds,
) -> pa.Table:
    band = (limits.review_low <= score) & (score <= limits.review_high)
    labels = [
        said if not news_or_filler else "filler" if value >= limits.filler else "news"
        for said, news_or_filler, value in zip(table["label"].to_pylist(), counted, score, strict=True)
    ]
    doubts = [
        said if said not in _OF_SCORES[label] else IN_BAND * bool(inside)
        for said, label, inside in zip(table["doubt"].to_pylist(), labels, band, strict=True)
    ]
    new = {
        "label": labels,
        "score": score,
        "needs_review": list(map(bool, doubts)),
        "doubt": doubts,
        "score_on_page": pa.array(own, pa.float64(), mask=score == own),
    }
    for name, values in new.items():
        field = table.schema.field(name)
        column = values if isinstance(values, pa.Array) else pa.array(values, field.type)
        table = table.set_column(table.schema.get_field_index(name), field, column)
    return table
