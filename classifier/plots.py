"""A kept report -> plots as SVG, in a light and a dark version, small enough to read on a telephone.

The same report gives the same bytes, under one version of matplotlib. Only drawing imports it: it takes a second.
"""

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from classifier.blocks import LABELS, Label
from classifier.report import HoldoutReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Plot = Literal["precision-recall", "reliability", "scores", "confusion"]
PLOTS: tuple[Plot, ...] = get_args(Plot)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

_SIZE = (4.6, 3.5)  # inches of 72 points: one point is about a pixel where the plot fills 360 of them
_STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so that places are the same everywhere
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",  # letters stay text
    "svg.hashsalt": "newsieve",  # names of clip paths
}
_drawing = threading.Lock()  # matplotlib's settings are the process's, a server has threads


@dataclass(frozen=True, slots=True)
class _Colours:
    """The colours of a scheme, those of the moderation page."""

    ink: str
    soft: str
    line: str
    curve: str
    review: str
    labels: dict[Label, str]


_COLOURS: dict[Scheme, _Colours] = {
    "light": _Colours(
        "#1d1f21",
        "#5b6167",
        "#d9d6d0",
        "#1c5d85",
        "#fff1cf",
        {"boilerplate": "#57606a", "filler": "#a3320f", "news": "#1d6238"},
    ),
    "dark": _Colours(
        "#e6e4e0",
        "#a2a8ae",
        "#3a3f44",
        "#86c1e6",
        "#3d3115",
        {"boilerplate": "#aab2ba", "filler": "#ffa488", "news": "#8fd6a5"},
    ),
}


def draw(report: HoldoutReport, plot: Plot, *, scheme: Scheme) -> bytes:
    """Return a plot as SVG with a transparent ground."""
    import matplotlib as mpl  # noqa: PLC0415 - takes a second, and classifying needs none of it
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    colours = _COLOURS[scheme]
    tints = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), colours.ink)
    lines = dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), colours.soft)
    stream = io.BytesIO()
    with _drawing, mpl.rc_context({**_STYLE, **tints, **lines}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        _DRAWN[plot](figure, report, colours)
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def _precision_recall(figure: "Figure", report: HoldoutReport, colours: _Colours) -> None:
    axes = figure.subplots()
    points = report.curve
    axes.plot([p.recall for p in points], [p.precision for p in points], color=colours.curve, linewidth=2)
    _cross(axes, report.chosen.recall, report.chosen.precision, colours)
    axes.plot(report.chosen.recall, report.chosen.precision, "o", color=colours.ink, markersize=8)
    axes.annotate(
        f"threshold {report.threshold:.3f}",
        (report.chosen.recall, report.chosen.precision),
        xytext=(-6, -20),
        textcoords="offset points",
        horizontalalignment="right" if report.chosen.recall > 0.4 else "left",
    )
    axes.set(xlabel="recall: share of filler flagged", ylabel="precision: filler of flagged")
    _in_percent(axes)


def _reliability(figure: "Figure", report: HoldoutReport, colours: _Colours) -> None:
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], linestyle="--", color=colours.soft)
    shares = [b.share for b in report.bins]
    below = [max(0.0, b.share - b.low) for b in report.bins]
    above = [max(0.0, b.high - b.share) for b in report.bins]
    axes.errorbar(
        [b.mean_score for b in report.bins],
        shares,
        yerr=(below, above),
        fmt="o",
        color=colours.curve,
        capsize=3,
        clip_on=False,
    )
    axes.set(xlabel="mean score", ylabel="share that is filler")
    _in_percent(axes, x=False)


def _scores(figure: "Figure", report: HoldoutReport, colours: _Colours) -> None:
    tallest = max(bar.of(label) for bar in report.bars for label in LABELS)
    rows: Any = figure.subplots(len(LABELS), sharex=True, sharey=True)
    for axes, label in zip(rows, LABELS, strict=True):
        axes.axvspan(report.review_low, report.review_high, color=colours.review, linewidth=0)
        axes.axvline(report.threshold, color=colours.ink, linestyle="--", linewidth=1)
        heights = [bar.of(label) for bar in report.bars]
        widths = [bar.high - bar.low for bar in report.bars]
        axes.bar([bar.low for bar in report.bars], heights, widths, align="edge", color=colours.labels[label])
        axes.set_title(f"{label}, {sum(heights):,} blocks", loc="left", fontsize=11, pad=2)
        axes.set(xlim=(0, 1), yscale="log", ylim=(0.7, max(10, 1.5 * tallest)))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.minorticks_off()
    rows[-1].set_xlabel("score (dashed: threshold; tinted: review band)")


def _confusion(figure: "Figure", report: HoldoutReport, colours: _Colours) -> None:
    axes = figure.subplots()
    for row, label in enumerate(LABELS):
        of = sum(report.cell(label, verdict).blocks for verdict in LABELS)
        for column, verdict in enumerate(LABELS):
            cell = report.cell(label, verdict)
            tint = 0.05 + 0.5 * cell.blocks / max(1, of)
            axes.fill_between(
                [column, column + 1], row, row + 1, facecolor=colours.curve, alpha=tint, edgecolor="none"
            )
            axes.text(column + 0.5, row + 0.42, f"{cell.blocks:,}", ha="center", va="center", fontsize=14)
            axes.text(
                column + 0.5, row + 0.75, f"{cell.needs_review:,} to review", ha="center", va="center", fontsize=9.5
            )
    axes.set(xlim=(0, 3), ylim=(3, 0), xlabel="verdict", ylabel="label")
    axes.set_xticks([0.5, 1.5, 2.5], LABELS)
    axes.set_yticks([0.5, 1.5, 2.5], LABELS, rotation=90, va="center")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


_DRAWN: dict[Plot, Callable[["Figure", HoldoutReport, _Colours], None]] = {
    "precision-recall": _precision_recall,
    "reliability": _reliability,
    "scores": _scores,
    "confusion": _confusion,
}


def _cross(axes: "Axes", x: float, y: float, colours: _Colours) -> None:
    axes.plot([x, x, 0], [0, y, y], color=colours.soft, linewidth=1, linestyle=":")


def _in_percent(axes: "Axes", *, x: bool = True) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(visible=True, alpha=0.25)
    axes.yaxis.set_major_formatter(_percent)
    if x:
        axes.xaxis.set_major_formatter(_percent)


def _percent(value: float, _place: int | None) -> str:
    return f"{value:.0%}"
