"""The character n-grams of many tokens at once: an n-gram is the one before it and one more character."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from classifier.context import Numbers
from classifier.distinct import distinct_pairs
from classifier.text import CHARACTER_SIZES


@dataclass(frozen=True, slots=True)
class CharacterGrams:
    """What :func:`classifier.text.character_grams` finds in each of some tokens."""

    counts: sparse.csr_matrix  # (n_tokens, n_grams): how often the token holds the n-gram
    padded: str  # the tokens, a blank at each border
    starts: Numbers  # (n_grams,): where each n-gram stands in that
    sizes: Numbers  # (n_grams,): its characters

    def names(self, grams: Numbers) -> list[str]:
        """Return the n-grams of these numbers."""
        places = zip(self.starts[grams].tolist(), self.sizes[grams].tolist(), strict=True)
        return [self.padded[start : start + size] for start, size in places]


def grams_of_tokens(tokens: Sequence[str]) -> CharacterGrams:
    """Return the character n-grams of `tokens`."""
    padded = "".join(f" {token} " for token in tokens)
    lengths = np.fromiter((len(token) + 2 for token in tokens), dtype=np.intp)
    token = np.repeat(np.arange(len(lengths)), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(token))  # characters of the token, from here on
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    letters = np.unique(codes, return_inverse=True)[1]
    rows, columns, starts = [], [], []
    ends, count = letters.copy(), 0  # the n-gram that begins at each place
    for size in range(2, max(CHARACTER_SIZES) + 1):
        places = np.flatnonzero(left >= size)
        first, numbers = distinct_pairs(ends[places], letters[places + size - 1])
        ends[places] = numbers
        if size in CHARACTER_SIZES:
            rows.append(token[places])
            columns.append(count + numbers)
            starts.append(places[first])
            count += len(first)
    counts = sparse.coo_matrix(
        (np.ones(sum(map(len, rows))), (np.concatenate(rows), np.concatenate(columns))), (len(lengths), count)
    )
    sizes = np.repeat(CHARACTER_SIZES, [len(found) for found in starts])
    return CharacterGrams(counts.tocsr(), padded, np.concatenate(starts), sizes)
