"""Texts -> what the block stage counts in them, found once for every fold and the final fit.

A part's *units* are looked for in the blocks and its n-grams in the units: two sparse matrices, far smaller than their
product, which says which block holds which n-gram. Words and pairs are numbers here; only what is kept is named.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, count, pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from classifier.blocks import LABELS
from classifier.context import Floats, Numbers
from classifier.distinct import distinct_pairs, first_in_row
from classifier.fast_lookup import fast_lookup
from classifier.grams import grams_of_tokens
from classifier.shape import SHAPE_NAMES, shape
from classifier.text import normalise_token, words
from classifier.token_sums import ROW_WIDTH, Part
from classifier.weights import PartWeights

PARTS = ("words", "characters")
"""The TF-IDF parts: words with pairs of words, and n-grams of 3 to 5 characters inside a token."""

_AT_ONCE = 20_000  # blocks whose n-grams are counted at once, so that memory stays bounded
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incidence:
    """What one TF-IDF part counts in some blocks."""

    blocks: sparse.csr_matrix  # (n_blocks, n_units): 1 where the block holds the unit, in reading order
    grams: sparse.csr_matrix  # (n_units, len(names)): how often the unit holds the n-gram
    sizes: Floats  # (n_units,): n-grams of the unit, those not among the names included
    names: Names  # the n-grams, sorted
    frequency: Numbers  # (len(names),): in how many of the blocks each n-gram stands

    def rows(self, rows: Numbers) -> "Incidence":
        """Return the same of the blocks `rows` alone."""
        blocks = self.blocks[rows]
        return replace(self, blocks=blocks, frequency=_frequency(blocks, self.grams))


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the block stage counts in some blocks."""

    words: Incidence
    characters: Incidence
    shape: Floats  # (n_blocks, len(SHAPE_NAMES))

    def rows(self, rows: Numbers) -> "Analysis":
        """Return the same of the blocks `rows` alone."""
        return Analysis(self.words.rows(rows), self.characters.rows(rows), self.shape[rows])


def analyse(texts: Sequence[str], least: int = 1) -> Analysis:
    """Return what stands in `texts`; n-grams of fewer than `least` blocks are counted but not named."""
    found = _Tokens(texts)
    return Analysis(_words(found, least), _characters(found, least), shapes(texts))


def analyse_part(part: str, texts: Iterable[str], least: int = 1) -> Incidence:
    """Return the same for one of PARTS alone."""
    return {"words": _words, "characters": _characters}[part](_Tokens(list(texts)), least)


def shapes(texts: Iterable[str]) -> Floats:
    """Return the shapes of blocks, (n_blocks, len(SHAPE_NAMES))."""
    nothing = Part(PartWeights((), np.zeros(0), np.zeros((0, len(LABELS))), 0.0))
    lookup = fast_lookup(nothing, nothing, lambda *_: [0.0] * ROW_WIDTH)  # which tells the shapes as well
    if lookup:
        return lookup.look_up(list(texts)).shapes
    return np.array([shape(text) for text in texts]).reshape(-1, len(SHAPE_NAMES))


def _numbered() -> defaultdict[str, int]:
    """Return a dictionary that numbers strings from 0, in the order in which they are first looked up."""
    return defaultdict(count().__next__)


class _Tokens:
    """The normalised tokens of texts, each a number, in reading order."""

    def __init__(self, texts: Sequence[str]) -> None:
        raw, normal = _numbered(), _numbered()
        written, lengths = array("i"), array("i")
        for text in texts:
            forms = text.split()
            lengths.append(len(forms))
            written.extend(map(raw.__getitem__, forms))
        number = _flat(normal[token] if (token := normalise_token(form)) else -1 for form in raw)[_numbers(written)]
        rows = np.repeat(np.arange(len(texts)), _numbers(lengths))
        self.distinct, self.texts = list(normal), len(texts)
        self.rows, self.numbers = rows[number >= 0], number[number >= 0]

    @cached_property
    def blocks(self) -> sparse.csr_matrix:
        """Which text holds which token."""
        return _held(self.rows, self.numbers, (self.texts, len(self.distinct)))


def _characters(found: _Tokens, least: int) -> Incidence:
    grams = grams_of_tokens(found.distinct)
    return _named(found.blocks, grams.counts, least, grams.names)


def _words(found: _Tokens, least: int) -> Incidence:
    """Count words and pairs of words: each is a left word, numbered from 1, or 0 for none, and a right one."""
    numbers = _numbered()
    inside = [[numbers[word] for word in words(token)] for token in found.distinct]
    names = list(numbers)
    in_tokens = [
        [*((0, word) for word in held), *((left + 1, right) for left, right in pairwise(held))] for held in inside
    ]
    rows, *meeting = _neighbours(found, inside)
    left, right = np.hstack([np.array([*chain(*in_tokens)], dtype=np.intp).reshape(-1, 2).T, meeting])
    first, number = distinct_pairs(left, right)
    of_tokens, of_pairs = np.split(number, [len(number) - len(rows)])
    tokens = _rows_of(of_tokens, [len(held) for held in in_tokens], len(first))
    pairs = _held(rows, of_pairs, (found.texts, len(first)))
    blocks = sparse.hstack([found.blocks, pairs], format="csr")
    grams = sparse.vstack([tokens, sparse.eye(len(first), format="csr")], format="csr")

    def named(kept: Numbers) -> list[str]:
        parts = zip(left[first[kept]].tolist(), right[first[kept]].tolist(), strict=True)
        return [f"{names[before - 1]} {names[word]}" if before else names[word] for before, word in parts]

    return _named(blocks, grams, least, named)


def _neighbours(found: _Tokens, inside: list[list[int]]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the text of each pair of neighbouring tokens that both have words, and the two words that meet."""
    first = _flat(held[0] if held else -1 for held in inside)[found.numbers]
    last = _flat(held[-1] if held else -1 for held in inside)[found.numbers]
    pair = (found.rows[:-1] == found.rows[1:]) & (last[:-1] >= 0) & (first[1:] >= 0)
    return found.rows[:-1][pair], last[:-1][pair] + 1, first[1:][pair]


def _named(
    blocks: sparse.csr_matrix, grams: sparse.csr_matrix, least: int, named: Callable[[Numbers], list[str]]
) -> Incidence:
    frequency = _frequency(blocks, grams)
    sizes = np.asarray(grams.sum(axis=1), dtype=np.float64).ravel()
    kept = np.flatnonzero(frequency >= least)
    names = named(kept)
    order = sorted(range(len(names)), key=names.__getitem__)
    grams = grams[:, kept[order]]
    grams.sort_indices()
    return Incidence(blocks, grams, sizes, tuple(names[place] for place in order), frequency[kept[order]])


def _frequency(blocks: sparse.csr_matrix, grams: sparse.csr_matrix) -> Numbers:
    counts = np.zeros(grams.shape[1], dtype=np.intp)
    for start in range(0, blocks.shape[0], _AT_ONCE):
        present = blocks[start : start + _AT_ONCE] @ grams
        counts += np.bincount(present.indices, minlength=len(counts))
    return counts


def _held(rows: Numbers, columns: Numbers, size: tuple[int, int]) -> sparse.csr_matrix:
    """Return the matrix with a 1 wherever a row (ascending) has a column, in the order they are first met in."""
    first = first_in_row(rows, columns)
    return _matrix(columns[first], np.bincount(rows[first], minlength=size[0]), size[1])


def _rows_of(columns: Numbers, lengths: Sequence[int], width: int) -> sparse.csr_matrix:
    matrix = _matrix(columns, np.array(lengths, dtype=np.intp), width)
    matrix.sum_duplicates()
    return matrix


def _matrix(columns: Numbers, lengths: Numbers, width: int) -> sparse.csr_matrix:
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((np.ones(len(columns)), columns.astype(np.int32), ends), shape=(len(lengths), width))


def _flat(numbers: Iterable[int]) -> Numbers:
    return np.fromiter(numbers, dtype=np.intp)


def _numbers(numbers: "array[int]") -> npt.NDArray[np.int32]:
    return np.frombuffer(numbers, dtype=np.int32) if numbers else np.zeros(0, dtype=np.int32)
