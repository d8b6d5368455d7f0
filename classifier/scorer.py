"""The same log-odds as the fitted scikit-learn pipeline, by token look-up and without scikit-learn.

Every feature belongs to one token or one pair of neighbouring words, and each distinct one counts once a block. So a
token's share of a block is a constant of the model: worked out when the token is first met, looked up ever after.
Batches are summed by ``_lookup.c`` where it was compiled (:mod:`classifier.fast_lookup`), else here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

import numpy as np

from classifier.blocks import LABELS, Span
from classifier.context import Floats, Numbers, WordTable
from classifier.english import SIGN_NAMES, signs
from classifier.fast_lookup import LookedUp, fast_lookup
from classifier.shape import shape
from classifier.text import LONGEST_TOKEN, character_grams, normalise_token, word_grams, words, written
from classifier.token_sums import ROW_WIDTH, Part, counted
from classifier.weights import BlockWeights

_MOST_TOKENS = 500_000  # tokens remembered (about 150 bytes each) before the memory is begun anew
_N = len(LABELS)
_WORDS = slice(0, _N)
_WORD_MASS = _N
_CHARACTERS = slice(_N + 1, 2 * _N + 1)
_CHARACTER_MASS = 2 * _N + 1
_HAS_WORD = 2 * _N + 2
_KNOWN = 2 * _N + 3
_FAMILIAR_MASS = 2 * _N + 4
_UNFAMILIAR_MASS = 2 * _N + 5


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer says of a batch of blocks."""

    log_odds: Floats  # shape (n_blocks, len(LABELS)): the decision function, one column a label
    known: Floats  # shape (n_blocks,): share of the distinct word tokens whose words were all seen in training, 0..1
    familiar: Floats  # shape (n_blocks,): share of the character n-grams' idf mass that was seen in training, 0..1
    signs: Numbers  # shape (n_blocks, len(SIGN_NAMES)): of English sentences


class Scorer:
    """Scores texts with the weights of one block stage. Threads may share it."""

    def __init__(self, weights: BlockWeights) -> None:
        self._lock = Lock()  # the remembered tokens are shared
        self._intercept, self._shape = weights.intercept, weights.shape
        self._words, self._characters = Part(weights.words), Part(weights.characters)
        self._begin()
        self._fast = fast_lookup(self._words, self._characters, self._sums_of)

    def score(self, texts: Sequence[str]) -> Scores:
        """Return the scores of `texts`, equal to scikit-learn's decision function to 1e-9."""
        with self._lock:
            if self._fast:
                return self._scores(self._fast.look_up(texts))
            return self._scores(self._summed(texts, self._found(texts)))

    def score_page(self, texts: Sequence[str]) -> tuple[Scores, WordTable]:
        """Return the scores of a page's `texts`, and their words, by which the page stage compares them."""
        with self._lock:
            if self._fast:
                looked_up, words = self._fast.look_up_page(texts)
                return self._scores(looked_up), words
            found = self._found(texts)
            return self._scores(self._summed(texts, found)), self._word_table(found)

    def _summed(self, texts: Sequence[str], found: list[list[int]]) -> LookedUp:
        sums = _segment_sums(self._table(), [list(dict.fromkeys(row)) for row in found])
        pairs = list(map(self._pairs, found))
        sums[:, : _N + 1] += _segment_sums(self._words.table, [known for known, _ in pairs])
        sums[:, _WORD_MASS] += self._words.unknown * np.array([unknown for _, unknown in pairs])
        shapes = np.array([shape(text) for text in texts]).reshape(-1, len(self._shape))
        return LookedUp(sums, shapes, np.array([signs(text) for text in texts], np.intp).reshape(-1, len(SIGN_NAMES)))

    def _scores(self, found: LookedUp) -> Scores:
        sums = found.sums
        log_odds = (
            self._intercept
            + sums[:, _WORDS] * _inverse_root(sums[:, _WORD_MASS])
            + sums[:, _CHARACTERS] * _inverse_root(sums[:, _CHARACTER_MASS])
            + found.shapes @ self._shape
        )
        seen, unseen = sums[:, _FAMILIAR_MASS], sums[:, _UNFAMILIAR_MASS]
        familiar = seen / np.maximum(1e-9, seen + unseen)
        return Scores(log_odds, sums[:, _KNOWN] / np.maximum(1, sums[:, _HAS_WORD]), familiar, found.signs)

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
        repeats = counted(numbers)
        distinct = self._table()[list(repeats)].sum(axis=0)
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
        self._sums = np.zeros((1024, ROW_WIDTH))

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
        found = words(token)
        self._sums[row] = self._sums_of(token, found)
        self._ends.append((found[0], found[-1]) if found else ("", ""))
        self._normal[token] = row
        return row

    def _sums_of(self, token: str, found: list[str]) -> list[float]:
        """Return the row of a normalised token with the words that were found in it."""
        characters = self._characters.unit(character_grams(token))
        return [
            *self._words.unit(word_grams(token))[: _N + 1],
            *characters[: _N + 1],
            bool(found),
            bool(found) and all(word in self._words.columns for word in found),
            *characters[_N + 1 :],
        ]

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
        counts = counted([gram for _, gram in known])
        shares, mass = np.zeros((len(rows), _N)), self._words.unknown * len(unknown)
        for i, gram in known:
            unit = self._words.table[self._words.columns[gram]] / counts[gram]
            shares[i] += unit[:_N] / 2
            shares[i + 1] += unit[:_N] / 2
            mass += unit[_N]
        return shares, mass


def _scale(mass: float) -> float:
    return float(_inverse_root(np.array([mass]))[0, 0])


def _inverse_root(mass: Floats) -> Floats:
    return np.divide(1.0, np.sqrt(mass), out=np.zeros(len(mass)), where=mass > 0)[:, None]


def _segment_sums(table: Floats, rows: list[list[int]]) -> Floats:
    """Return, for each list of rows, the sum of those rows of `table`; zeros for an empty list."""
    lengths = np.array([len(row) for row in rows])
    sums = np.zeros((len(rows), table.shape[1]))
    if not lengths.any():
        return sums
    flat = np.fromiter((i for row in rows for i in row), dtype=np.intp)
    filled = lengths > 0
    starts = np.concatenate([[0], np.cumsum(lengths[filled])[:-1]])
    sums[filled] = np.add.reduceat(table[flat], starts, axis=0)
    return sums
