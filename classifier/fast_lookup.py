"""Sums and shapes of many texts at once, by ``_lookup.c``; what is not plain ASCII is put in order here.

The module is compiled when the package is built where there is a C compiler; elsewhere :mod:`classifier.scorer` does
the same in NumPy.
"""

import secrets
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from classifier.context import Floats, WordTable
from classifier.shape import SHAPE_NAMES, ends_with_date, shape, token_facts
from classifier.text import LONGEST_TOKEN, as_read, normalise_token, words
from classifier.token_sums import ROW_WIDTH, Part

_MOST_BYTES = 200_000_000  # of remembered tokens before they are forgotten
_TEXTS_AT_ONCE = 1_000  # after which the memory is looked at
_DATE = SHAPE_NAMES.index("ends with a date")
SumsOf = Callable[[str, list[str]], list[float]]  # a normalised token and its words -> its row of sums


class FastLookup:
    """Sums the rows of texts' tokens. Threads must take turns."""

    def __init__(self, lookup: Any, words: Part, characters: Part, sums_of: SumsOf) -> None:
        self._sums_of = sums_of
        parts = [(list(part.columns), _packed(part.table), part.unknown, part.rarest) for part in (words, characters)]
        self._lookup = lookup(*parts[0], *parts[1], self._odd, secrets.randbits(64))

    def sums(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Return the summed rows of each text's distinct units, and the texts' shapes."""
        parts = [self._some(texts[i : i + _TEXTS_AT_ONCE])[:2] for i in range(0, len(texts) or 1, _TEXTS_AT_ONCE)]
        return np.concatenate([sums for sums, _ in parts]), np.concatenate([shapes for _, shapes in parts])

    def page_sums(self, texts: Sequence[str]) -> tuple[Floats, Floats, WordTable]:
        """Return the same of a page's texts, and the first words of their tokens."""
        return self._some(texts, with_words=True)

    def _some(self, texts: Sequence[str], *, with_words: bool = False) -> tuple[Floats, Floats, WordTable]:
        if self._lookup.bytes > _MOST_BYTES:
            self._lookup.forget()
        sums, shapes, *words = self._lookup.score(list(texts), with_words)
        blocks, numbers, rarity = (
            np.frombuffer(data, dtype) for data, dtype in zip(words, ("i8", "i8", "f8"), strict=True)
        )
        numbered = np.unique(numbers, return_inverse=True)[1] if with_words else numbers
        table = WordTable(blocks.astype(np.intp), numbered.astype(np.intp), rarity)
        return np.frombuffer(sums).reshape(-1, ROW_WIDTH), self._shapes(texts, shapes), table

    def _shapes(self, texts: Sequence[str], data: bytes) -> Floats:
        shapes = np.frombuffer(data).reshape(-1, len(SHAPE_NAMES)).copy()
        for number in np.flatnonzero(shapes[:, _DATE] == 2).tolist():  # ends with a digit
            shapes[number, _DATE] = ends_with_date(texts[number])
        for number in np.flatnonzero(np.isnan(shapes[:, 0])).tolist():  # a token too long to be looked at
            shapes[number] = shape(texts[number])
        for number, text in enumerate(texts):
            if as_read(text) != text:
                shapes[number] = shape(text)
        return shapes

    def _odd(self, raw: str) -> tuple[str, tuple[int, ...], bytes | None, list[str]]:
        """Return what is to be known of a token that is not plain ASCII."""
        normal = normalise_token(raw)
        facts = token_facts(raw)
        if not normal or (normal.isascii() and len(normal) <= LONGEST_TOKEN):
            return normal, facts, None, []
        found = words(normal)
        return normal, facts, np.array(self._sums_of(normal, found), dtype=np.float64).tobytes(), found


def fast_lookup(words: Part, characters: Part, sums_of: SumsOf) -> FastLookup | None:
    """Return a look-up by the compiled module; None where there is none."""
    try:
        compiled = import_module("classifier._lookup")
    except ImportError:
        return None
    return FastLookup(compiled.Lookup, words, characters, sums_of)


def _packed(table: Floats) -> bytes:
    return np.ascontiguousarray(table, dtype=np.float64).tobytes()
