"""Sums, shapes and signs of many texts at once, by ``_lookup.c``; what is not plain ASCII is put in order here.

The module is compiled when the package is built where there is a C compiler; elsewhere :mod:`classifier.scorer` does
the same in NumPy.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from classifier.context import Floats, Numbers, WordTable
from classifier.english import SIGN_NAMES, SMALL_WORDS, token_signs
from classifier.shape import SHAPE_NAMES, ends_with_date, shape, token_facts
from classifier.text import LONGEST_TOKEN, as_read, normalise_token, words
from classifier.token_sums import ROW_WIDTH, Part

_MOST_BYTES = 100_000_000  # of remembered tokens before they are forgotten
_TEXTS_AT_ONCE = 1_000  # after which the memory is looked at
_DATE = SHAPE_NAMES.index("ends with a date")
_READ_OTHERWISE = 64  # bit of a token's facts: not read as it is written
SumsOf = Callable[[str, list[str]], list[float]]  # a normalised token and its words -> its row of sums


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is found out of texts token by token."""

    sums: Floats  # summed rows of each text's distinct units, shape (n_texts, ROW_WIDTH)
    shapes: Floats  # shape (n_texts, len(SHAPE_NAMES))
    signs: Numbers  # shape (n_texts, len(SIGN_NAMES))


class FastLookup:
    """Sums the rows of texts' tokens. Threads must take turns."""

    def __init__(self, lookup: Any, words: Part, characters: Part, sums_of: SumsOf) -> None:
        self._sums_of = sums_of
        parts = [(list(part.columns), _packed(part.table), part.unknown, part.rarest) for part in (words, characters)]
        self._lookup = lookup(*parts[0], *parts[1], SMALL_WORDS, self._odd, secrets.randbits(64))

    def look_up(self, texts: Sequence[str]) -> LookedUp:
        """Return what is found out of texts."""
        found = [self._some(texts[i : i + _TEXTS_AT_ONCE])[0] for i in range(0, len(texts) or 1, _TEXTS_AT_ONCE)]
        columns = zip(*((part.sums, part.shapes, part.signs) for part in found), strict=True)
        return LookedUp(*map(np.concatenate, columns))

    def look_up_page(self, texts: Sequence[str]) -> tuple[LookedUp, WordTable]:
        """Return the same of a page's texts, and the first words of their tokens."""
        return self._some(texts, with_words=True)

    def _some(self, texts: Sequence[str], *, with_words: bool = False) -> tuple[LookedUp, WordTable]:
        if self._lookup.bytes > _MOST_BYTES:
            self._lookup.forget()
        sums, shapes, signs, *words = self._lookup.score(list(texts), with_words)
        blocks, numbers, rarity = words
        table = WordTable(np.frombuffer(blocks, np.intp), np.frombuffer(numbers, np.intp), np.frombuffer(rarity))
        told = np.frombuffer(signs, np.intp).reshape(-1, len(SIGN_NAMES))
        return LookedUp(np.frombuffer(sums).reshape(-1, ROW_WIDTH), self._shapes(texts, shapes), told), table

    def _shapes(self, texts: Sequence[str], data: bytes) -> Floats:
        shapes = np.frombuffer(data).reshape(-1, len(SHAPE_NAMES)).copy()
        for number in np.flatnonzero(shapes[:, _DATE] == 2).tolist():  # ends with a digit
            shapes[number, _DATE] = ends_with_date(texts[number])
        for number in np.flatnonzero(np.isnan(shapes[:, 0])).tolist():  # has a long token, or is read otherwise
            shapes[number] = shape(texts[number])
        return shapes

    def _odd(self, raw: str) -> tuple[str, tuple[int, ...], bytes | None, list[str]]:
        """Return what is to be known of a token that is not plain ASCII."""
        normal = normalise_token(raw)
        found = words(normal)
        *of_shape, shape_bits = token_facts(raw)
        *of_words, bits = token_signs(raw, found)
        facts = (*of_shape, *of_words, shape_bits | bits | (_READ_OTHERWISE if as_read(raw) != raw else 0))
        if not normal or (normal.isascii() and len(normal) <= LONGEST_TOKEN):
            return normal, facts, None, []
        return normal, facts, np.array(self._sums_of(normal, found), dtype=np.float64).tobytes(), found


def fast_lookup(words: Part, characters: Part, sums_of: SumsOf) -> FastLookup | None:
    """Return a look-up by the compiled module; None where there is none."""
    compiled = _compiled()
    return FastLookup(compiled.Lookup, words, characters, sums_of) if compiled else None


def is_compiled() -> bool:
    """Tell whether there is the compiled module."""
    return _compiled() is not None


def _compiled() -> Any:
    try:
        return import_module("classifier._lookup")
    except ImportError:
        return None


def _packed(table: Floats) -> bytes:
    return np.ascontiguousarray(table, dtype=np.float64).tobytes()
