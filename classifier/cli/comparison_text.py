"""A comparison of two versions as text for people."""

from collections.abc import Iterator, Sequence

from classifier.comparison import Comparison, Count, Judged, QueueComparison, SetComparison, Tally, told_pages
from classifier.flips import Flip
from classifier.paired import Difference
from classifier.text import without_controls

_LINES = 10  # of a list of kinds, sites, campaigns, gained blocks or flips; lost blocks are listed to the last
_WIDTH = 90  # characters of a text


def as_text(found: Comparison) -> str:
    """Return the comparison as lines of text: in short, then set by set."""
    return "\n".join(map(without_controls, _lines(found)))


def _lines(found: Comparison) -> Iterator[str]:
    yield f"From {found.before} to {found.after}"
    if found.before == found.after:
        yield "They are one and the same version: nothing can flip."
    yield ""
    yield f"{'':<16}{'blocks':>8}{'right in A':>12}{'right in B':>12}{'gained':>8}{'lost':>8}"
    for one in found.sets:
        right = f"{one.right_before:>12,}{one.right_after:>12,}"
        yield f"{one.name:<16}{one.blocks:>8,}{right}{len(one.gained):>8,}{len(one.lost):>8,}"
    yield from _queue(found.queue)
    for one in found.sets:
        yield from _set(one)


def _set(one: SetComparison) -> Iterator[str]:
    yield ""
    yield f"{one.name.capitalize()}: {one.blocks:,} blocks of {one.pages:,} pages"
    yield f"  {'':<28}{'A':>9}{'B':>9}{'B - A':>10}  95 % interval of B - A"
    yield from map(_figure, one.figures)
    for name, tallies in (("kind", one.kinds), ("site", one.sites), ("campaign", one.campaigns)):
        yield from _tallies(name, tallies)
    if one.gained:
        yield f"  Gained, {len(one.gained):,}:{_first(one.gained)}"
        yield from map(_judged, one.gained[:_LINES])
    if one.lost:
        yield f"  Lost, {len(one.lost):,}:"
        yield from map(_judged, one.lost)


def _figure(figure: Difference) -> str:
    interval = f"[{figure.low:+.4f}, {figure.high:+.4f}]"
    of = f"  of {figure.of:,}" if figure.of is not None else ""
    return f"  {figure.name:<28}{figure.before:>9.4f}{figure.after:>9.4f}{figure.change:>+10.4f}  {interval}{of}"


def _tallies(name: str, tallies: Sequence[Tally]) -> Iterator[str]:
    if tallies:
        yield f"  By {name}:{_first(tallies)}"
    for tally in tallies[:_LINES]:
        yield f"    {tally.name or 'unknown':<40} gained {tally.gained:,}, lost {tally.lost:,}"


def _judged(one: Judged) -> str:
    example = one.place.example
    said = f"{one.before.label} {one.before.score:.3f} -> {one.after.label} {one.after.score:.3f}"
    return f"    {example.label}: {said}  {_short(example.text)}\n      {example.page}, {example.origin}"


def _queue(queue: QueueComparison | None) -> Iterator[str]:
    yield ""
    if queue is None:
        yield "Queue: nothing to compare"
        return
    yield f"Queue: {len(queue.flips):,} of {queue.blocks:,} blocks flip, on {told_pages(queue)}"
    for name, counts in (("label", queue.labels), ("site", queue.sites), ("campaign", queue.campaigns)):
        yield from _counts(name, counts)
    if queue.flips:
        yield f"  The boldest:{_first(queue.flips)}"
        yield from map(_flip, queue.flips[:_LINES])


def _counts(name: str, counts: Sequence[Count]) -> Iterator[str]:
    if counts:
        yield f"  By {name}:{_first(counts)}"
    for count in counts[:_LINES]:
        yield f"    {count.name or 'unknown':<40} {count.blocks:,}"


def _flip(flip: Flip) -> str:
    said = f"{flip.before} {flip.score_before:.3f} -> {flip.after} {flip.score_after:.3f}"
    return f"    {said}  {_short(flip.text)}\n      {flip.address}, block {flip.position}"


def _first(values: Sequence[object]) -> str:
    return f" (the first {_LINES} of {len(values):,}; all with --format json)" if len(values) > _LINES else ""


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
