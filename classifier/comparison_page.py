"""A comparison of two versions as one self-contained HTML file: no script, nothing loaded, addresses as text."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from classifier.comparison import Comparison, Count, Judged, QueueComparison, SetComparison, Tally, told_pages
from classifier.comparison_plots import differences_plot, differences_told, scores_plot, scores_told
from classifier.flips import Flip
from classifier.text import with_controls_shown

_LISTED = 200  # gained blocks, flips, sites or campaigns; lost blocks are listed to the last
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --ink: #1d1f21; --soft: #5b6167; --line: #d9d6d0; --ground: #fbfaf8;
  --good: #1d6238; --bad: #a3320f; --plain: #57606a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4e0; --soft: #a2a8ae; --line: #3a3f44; --ground: #17191b;
  --good: #8fd6a5; --bad: #ffa488; --plain: #aab2ba; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--ground); overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: .2rem .5rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: normal; }
th[scope=row] { min-width: 8rem; overflow-wrap: anywhere; }
td.number, th.number { text-align: end; }
.wide { overflow-x: auto; }
figure { margin: 1rem 0; max-width: 30rem; } figcaption, .soft { color: var(--soft); font-size: .9rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font-size: 12px; }
svg line { stroke-width: 2; stroke: var(--plain); } svg .axis { stroke: var(--line); }
svg .frame { fill: none; stroke: var(--line); }
svg circle { fill: var(--plain); } svg circle.better, svg circle.news { fill: var(--good); }
svg circle.worse, svg circle.filler { fill: var(--bad); }
svg line.better { stroke: var(--good); } svg line.worse { stroke: var(--bad); }
li { margin: .6rem 0; } summary { cursor: pointer; }
"""


def as_html(found: Comparison) -> str:
    """Return the comparison as a page that needs nothing but itself."""
    title = f"From {found.before} to {found.after}"
    parts = [f"<h1>{_text(title)}</h1>", *_summary(found), *_plot(scores_plot(found), scores_told(found))]
    parts += [part for compared in found.sets for part in _set(compared)]
    parts += _queue(found.queue)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head>\n<body><main>\n" + "\n".join(parts) + "\n"
        "</main></body></html>\n"
    )


def _summary(found: Comparison) -> Iterator[str]:
    if found.before == found.after:
        yield "<p>They are one and the same version: nothing can flip.</p>"
    yield "<p>A is the first version, B the second. Gained: only B is right. Lost: only A is.</p>"
    rows = [
        (one.name, *_numbers(one.blocks, one.right_before, one.right_after, len(one.gained), len(one.lost)))
        for one in found.sets
    ]
    yield _table(("", "Blocks", "Right in A", "Right in B", "Gained", "Lost"), rows)


def _set(one: SetComparison) -> Iterator[str]:
    yield f"<h2>{_text(one.name.capitalize())}</h2><p>{one.blocks:,} blocks of {one.pages:,} pages.</p>"
    figures = [
        (
            figure.name,
            f"{figure.before:.4f}",
            f"{figure.after:.4f}",
            f"{figure.change:+.4f}",
            f"{figure.low:+.4f} to {figure.high:+.4f}",
        )
        for figure in one.figures
    ]
    yield _table(("Figure", "A", "B", "B less A", "95 % interval"), figures)
    yield from _plot(differences_plot(one), differences_told(one))
    for name, tallies in (("kind", one.kinds), ("site", one.sites), ("campaign", one.campaigns)):
        yield from _tallies(name, tallies)
    yield from _list(f"Lost, {len(one.lost):,}", map(_judged, one.lost), opened=True)
    yield from _list(f"Gained, {len(one.gained):,}", map(_judged, one.gained[:_LISTED]), of=len(one.gained))


def _tallies(name: str, tallies: Sequence[Tally]) -> Iterator[str]:
    if tallies:
        rows = [(tally.name or "unknown", *_numbers(tally.gained, tally.lost)) for tally in tallies[:_LISTED]]
        yield f"<h3>By {name}</h3>{_first(len(tallies))}" + _table((name.capitalize(), "Gained", "Lost"), rows)


def _queue(queue: QueueComparison | None) -> Iterator[str]:
    yield "<h2>Queue</h2>"
    if queue is None:
        yield "<p>Nothing to compare.</p>"
        return
    yield f"<p>{len(queue.flips):,} of {queue.blocks:,} blocks flip, on {_text(told_pages(queue))}.</p>"
    for name, counts in (("label", queue.labels), ("site", queue.sites), ("campaign", queue.campaigns)):
        yield from _counts(name, counts)
    yield from _list("The boldest flips", map(_flip, queue.flips[:_LISTED]), of=len(queue.flips))


def _counts(name: str, counts: Sequence[Count]) -> Iterator[str]:
    if counts:
        rows = [(count.name or "unknown", *_numbers(count.blocks)) for count in counts[:_LISTED]]
        yield f"<h3>By {name}</h3>{_first(len(counts))}" + _table((name.capitalize(), "Blocks"), rows)


def _judged(one: Judged) -> str:
    example = one.place.example
    said = f"{one.before.label} {one.before.score:.3f} in A, {one.after.label} {one.after.score:.3f} in B"
    return f"{_text(example.text)}{_below(f'{example.label}: {said}. {example.page}, {example.origin}')}"


def _flip(flip: Flip) -> str:
    said = f"{flip.before} {flip.score_before:.3f} in A, {flip.after} {flip.score_after:.3f} in B"
    return f"{_text(flip.text)}{_below(f'{said}. {flip.address}, block {flip.position}')}"


def _below(text: str) -> str:
    return f'<div class="soft">{_text(text)}</div>'


def _list(title: str, items: Iterable[str], *, of: int = 0, opened: bool = False) -> Iterator[str]:
    listed = "".join(f"<li>{item}</li>" for item in items)
    if listed:
        shown = " open" if opened else ""
        yield f"<details{shown}><summary>{_text(title)}</summary>{_first(of)}<ol>{listed}</ol></details>"


def _plot(svg: str, told: str) -> Iterator[str]:
    yield f"<figure>{svg}<figcaption>{_text(told)}</figcaption></figure>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = "".join(f'<th scope="col"{_aligned(column)}>{_text(name)}</th>' for column, name in enumerate(head))
    body = "".join(
        f'<tr><th scope="row">{_text(row[0])}</th>'
        + "".join(f'<td class="number">{_text(value)}</td>' for value in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _aligned(column: int) -> str:
    return ' class="number"' if column else ""


def _numbers(*values: int) -> tuple[str, ...]:
    return tuple(f"{value:,}" for value in values)


def _first(count: int) -> str:
    return f'<p class="soft">The first {_LISTED} of {count:,}.</p>' if count > _LISTED else ""


def _text(text: str) -> str:
    return escape(with_controls_shown(text))
