"""Model versions made ready to be shown: what is known of each, and what changed between two."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from classifier.card import Card, CrossValidation, Thresholds
from classifier.errors import ModelError
from classifier.pointer import Promotion
from classifier.registry import Registry
from classifier.report import CurvePoint, Figure, HoldoutReport

T = TypeVar("T")
_POINTS_LISTED = 12


@dataclass(frozen=True, slots=True)
class Version:
    """One saved version."""

    name: str
    card: Card | None  # None where it is damaged
    report: HoldoutReport | None  # None where none was kept, or it is damaged
    faults: tuple[str, ...]  # what is damaged
    gone: bool = False  # no longer on disk


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of versions."""

    version: Version
    promotions: tuple[Promotion, ...]  # of this version, newest first


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about two versions."""

    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether they differ as shown."""
        return self.before != self.after


def read_version(registry: Registry, name: str) -> Version:
    """Return what is known of a version, its damages among it."""
    faults: list[str] = []
    card = _unless_damaged(lambda: registry.card(name), faults)
    report = _unless_damaged(lambda: registry.report(name), faults) if card else None
    return Version(name, card, report, tuple(faults), gone=name not in registry.versions())


def rows(registry: Registry, names: Sequence[str], promotions: Sequence[Promotion]) -> list[Row]:
    """Return the list of versions, in the order of `names`."""
    return [
        Row(read_version(registry, name), tuple(p for p in reversed(promotions) if p.version == name)) for name in names
    ]


def changes(before: Version, after: Version) -> list[Change]:
    """Return what the cards say of two versions, side by side."""
    if not before.card or not after.card:
        return []
    facts, earlier = dict(_facts(after.card)), dict(_facts(before.card))
    return [Change(name, earlier.get(name, "–"), facts.get(name, "–")) for name in {**earlier, **facts}]


def figure_changes(before: Version, after: Version) -> list[Change]:
    """Return the figures of two versions side by side; none unless both were measured on the same blocks."""
    if not before.report or not after.report or before.report.data_digest != after.report.data_digest:
        return []
    earlier = {figure.name: told(figure) for figure in before.report.figures}
    return [Change(figure.name, earlier.get(figure.name, "–"), told(figure)) for figure in after.report.figures]


def told(figure: Figure) -> str:
    """Return a figure with its count and interval."""
    if figure.of is None:
        return f"{figure.value:.4f} [{figure.low:.4f}, {figure.high:.4f}]"
    return f"{figure.value:.1%} ({figure.hits:,} of {figure.of:,}) [{figure.low:.1%}, {figure.high:.1%}]"


def some_points(report: HoldoutReport) -> list[CurvePoint]:
    """Return a few points of the curve for a table, evenly apart in recall."""
    wanted = [n / _POINTS_LISTED for n in range(1, _POINTS_LISTED + 1)]
    found = (next(p for p in report.curve if p.recall >= share) for share in wanted)
    return list(dict.fromkeys(found))


def _unless_damaged(read: Callable[[], T], faults: list[str]) -> T | None:
    try:
        return read()
    except ModelError as error:
        faults.append(str(error))
        return None


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    yield "blocks trained on", f"{sum(card.examples.values()):,}"
    for label, count in card.examples.items():
        yield f"{label} blocks", f"{count:,}"
    yield "decided by moderators", f"{card.decided:,}"
    yield from (("pages", f"{card.pages:,}"), ("sites", f"{card.sites:,}"), ("voices", f"{card.voices:,}"))
    yield "digest of the blocks", card.data_digest[:12]
    yield "seed", str(card.seed)
    yield from ((f"setting {name}", f"{value:g}") for name, value in card.settings.items())
    yield from ((f"{name}, library", version) for name, version in card.libraries.items())
    yield from _limits("on pages", card.page_thresholds)
    yield from _limits("alone", card.thresholds)
    yield from _cross_validated("on pages", card.page_cross_validation)
    yield from _cross_validated("alone", card.cross_validation)


def _limits(where: str, limits: Thresholds) -> Iterator[tuple[str, str]]:
    yield f"threshold {where}", f"{limits.filler:.4f}"
    yield f"review band {where}", f"{limits.review_low:.4f} to {limits.review_high:.4f}"
    yield f"boilerplate in doubt below, {where}", f"{limits.boilerplate:.4f}"
    yield f"promise {where}", limits.promise


def _cross_validated(where: str, figures: CrossValidation) -> Iterator[tuple[str, str]]:
    yield f"AUC in cross-validation, {where}", f"{figures.auc:.4f}"
    yield f"filler found at 1 % of news in cross-validation, {where}", f"{figures.found_at_1_percent:.1%}"
    yield f"news lost in cross-validation, {where}", f"{figures.news_lost:.2%} of {figures.news:,}"
    yield f"filler missed in cross-validation, {where}", f"{figures.filler_missed:.1%} of {figures.filler:,}"
