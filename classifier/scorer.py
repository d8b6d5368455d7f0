"""The same log-odds as the fitted scikit-learn pipeline, by token look-up and without scikit-learn.

Every feature belongs to one token or one pair of neighbouring words, and each distinct one counts once a block. So a
token's share of a block is a constant of the model: worked out when the token is first met, looked up ever after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TypeVar

import numpy as np

from classifier.blocks import LABELS, Span
from classifier.context import Floats, WordTable
from classifier.shape import shape
from classifier.text import LONGEST_TOKEN, character_grams, normalise_token, word_grams, words, written
from classifier.weights import BlockWeights, PartWeights

_MOST_TOKENS = 500_000  # tokens remembered (about 150 bytes each) before the memory is begun anew
_T = TypeVar("_T")
_N = len(LABELS)
_WORDS = slice(0, _N)
_WORD_MASS = _N
_CHARACTERS = slice(_N + 1, 2 * _N + 1)
_CHARACTER_MASS = 2 * _N + 1
_HAS_WORD = 2 * _N + 2
_KNOWN = 2 * _N + 3
_FAMILIAR_MASS = 2 * _N + 4
_UNFAMILIAR_MASS = 2 * _N + 5
_WIDTH = 2 * _N + 6


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer says of a batch of blocks."""

    log_odds: Floats  # shape (n_blocks, len(LABELS)): the decision function, one column a label
    known: Floats  # shape (n_blocks,): share of the distinct word tokens whose words were all seen in training, 0..1
    familiar: Floats  # shape (n_blocks,): share of the character n-grams' idf mass that was seen in training, 0..1


class Scorer:
    """Scores texts with the weights of one block stage. Threads may share it."""

    def __init__(self, weights: BlockWeights) -> None:
        self._lock = Lock()  # the remembered tokens are shared
        self._intercept, self._shape = weights.intercept, weights.shape
        self._words, self._characters = _Part(weights.words), _Part(weights.characters)
        self._begin()

    def score(self, texts: Sequence[str]) -> Scores:
        """Return the scores of `texts`, equal to scikit-learn's decision function to 1e-9."""
        with self._lock:
            return self._score(texts, self._found(texts))

    def score_page(self, texts: Sequence[str]) -> tuple[Scores, WordTable]:
        """Return the scores of a page's `texts`, and their words, by which the page stage compares them."""
        with self._lock:
            found = self._found(texts)
            return self._score(texts, found), self._word_table(found)

    def _score(self, texts: Sequence[str], found: list[list[int]]) -> Scores:
        sums = _segment_sums(self._table(), [list(dict.fromkeys(row)) for row in found])
        pairs = list(map(self._pairs, found))
        word_sums = sums[:, : _N + 1] + _segment_sums(self._words.table, [known for known, _ in pairs])
        word_sums[:, _WORD_MASS] += self._words.unknown * np.array([unknown for _, unknown in pairs])
        log_odds = (
            self._intercept
            + word_sums[:, _WORDS] * _inverse_root(word_sums[:, _WORD_MASS])
            + sums[:, _CHARACTERS] * _inverse_root(sums[:, _CHARACTER_MASS])
            + np.array([shape(text) for text in texts]).reshape(-1, len(self._shape)) @ self._shape
        )
        seen, unseen = sums[:, _FAMILIAR_MASS], sums[:, _UNFAMILIAR_MASS]
        familiar = seen / np.maximum(1e-9, seen + unseen)
        return Scores(log_odds, sums[:, _KNOWN] / np.maximum(1, sums[:, _HAS_WORD]), familiar)

    def _found(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the rows of each text's tokens, in reading order; they hold until the next call."""
        if len(self._rows) > _MOST_TOKENS:
            self._begin()
        return [[i for i in map(self._token, text.split()) if i >= 0] for text in texts]

    def _word_table(self, found: list[list[int]]) -> WordTable:
        firsts = [{self._ends[row][0] for row in rows} - {""} for rows in found]
        numbers: dict[str, int] = {}
        words = [numbers.setdefault(word, len(numbers)) for block in firsts for word in sorted(block)]
        rarity = np.array([self._words.rarity(word) for word in numbers])
        word = np.array(words, dtype=np.intp)
        return WordTable(np.repeat(np.arange(len(found)), list(map(len, firsts))), word, rarity[word])

    def explain(self, text: str) -> tuple[list[tuple[Span, Floats]], Floats]:
        """Return each token's share of the log-odds with its place, and the shares of the shape's facts.

        The shares (arrays of len(LABELS)), the facts' (shape (n_facts, len(LABELS))) and the intercept add up to
        :meth:`score`. A repeated token's share is split among its places, a pair's between its two tokens.
        """
        with self._lock:
            return self._explain(text)

    def _explain(self, text: str) -> tuple[list[tuple[Span, Floats]], Floats]:
        found = [(row, start, end) for raw, start, end in written(text) if (row := self._token(raw)) >= 0]
        numbers = [row for row, _start, _end in found]
        rows = self._table()[np.array(numbers, dtype=np.intp)]
        repeats = _counts(numbers)
        distinct = self._table()[list(repeats)].sum(axis=0) if found else np.zeros(_WIDTH)
        pair_shares, pair_mass = self._pair_shares(numbers)
        word_scale = _scale(distinct[_WORD_MASS] + pair_mass)
        shares = (rows[:, _WORDS] * word_scale + rows[:, _CHARACTERS] * _scale(distinct[_CHARACTER_MASS])) / np.array(
            [[repeats[number]] for number in numbers]
        ).reshape(-1, 1) + pair_shares * word_scale
        places = [Span(start, end) for _row, start, end in found]
        return list(zip(places, shares, strict=True)), np.array(shape(text))[:, None] * self._shape

    def _begin(self) -> None:
        self._rows: dict[str, int] = {}  # token as written -> row, -1 for one that is all invisible
        self._normal: dict[str, int] = {}  # normalised token -> row
        self._ends: list[tuple[str, str]] = []  # first and last word of a row's token
        self._sums = np.zeros((1024, _WIDTH))

    def _table(self) -> Floats:
        return self._sums[: max(1, len(self._ends))]

    def _token(self, raw: str) -> int:
        raw = raw[:LONGEST_TOKEN]
        row = self._rows.get(raw)
        if row is None:
            token = normalise_token(raw)
            row = self._normal.get(token) if token else -1
            row = self._rows[raw] = self._add(token) if row is None else row
        return row

    def _add(self, token: str) -> int:
        row = len(self._ends)
        if row == len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
        grams = word_grams(token)
        found = words(token)
        self._sums[row] = [
            *self._words.unit(grams)[: _N + 1],
            *(characters := self._characters.unit(character_grams(token)))[: _N + 1],
            bool(found),
            bool(found) and all(word in self._words.columns for word in found),
            *characters[_N + 1 :],
        ]
        self._ends.append((found[0], found[-1]) if found else ("", ""))
        self._normal[token] = row
        return row

    def _pairs(self, rows: list[int]) -> tuple[list[int], int]:
        """Return the columns of the distinct known pairs of neighbours, and how many others there are."""
        ends, columns = self._ends, self._words.columns
        found = dict.fromkeys((ends[left][1], ends[right][0]) for left, right in pairwise(rows))
        grams = [f"{left} {right}" for left, right in found if left and right]
        known = [columns[gram] for gram in grams if gram in columns]
        return known, len(grams) - len(known)

    def _pair_shares(self, rows: list[int]) -> tuple[Floats, float]:
        """Return what pairs give to each token (to be scaled), and the pairs' squared mass."""
        ends = [(self._ends[left][1], self._ends[right][0]) for left, right in pairwise(rows)]
        grams = [f"{left} {right}" if left and right else "" for left, right in ends]
        unknown = {gram for gram in grams if gram and gram not in self._words.columns}
        known = [(i, gram) for i, gram in enumerate(grams) if gram in self._words.columns]
        counts = _counts([gram for _, gram in known])
        shares, mass = np.zeros((len(rows), _N)), self._words.unknown * len(unknown)
        for i, gram in known:
            unit = self._words.table[self._words.columns[gram]] / counts[gram]
            shares[i] += unit[:_N] / 2
            shares[i + 1] += unit[:_N] / 2
            mass += unit[_N]
        return shares, mass


class _Part:
    """One TF-IDF part, ready to be looked up."""

    def __init__(self, weights: PartWeights) -> None:
        self.columns = {gram: column for column, gram in enumerate(weights.grams)}
        self.idf = weights.idf
        self.coefficients = weights.coefficients
        weighted = weights.coefficients * weights.idf[:, None]
        self.table = np.column_stack([weighted, weights.idf**2])  # of a unit that is a single n-gram
        self.unknown = weights.unknown
        self._rarest = float(weights.idf.max(initial=1.0))

    def rarity(self, gram: str) -> float:
        """Return the idf of an n-gram; of one never seen, that of the rarest."""
        column = self.columns.get(gram)
        return self._rarest if column is None else float(self.idf[column])

    def unit(self, grams: list[str]) -> tuple[float, ...]:
        """Return a unit's summed weights, one a label, its squared mass, and that of its known and unknown n-grams."""
        known = [column for gram in grams if (column := self.columns.get(gram)) is not None]
        counts = _counts(known)
        columns = np.fromiter(counts, dtype=np.intp, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float64, count=len(counts)) * self.idf[columns]
        mass, unknown = float(values @ values), len(grams) - len(known)
        sums = values @ self.coefficients[columns]
        return (*sums, mass + self.unknown * unknown, mass, unknown * self._rarest**2)


def _counts(items: Sequence[_T]) -> dict[_T, int]:
    counts: dict[_T, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def _scale(mass: float) -> float:
    return float(_inverse_root(np.array([mass]))[0, 0])


def _inverse_root(mass: Floats) -> Floats:
    return np.divide(1.0, np.sqrt(mass), out=np.zeros(len(mass)), where=mass > 0)[:, None]


def _segment_sums(table: Floats, rows: list[list[int]]) -> Floats:
    """Return, for each list of rows, the sum of those rows of `table`; zeros for an empty list."""
    lengths = np.array([len(row) for row in rows], dtype=np.intp)
    sums = np.zeros((len(rows), table.shape[1]))
    if not lengths.any():
        return sums
    flat = np.fromiter((i for row in rows for i in row), dtype=np.intp, count=int(lengths.sum()))
    filled = lengths > 0
    starts = np.concatenate([[0], np.cumsum(lengths[filled])[:-1]])
    sums[filled] = np.add.reduceat(table[flat], starts, axis=0)
    return sums
