"""A kept report -> plots as SVG, light or dark, readable on a telephone; and what each shows, in sentences."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args

from classifier.blocks import LABELS
from classifier.plot_style import Colours, Scheme, in_percent, render
from classifier.report import Cell, HoldoutReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Plot = Literal["precision-recall", "reliability", "scores", "confusion"]
PLOTS: tuple[Plot, ...] = get_args(Plot)


def draw(report: HoldoutReport, plot: Plot, *, scheme: Scheme) -> bytes:
    """Return a plot as SVG with a transparent ground."""
    return render(lambda figure, colours: _DRAWN[plot](figure, report, colours), scheme=scheme)


def told(report: HoldoutReport, plot: Plot) -> str:
    """Return what a plot shows, in a few sentences with the numbers: its text alternative."""
    return " ".join(_TOLD[plot](report))


def _precision_recall(figure: "Figure", report: HoldoutReport, colours: Colours) -> None:
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
    axes.set(xlim=(0, 1))
    in_percent(axes)


def _reliability(figure: "Figure", report: HoldoutReport, colours: Colours) -> None:
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
    axes.set(xlim=(0, 1))
    in_percent(axes, x=False)


def _scores(figure: "Figure", report: HoldoutReport, colours: Colours) -> None:
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


def _confusion(figure: "Figure", report: HoldoutReport, colours: Colours) -> None:
    axes = figure.subplots()
    for row, label in enumerate(LABELS):
        of = sum(report.cell(label, verdict).blocks for verdict in LABELS)
        for column, verdict in enumerate(LABELS):
            cell = report.cell(label, verdict)
            tint = 0.05 + 0.5 * cell.blocks / max(1, of)
            _tinted(axes, (column, row), cell, colours.curve, alpha=tint)
    axes.set(xlim=(0, 3), ylim=(3, 0), xlabel="verdict", ylabel="label")
    axes.set_xticks([0.5, 1.5, 2.5], LABELS)
    axes.set_yticks([0.5, 1.5, 2.5], LABELS, rotation=90, va="center")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _precision_recall_told(report: HoldoutReport) -> Iterator[str]:
    at = report.chosen
    yield "Precision against recall of filler, among news and filler."
    yield (
        f"At the threshold {report.threshold:.3f}, {at.recall:.1%} of the filler is flagged, and {at.precision:.1%} of "
        "what is flagged is filler."
    )
    for wanted in (0.9, 0.99):
        point = next(point for point in report.curve if point.recall >= wanted)
        yield f"Flagging {point.recall:.1%} of the filler would give a precision of {point.precision:.1%}."


def _reliability_told(report: HoldoutReport) -> Iterator[str]:
    yield "Share of filler against the mean score, with 95% intervals; on the dashed diagonal both are the same."
    for which, found in (("lowest", report.bins[0]), ("highest", report.bins[-1])):
        yield f"Of the {found.blocks:,} blocks with the {which} scores, {found.mean_score:.2f} on average,"
        yield f"{found.share:.1%} are filler."
    far = max(report.bins, key=lambda found: abs(found.share - found.mean_score))
    yield f"Furthest apart they are at a mean score of {far.mean_score:.2f}: {far.share:.0%} of {far.blocks:,} blocks"
    yield f"are filler, 95% interval {far.low:.0%} to {far.high:.0%}."


def _scores_told(report: HoldoutReport) -> Iterator[str]:
    yield "How many blocks of each label have which score, on a logarithmic scale."
    for label in LABELS:
        every = sum(bar.of(label) for bar in report.bars)
        low = sum(bar.of(label) for bar in report.bars if bar.high <= 0.1)
        high = sum(bar.of(label) for bar in report.bars if bar.low >= 0.9)
        yield f"Of {every:,} {label} blocks, {low:,} score below 0.1 and {high:,} from 0.9 on."
    band = f"{report.review_low:.3f} to {report.review_high:.3f}"
    yield f"The threshold is {report.threshold:.3f}, the review band {band}."


def _confusion_told(report: HoldoutReport) -> Iterator[str]:
    yield "Blocks by label and verdict."
    for label in LABELS:
        row = [report.cell(label, verdict) for verdict in LABELS]
        given = ", ".join(f"{cell.blocks:,} {cell.verdict} ({cell.needs_review:,} to review)" for cell in row)
        yield f"Of {sum(cell.blocks for cell in row):,} {label} blocks the verdict was: {given}."


_TOLD: dict[Plot, Callable[[HoldoutReport], Iterator[str]]] = {
    "precision-recall": _precision_recall_told,
    "reliability": _reliability_told,
    "scores": _scores_told,
    "confusion": _confusion_told,
}
_DRAWN: dict[Plot, Callable[["Figure", HoldoutReport, Colours], None]] = {
    "precision-recall": _precision_recall,
    "reliability": _reliability,
    "scores": _scores,
    "confusion": _confusion,
}


def _tinted(axes: "Axes", corner: tuple[int, int], cell: Cell, colour: str, *, alpha: float) -> None:
    x, y = corner
    axes.fill_between([x, x + 1], y, y + 1, facecolor=colour, alpha=alpha, edgecolor="none")
    axes.text(x + 0.5, y + 0.42, f"{cell.blocks:,}", ha="center", va="center", fontsize=14)
    axes.text(x + 0.5, y + 0.75, f"{cell.needs_review:,} to review", ha="center", va="center", fontsize=10)


def _cross(axes: "Axes", x: float, y: float, colours: Colours) -> None:
    axes.plot([x, x, 0], [0, y, y], color=colours.soft, linewidth=1, linestyle=":")
