"""Plots of a comparison as SVG that takes its colours from the page around it; and what each shows, in a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape

from classifier.blocks import LABELS
from classifier.comparison import Comparison, Judged, SetComparison
from classifier.paired import Difference

_WIDTH = 360  # units of the drawing: one is a pixel on a telephone
_ROW = 30  # height of a figure
_CELLS = 20  # of the scores, each way
_MARGIN = 34  # for the numbers at the axes


def differences_plot(compared: SetComparison) -> str:
    """Return the differences of the figures with their intervals as SVG; right of the line B is higher."""
    reach = max((max(abs(f.low), abs(f.high), abs(f.change)) for f in compared.figures), default=0.0) or 1.0
    height = _ROW * len(compared.figures) + 24
    rows = "".join(_interval(figure, row, reach) for row, figure in enumerate(compared.figures))
    middle = _WIDTH / 2
    ends = "".join(
        f'<text x="{x}" y="{height - 4}" text-anchor="{anchor}">{value:+.3f}</text>'
        for x, anchor, value in ((4, "start", -reach), (middle, "middle", 0.0), (_WIDTH - 4, "end", reach))
    )
    axis = f'<line class="axis" x1="{middle}" x2="{middle}" y1="0" y2="{height - 18}"/>'
    return _svg(height, f"Differences of the figures on {compared.name}", axis + rows + ends)


def differences_told(compared: SetComparison) -> str:
    """Return what :func:`differences_plot` shows, in a sentence."""
    sure = [figure.name for figure in compared.figures if figure.low > 0 or figure.high < 0]
    return (
        f"Each figure's difference, B less A, with its 95 % interval. The interval leaves 0 for "
        f"{', '.join(sure) if sure else 'no figure'}."
    )


def scores_plot(found: Comparison) -> str:
    """Return how many flipped labelled blocks have which score in A (across) and in B (up) as SVG."""
    flips = _flips(found)
    side = _WIDTH - _MARGIN - 6
    cell = side / _CELLS
    counts = Counter((_cell(one.before.score), _cell(one.after.score), one.place.example.label) for one in flips)
    most = max(counts.values(), default=1)
    dots = "".join(
        f'<circle class="{label}" cx="{_MARGIN + (x + 0.5) * cell:.1f}" cy="{6 + side - (y + 0.5) * cell:.1f}" '
        f'r="{cell * (0.25 + 0.4 * (count / most) ** 0.5):.1f}"><title>{count:,} {label}</title></circle>'
        for (x, y, label), count in sorted(counts.items())
    )
    frame = f'<rect class="frame" x="{_MARGIN}" y="6" width="{side}" height="{side}"/>'
    diagonal = f'<line class="axis" x1="{_MARGIN}" y1="{6 + side}" x2="{_MARGIN + side}" y2="6"/>'
    return _svg(side + 44, "Scores of the flipped blocks", frame + diagonal + dots + "".join(_scale(side)))


def scores_told(found: Comparison) -> str:
    """Return what :func:`scores_plot` shows, in a sentence."""
    flips = _flips(found)
    by_label = Counter(one.place.example.label for one in flips)
    told = ", ".join(f"{by_label[label]:,} {label}" for label in LABELS)
    higher = sum(one.after.score > one.before.score for one in flips)
    return f"{len(flips):,} labelled blocks flip ({told}); {higher:,} score higher in B, above the diagonal."


def _flips(found: Comparison) -> Sequence[Judged]:
    return [one for compared in found.sets for one in (*compared.gained, *compared.lost)]


def _cell(score: float) -> int:
    return min(_CELLS - 1, int(score * _CELLS))


def _interval(figure: Difference, row: int, reach: float) -> str:
    middle, scale, y = _WIDTH / 2, (_WIDTH / 2 - 8) / reach, _ROW * row + 21
    kind = "worse" if figure.surely_worse else "better" if figure.low > 0 or figure.high < 0 else "same"
    left, right, dot = (middle + scale * value for value in (figure.low, figure.high, figure.change))
    return (
        f'<text x="4" y="{y - 9}">{escape(figure.name)}</text>'
        f'<line class="{kind}" x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="{kind}" cx="{dot:.1f}" cy="{y}" r="4"/>'
    )


def _scale(side: float) -> Iterator[str]:
    for value in (0.0, 0.5, 1.0):
        place = _MARGIN + value * side
        yield f'<text x="{place}" y="{side + 22}" text-anchor="middle">{value:g}</text>'
        yield f'<text x="{_MARGIN - 4}" y="{10 + side * (1 - value)}" text-anchor="end">{value:g}</text>'
    yield f'<text x="{_MARGIN + side / 2}" y="{side + 38}" text-anchor="middle">score in A; upward: score in B</text>'


def _svg(height: float, name: str, drawn: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(name)}">{drawn}</svg>'
