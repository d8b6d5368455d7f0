"""How alike two runs are: MinHash signatures of their word pairs, and the bands by which like ones are found.

Signatures estimate the Jaccard similarity of two sets (Broder 1997); runs that share a band of their signatures are
worth comparing (locality-sensitive hashing; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch. 3). Pairs are
taken within a block, the first word paired with the block's beginning, so that the order of titles is of no account.
The values are those of datasketch's MinHash, scheme "affine32"; here those of many texts are computed at once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from classifier.text import masked, words

_PERMUTATIONS = 128  # the estimate is within 0.09 of the similarity 19 times in 20
_BANDS = 24
_ROWS = 3  # of a band: of two runs that share 40 in 100 of their pairs 79 in 100 meet in a band, at half 96 in 100
_ALIKE = 0.4
_ALIKE_SHORT = 0.85
_SHORT = 30  # pairs up to which a run counts as short: titles after one pattern share most of their words
_MOST_COMPARED = 8  # texts of one band that another is compared with: stock phrases fill bands
_FEWEST = 5  # pairs of a run: shorter ones are alike by chance
_AT_ONCE = 200  # texts whose word pairs are permuted at once
_COMPARED_AT_ONCE = 5_000  # pairs of texts
_DRAWN = np.random.RandomState(1)  # as datasketch draws them: stored signatures depend on it
_FACTORS = _DRAWN.randint(0, 1 << 31, _PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
_SUMMANDS = _DRAWN.randint(0, 1 << 32, _PERMUTATIONS, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Signature:
    """The MinHash signature of one run."""

    values: np.ndarray  # shape (128,), uint32
    pairs: int  # distinct ones that it was made of

    def likeness(self, others: np.ndarray) -> np.ndarray:
        """Return the estimated similarity to each of some signatures, shape (n, 128) -> (n,), 0..1."""
        return np.asarray(np.mean(others == self.values, axis=1))

    @property
    def alike(self) -> float:
        """The similarity from which a run is nearly the same as this one."""
        return _ALIKE_SHORT if self.pairs < _SHORT else _ALIKE

    def bands(self) -> list[int]:
        """Return the bands of the signature as numbers of 64 bits, signed."""
        rows = self.values[: _BANDS * _ROWS].astype("<u4").reshape(_BANDS, _ROWS)
        digests = (hashlib.blake2b(bytes([n]) + row.tobytes(), digest_size=8).digest() for n, row in enumerate(rows))
        return [int.from_bytes(digest, "big", signed=True) for digest in digests]

    def to_bytes(self) -> bytes:
        """Return the values as they are stored: 512 bytes, little-endian."""
        return self.values.astype("<u4").tobytes()


def signature_of(texts: Sequence[str]) -> Signature | None:
    """Return the signature of a run's texts; None for a run of too few words."""
    pairs = _pairs(texts)
    return Signature(_minima([pairs])[0], len(pairs)) if len(pairs) >= _FEWEST else None


def stored(signatures: Sequence[bytes]) -> np.ndarray:
    """Return stored signatures as an array, shape (n, 128)."""
    return np.frombuffer(b"".join(signatures), dtype="<u4").reshape(len(signatures), _PERMUTATIONS)


def alike_pairs(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield each pair of numbers of texts that are nearly the same, the smaller first, in their order."""
    numbers, values, alike = _signatures(texts)
    met = np.empty(0, dtype=np.int64)  # pairs of texts that share a band, each as one number
    for band in range(0, _BANDS * _ROWS, _ROWS):
        met = _distinct(np.concatenate([met, *_met(values[:, band : band + _ROWS])]))
    for part in np.array_split(met, len(met) // _COMPARED_AT_ONCE + 1):
        one, other = np.divmod(part, max(1, len(numbers)))
        likeness = np.mean(values[one] == values[other], axis=1)
        found = likeness >= np.maximum(alike[one], alike[other])
        yield from zip(numbers[one[found]].tolist(), numbers[other[found]].tolist(), strict=True)


def _met(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Yield pairs of texts whose rows of a band are equal, of each band one text with the first few before it."""
    order = np.lexsort(rows.T)  # equal ones stay in their order
    ranks = np.arange(len(order))
    begins = np.concatenate([[True], np.any(np.diff(rows[order], axis=0) != 0, axis=1)])[: len(order)]
    first = np.maximum.accumulate(np.where(begins, ranks, 0))
    for place in range(_MOST_COMPARED):
        later = np.flatnonzero(ranks - first > place)
        yield order[first[later] + place] * len(order) + order[later]


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """Return the distinct ones in their order, several times sooner than np.unique, which hashes integers."""
    numbers = np.sort(numbers)
    return np.asarray(numbers[np.diff(numbers, prepend=-1) != 0])


def _signatures(texts: Iterable[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of the texts that are long enough their numbers, values, and how alike one is nearly the same."""
    pairs = ((number, _pairs([text])) for number, text in enumerate(texts))
    enough = ((number, found) for number, found in pairs if len(found) >= _FEWEST)
    numbers, sizes, values = [], [], [np.empty((0, _PERMUTATIONS), dtype=np.uint32)]
    while part := list(islice(enough, _AT_ONCE)):
        numbers += [number for number, _ in part]
        sizes += [len(found) for _, found in part]
        values.append(_minima([found for _, found in part]))
    alike = np.where(np.array(sizes) < _SHORT, _ALIKE_SHORT, _ALIKE)
    return np.array(numbers, dtype=np.int64), np.concatenate(values), alike


def _minima(runs: Sequence[set[str]]) -> np.ndarray:
    """Return the least hash of each run's pairs under each permutation, shape (n_runs, 128); no run may be empty."""
    encoded = (pair.encode("utf-8", "replace") for pairs in runs for pair in pairs)
    digests = b"".join(hashlib.sha1(pair).digest()[:4] for pair in encoded)  # noqa: S324 - no secret; it is stored
    starts = np.cumsum([0, *map(len, runs[:-1])])
    permuted = _mixed(np.frombuffer(digests, dtype="<u4"))[:, np.newaxis] * _FACTORS + _SUMMANDS
    return np.asarray(np.minimum.reduceat(permuted, starts, axis=0), dtype=np.uint32)


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Return hashes with their bits spread: the finalizer of MurmurHash3."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashes = (hashes ^ (hashes >> np.uint32(shift))) * np.uint32(factor)
    return np.asarray(hashes ^ (hashes >> np.uint32(16)))


def _pairs(texts: Sequence[str]) -> set[str]:
    return {f"{one} {other}" for text in texts for one, other in pairwise(["", *_words(text)])}


def _words(text: str) -> list[str]:
    """Return the words of a text without its dates, every number the same: lists are spun by both."""
    return ["0" if word.isdecimal() else word for word in words(masked(text).replace("<date>", " "))]
