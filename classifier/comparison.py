"""Two versions on the same blocks -> what flips between them: gained, lost, and the figures side by side."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from classifier.blocks import Verdict
from classifier.flips import Flip
from classifier.paired import Difference, differences
from classifier.places import Placed

DECISIONS, GOLDEN, PINS, HOLDOUT = "past decisions", "golden", "pins", "holdout"
"""The names of the sets of labelled blocks that versions are compared on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled block and what two versions say of it."""

    place: Placed
    before: Verdict
    after: Verdict

    @property
    def gained(self) -> bool:
        """Whether only the second version is right."""
        return self.before.label != self.place.example.label == self.after.label

    @property
    def lost(self) -> bool:
        """Whether only the first version is right."""
        return self.before.label == self.place.example.label != self.after.label


@dataclass(frozen=True, slots=True)
class Tally:
    """What was gained and lost of one kind, site or campaign."""

    name: str  # empty where it is not known
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class SetComparison:
    """Two versions on one set of labelled blocks."""

    name: str
    blocks: int
    pages: int  # that they stood on
    right_before: int  # blocks
    right_after: int  # blocks
    figures: tuple[Difference, ...]
    gained: tuple[Judged, ...]  # the boldest mistake of the first version first
    lost: tuple[Judged, ...]  # the boldest mistake of the second version first
    kinds: tuple[Tally, ...]  # the most flips first, as of the next two
    sites: tuple[Tally, ...]
    campaigns: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Blocks that flip, of one site, campaign, or pair of labels."""

    name: str
    blocks: int


@dataclass(frozen=True, slots=True)
class QueueComparison:
    """Two versions on pages of the queue."""

    pages: int  # that were compared
    of_pages: int  # in the queue
    blocks: int  # that were compared
    stored: bool  # whether the verdicts are those the desk has stored, of the current version and the shadow
    flips: tuple[Flip, ...]  # the boldest first
    labels: tuple[Count, ...]  # the most first, as of the next two
    sites: tuple[Count, ...]
    campaigns: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What flips from one version to another."""

    before: str  # version
    after: str  # version
    sets: tuple[SetComparison, ...]
    queue: QueueComparison | None  # None when it was left out or is empty

    def on(self, name: str) -> SetComparison | None:
        """Return the comparison on one set; None when it has no blocks."""
        return next((found for found in self.sets if found.name == name), None)


def compare_set(name: str, judged: Sequence[Judged]) -> SetComparison:
    """Compare two versions on a set of labelled blocks."""
    examples = [one.place.example for one in judged]
    flips = [one for one in judged if one.gained or one.lost]
    gained = sorted((one for one in flips if one.gained), key=lambda one: _boldest(one, one.before))
    lost = sorted((one for one in flips if one.lost), key=lambda one: _boldest(one, one.after))
    return SetComparison(
        name=name,
        blocks=len(judged),
        pages=len({example.page for example in examples}),
        right_before=sum(one.before.label == one.place.example.label for one in judged),
        right_after=sum(one.after.label == one.place.example.label for one in judged),
        figures=differences(examples, [one.before for one in judged], [one.after for one in judged]),
        gained=tuple(gained),
        lost=tuple(lost),
        kinds=_tallies(flips, lambda one: f"{one.place.example.label} {one.place.example.kind}".rstrip()),
        sites=_tallies(flips, lambda one: one.place.example.site),
        campaigns=_tallies(
            (one for one in flips if one.place.campaign is not None), lambda one: str(one.place.campaign)
        ),
    )


def compare_queue(flips: Iterable[Flip], *, pages: int, of_pages: int, blocks: int, stored: bool) -> QueueComparison:
    """Count what flips in the queue."""
    ordered = tuple(sorted(flips, key=lambda flip: (-flip.boldness, flip.address, flip.position)))
    return QueueComparison(
        pages=pages,
        of_pages=of_pages,
        blocks=blocks,
        stored=stored,
        flips=ordered,
        labels=_counts(f"{flip.before} -> {flip.after}" for flip in ordered),
        sites=_counts(flip.site for flip in ordered),
        campaigns=_counts(str(flip.campaign) for flip in ordered if flip.campaign is not None),
    )


def told_pages(queue: QueueComparison) -> str:
    """Return in words which pages of the queue were compared."""
    if queue.stored:
        return f"the {queue.pages:,} of {queue.of_pages:,} pages that the current version and the shadow have judged"
    if queue.pages < queue.of_pages:
        return f"a sample of {queue.pages:,} of {queue.of_pages:,} pages, drawn by a fixed seed"
    return f"all {queue.pages:,} pages"


def _boldest(one: Judged, wrong: Verdict) -> tuple[float, str, str]:
    return -abs(wrong.score - 0.5), one.place.example.origin, one.place.example.text


def _tallies(flips: Iterable[Judged], name: Callable[[Judged], str]) -> tuple[Tally, ...]:
    gained, lost = Counter[str](), Counter[str]()
    for one in flips:
        (gained if one.gained else lost)[name(one)] += 1
    tallies = [Tally(key, gained[key], lost[key]) for key in gained.keys() | lost.keys()]
    return tuple(sorted(tallies, key=lambda tally: (-tally.lost, -tally.gained, tally.name)))


def _counts(names: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(*item) for item in sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))
