"""Who disagrees too often to be merely unlucky: exact tests of each person against all others.

Two counts of each person are put to the test: labels that are likely wrong (:mod:`classifier.doubtful`), and texts
that somebody else labels otherwise. A person is suspected when so many are improbable even if they erred twice as
often as the others do: work at twice the rate of others is work, not an attack, however much of it there is. Blocks of
one site are right or wrong together, so counts are divided by the design effect among the others' sites (Rao and Scott
1992, Biometrics 48:577); P values are corrected for the number of tests (Holm 1979).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from scipy.stats import binom

ALARM = 0.01
"""Corrected P value below which a person is suspected."""

_TOLERATED = 2.0  # times the others' share


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a person said, and whether it counts against them."""

    person: str
    site: str
    against: bool
    weight: float = 1.0  # a campaign's texts count together as one


@dataclass(frozen=True, slots=True)
class Comparison:
    """A count of one person beside that of the others."""

    against: float  # cases that count against the person
    of: float  # their cases
    others_against: float
    others_of: float
    spread: float  # design effect among the others' sites, at least 1
    p: float  # of so many or more if they erred twice as often as the others; corrected once holm() was called

    @property
    def share(self) -> float:
        """0..1; not a number without cases."""
        return self.against / self.of if self.of else float("nan")

    @property
    def others_share(self) -> float:
        """0..1; not a number without cases."""
        return self.others_against / self.others_of if self.others_of else float("nan")


def compared(cases: Iterable[Case]) -> dict[str, Comparison]:
    """Return how each person compares with all others, by name; P values are not corrected yet."""
    by_person: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_person[case.person].append(case)
    return {
        person: compare(theirs, [case for name, of in by_person.items() if name != person for case in of])
        for person, theirs in sorted(by_person.items())
    }


def compare(cases: Sequence[Case], others: Sequence[Case]) -> Comparison:
    """Return how somebody's `cases` compare with those of the others."""
    against, of = _counts(cases)
    others_against, others_of = _counts(others)
    spread = _spread(others)
    expected = others_share(others_against / spread, others_of / spread)
    p = chance(against / spread, of / spread, min(1.0, _TOLERATED * expected))
    return Comparison(against, of, others_against, others_of, spread, p)


def others_share(hits: float, of: float) -> float:
    """Return the share to expect of somebody else, never 0 and 1/2 when nothing is known (Laplace)."""
    return (hits + 1) / (of + 2)


def chance(hits: float, of: float, share: float) -> float:
    """Return how probable so many hits or more are; parts of a case never count against anybody."""
    return float(binom.sf(floor(hits + 1e-9) - 1, ceil(of - 1e-9), share))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return P values corrected for their number (Holm 1979), in the same order."""
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        corrected[place] = highest
    return corrected


def _counts(cases: Sequence[Case]) -> tuple[float, float]:
    return sum(case.weight for case in cases if case.against), sum(case.weight for case in cases)


def _spread(cases: Sequence[Case]) -> float:
    """Return how much more the share varies between sites than between independent cases, at least 1."""
    sites: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        sites[case.site].append(case)
    hits, total = _counts(cases)
    if len(sites) < 2 or not 0 < hits < total:
        return 1.0
    share = hits / total
    squares = sum((found - share * of) ** 2 for found, of in map(_counts, sites.values()))
    return max(1.0, squares * len(sites) / (len(sites) - 1) / (total * share * (1 - share)))
