"""Live precision and recall week by week -> a plot as SVG, light or dark; and what it shows, in sentences."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from classifier.live import LiveFigures
from classifier.plot_style import Colours, Scheme, in_percent, render
from classifier.proportion import Bounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_WEEKS = 26  # the newest ones are drawn
_LABELLED = 6  # weeks with their names below


def draw_live(weeks: Sequence[LiveFigures], *, scheme: Scheme) -> bytes:
    """Return the plot of the newest weeks as SVG; a dotted line stands where another version was drawn from."""
    shown = weeks[-MOST_WEEKS:]
    return render(lambda figure, colours: _paint(figure, shown, colours), scheme=scheme)


def told_live(weeks: Sequence[LiveFigures]) -> str:
    """Return what the plot shows, with the numbers: its text alternative."""
    return " ".join(_told(weeks[-MOST_WEEKS:]))


def precision_of(figures: LiveFigures) -> Bounded | None:
    """Return the precision with its interval; None without a removed block that was answered."""
    share = figures.precision
    return Bounded(share.value, *share.interval) if share.of else None


def _paint(figure: "Figure", weeks: Sequence[LiveFigures], colours: Colours) -> None:
    axes = figure.subplots()
    _series(axes, -0.1, [precision_of(week) for week in weeks], "precision", ("o", colours.curve))
    _series(axes, 0.1, [week.recall for week in weeks], "recall", ("s", colours.labels["filler"]))
    for place, (before, week) in enumerate(pairwise(weeks)):
        if before.model != week.model:
            axes.axvline(place + 0.5, color=colours.soft, linestyle=":", linewidth=1)
    named = range(0, len(weeks), -(-len(weeks) // _LABELLED))
    axes.set_xticks(list(named), [weeks[place].week[2:] for place in named])
    axes.set(xlim=(-0.5, len(weeks) - 0.5), xlabel="week drawn (dotted: another version)")
    in_percent(axes, x=False)
    axes.legend(loc="lower left", frameon=False)


def _series(axes: "Axes", aside: float, figures: Sequence[Bounded | None], name: str, look: tuple[str, str]) -> None:
    known = [(place + aside, figure) for place, figure in enumerate(figures) if figure]
    values = [figure.value for _, figure in known]
    below = [max(0.0, figure.value - figure.low) for _, figure in known]
    above = [max(0.0, figure.high - figure.value) for _, figure in known]
    marker, colour = look
    at = [place for place, _ in known]
    axes.errorbar(at, values, yerr=(below, above), fmt=marker, color=colour, capsize=3, clip_on=False, label=name)


def _told(weeks: Sequence[LiveFigures]) -> Iterator[str]:
    yield f"Live precision and recall of {len(weeks)} {'week' if len(weeks) == 1 else 'weeks'}, with 95% intervals."
    for which, week in (("first", weeks[0]), ("last", weeks[-1]))[len(weeks) == 1 :]:
        yield f"In the {which}, {week.week}, precision was {_said(precision_of(week))} and recall {_said(week.recall)}"
        yield f"({week.answered} answers)."


def _said(figure: Bounded | None) -> str:
    return f"{figure.value:.1%} ({figure.low:.1%} to {figure.high:.1%})" if figure else "not known"
