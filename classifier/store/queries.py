"""What several queries need: long lists in parts that every database takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_AT_ONCE = 500  # values in one IN (...)

T = TypeVar("T")


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield `values` in parts of at most 500."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
