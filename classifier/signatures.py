"""How alike two runs are: MinHash signatures of their word pairs, and the bands by which like ones are found.

Signatures estimate the Jaccard similarity of two sets (Broder 1997); runs that share a band of their signatures are
worth comparing (locality-sensitive hashing; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, ch. 3). Pairs are
taken within a block, the first word paired with the block's beginning, so that the order of titles is of no account.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from datasketch import MinHash

from classifier.text import masked, words

_PERMUTATIONS = 128  # the estimate is within 0.09 of the similarity 19 times in 20
_BANDS = 24
_ROWS = 3  # of a band: of two runs that share 40 in 100 of their pairs 79 in 100 meet in a band, at half 96 in 100
_ALIKE = 0.4
_ALIKE_SHORT = 0.85
_SHORT = 30  # pairs up to which a run counts as short: titles after one pattern share most of their words
_MOST_COMPARED = 8  # texts of one band that another is compared with: stock phrases fill bands
_FEWEST = 5  # pairs of a run: shorter ones are alike by chance
_PERMUTED = MinHash(num_perm=_PERMUTATIONS, scheme="affine32").permutations  # made once: making them takes longest


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
    pairs = {pair for text in texts for pair in pairwise(["", *_words(text)])}
    if len(pairs) < _FEWEST:
        return None
    hashed = MinHash(num_perm=_PERMUTATIONS, permutations=_PERMUTED, scheme="affine32")
    hashed.update_batch([" ".join(pair).encode("utf-8", "replace") for pair in sorted(pairs)])
    return Signature(np.asarray(hashed.hashvalues, dtype=np.uint32), len(pairs))


def stored(signatures: Sequence[bytes]) -> np.ndarray:
    """Return stored signatures as an array, shape (n, 128)."""
    return np.frombuffer(b"".join(signatures), dtype="<u4").reshape(len(signatures), _PERMUTATIONS)


def alike_pairs(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of numbers of texts that are nearly the same, the smaller first; a pair may come several times."""
    met: dict[int, list[tuple[int, Signature]]] = {}
    for number, text in enumerate(texts):
        signature = signature_of([text])
        if signature is None:
            continue
        for band in signature.bands():
            others = met.setdefault(band, [])
            yield from ((other, number) for other, theirs in others if _are_alike(signature, theirs))
            if len(others) < _MOST_COMPARED:
                others.append((number, signature))


def _are_alike(one: Signature, other: Signature) -> bool:
    return bool(one.likeness(other.values[np.newaxis])[0] >= max(one.alike, other.alike))


def _words(text: str) -> list[str]:
    """Return the words of a text without its dates, every number the same: lists are spun by both."""
    found = [word for token in masked(text).replace("<date>", " ").split() for word in words(token)]
    return ["0" if word.isdecimal() else word for word in found]
