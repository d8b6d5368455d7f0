"""What keeps a version from becoming current: reasons by name, with their numbers.

Golden blocks, pins and floors hold for every version and nobody is let past them. Comparisons with the version that is
current may be passed by a person who says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from classifier.blocks import Verdict
from classifier.comparison import DECISIONS, HOLDOUT, Comparison, SetComparison
from classifier.evaluation import Report
from classifier.floors import FLOORS, Floor
from classifier.paired import AUC, FILLER_MISSED, FOUND, NEWS_LOST, Difference
from classifier.places import Placed
from classifier.proportion import Proportion

Name = Literal["golden", "pins", "floor", "news lost", "past decisions"]
_NAMED = 5  # blocks that a reason quotes
_QUOTED = 60  # characters of each
_COMPARED: frozenset[Name] = frozenset({"news lost", "past decisions"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against a version."""

    name: Name
    told: str  # with the numbers

    @property
    def passable(self) -> bool:
        """Whether a person may promote the version nevertheless."""
        return self.name in _COMPARED


@dataclass(frozen=True, slots=True)
class Measured:
    """What a version does on what every version is measured on."""

    golden: tuple[tuple[Placed, Verdict], ...]
    pins: tuple[tuple[Placed, Verdict], ...]
    holdout: Report
    digest: str  # of the holdout


def reasons_against(measured: Measured, comparison: Comparison | None, *, digest: str) -> tuple[Reason, ...]:
    """Return why a version may not become current; none when it may.

    Args:
        measured: what it does by itself.
        comparison: with the version that is current; None when there is none to compare with.
        digest: of the holdout on which the floors were set.
    """
    found = [*_wrong("golden", "golden blocks", measured.golden), *_wrong("pins", "pinned blocks", measured.pins)]
    if measured.digest != digest:
        found.append(Reason("floor", "the holdout has changed since the floors were set; set them anew, in floors.py"))
    else:
        found += [reason for floor in FLOORS for reason in _below(floor, measured.holdout)]
    return (*found, *(_compared(comparison) if comparison else ()))


def is_better(comparison: Comparison) -> bool:
    """Tell whether the second version is better, not merely no worse.

    It is when more past decisions are gained than lost. Where as many are, the holdout decides: its AUC is not surely
    lower, and it neither loses more news, nor misses or finds less filler, and one of these figures is better.
    """
    past, holdout = comparison.on(DECISIONS), comparison.on(HOLDOUT)
    if past and len(past.gained) != len(past.lost):
        return len(past.gained) > len(past.lost)
    figures = {figure.name: figure for figure in (holdout.figures if holdout else ())}
    told = [figures[name] for name in (AUC, FOUND, NEWS_LOST, FILLER_MISSED) if name in figures]
    return all(map(_no_worse, told)) and any(figure.gain > 0 for figure in told)


def _no_worse(figure: Difference) -> bool:
    return not figure.surely_worse if figure.name == AUC else figure.gain >= 0


def _wrong(name: Name, what: str, judged: Sequence[tuple[Placed, Verdict]]) -> Iterator[Reason]:
    wrong = [(place.example, verdict) for place, verdict in judged if verdict.label != place.example.label]
    if wrong:
        named = "; ".join(
            f"{example.label} called {verdict.label} ({verdict.score:.3f}): {_quoted(example.text)}"
            for example, verdict in wrong[:_NAMED]
        )
        yield Reason(name, f"{len(wrong):,} of {len(judged):,} {what} are wrong ({named}{_more(len(wrong))})")


def _below(floor: Floor, report: Report) -> Iterator[Reason]:
    found = {AUC: report.auc, FOUND: report.found_at_1_percent, NEWS_LOST: report.news_lost}[floor.figure]
    if found is None:
        yield Reason("floor", f"{floor.figure} cannot be told: the holdout lacks news or filler")
    elif found.value < floor.bound if floor.at_least else found.value > floor.bound:
        counted = f", {found.hits:,} of {found.of:,}" if isinstance(found, Proportion) else ""
        side = "at least" if floor.at_least else "at most"
        told = f"{floor.figure} is {found.value:.4f}{counted} on the holdout, must be {side} {floor.bound:.4f}"
        yield Reason("floor", told)


def _compared(comparison: Comparison) -> Iterator[Reason]:
    past = comparison.on(DECISIONS)
    for judged in filter(None, (comparison.on(HOLDOUT), past)):
        yield from _more_news_lost(judged, comparison.before)
    if past and len(past.lost) > len(past.gained):
        named = "; ".join(
            f"{one.place.example.label} called {one.after.label}: {_quoted(one.place.example.text)}"
            for one in past.lost[:_NAMED]
        )
        yield Reason(
            "past decisions",
            f"{len(past.lost):,} of {past.blocks:,} past decisions are lost and {len(past.gained):,} gained against "
            f"{comparison.before} ({named}{_more(len(past.lost))})",
        )


def _more_news_lost(judged: SetComparison, before: str) -> Iterator[Reason]:
    for figure in judged.figures:
        if figure.name == NEWS_LOST and figure.surely_worse:
            yield Reason(
                "news lost",
                f"news lost on the {judged.name} rises from {figure.before:.1%} to {figure.after:.1%} of {figure.of:,} "
                f"against {before}, 95 % interval of the rise {figure.low:.1%} to {figure.high:.1%}",
            )


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…")


def _more(count: int) -> str:
    return f"; and {count - _NAMED:,} more" if count > _NAMED else ""
