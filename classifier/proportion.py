"""Shares of counts with their intervals, and what can be said of two of them. Plain arithmetic, without SciPy.

Sources: Wilson 1927 for one share; Newcombe 1998 and Zou and Donner 2008 (MOVER: the variance recovered from the two
intervals) for a difference; Fisher 1935 for the exact test.
"""

from dataclasses import dataclass
from math import comb, hypot, sqrt

Z_95 = 1.959963984540054  # of a two-sided 95 % interval
Z_99_ONE_SIDED = 2.3263478740408408


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of a count, with its 95 % interval (Wilson 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Hits over count, 0..1; not a number when the count is 0."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, 0..1."""
        return wilson(self.value, self.of) if self.of else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure that is no share of a count, with its interval."""

    value: float
    low: float
    high: float


def wilson(share: float, of: float, *, z: float = Z_95) -> tuple[float, float]:
    """Return the interval of a share of `of` answers; a count that weights make smaller need not be whole."""
    spread = z * z
    middle = (share + spread / (2 * of)) / (1 + spread / of)
    half = z / (1 + spread / of) * sqrt(max(0.0, share * (1 - share)) / of + spread / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(one: Bounded, other: Bounded) -> Bounded:
    """Return `one` less `other`, independent of each other, with an interval of the same confidence as theirs."""
    apart = one.value - other.value
    below = hypot(one.value - one.low, other.high - other.value)
    above = hypot(one.high - one.value, other.value - other.low)
    return Bounded(apart, apart - below, apart + above)


def chance_of_fewer(now: Proportion, before: Proportion) -> float:
    """Return how probable so few hits `now`, or fewer, are if the share is the one of `before` (Fisher 1935)."""
    hits, of = now.hits + before.hits, now.of + before.of
    ways = sum(comb(hits, n) * comb(of - hits, now.of - n) for n in range(max(0, now.of + hits - of), now.hits + 1))
    return ways / comb(of, now.of)
