"""How all plots look: size, letters, the colours of the moderation page in light and dark; figures become SVG here.

The same values give the same bytes, under one version of matplotlib. Only drawing imports it: it takes a second.
"""

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from classifier.blocks import Label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
class Colours:
    """The colours of a scheme, those of the moderation page."""

    ink: str
    soft: str
    line: str
    curve: str
    review: str
    labels: dict[Label, str]


_COLOURS: dict[Scheme, Colours] = {
    "light": Colours(
        "#1d1f21",
        "#5b6167",
        "#d9d6d0",
        "#1c5d85",
        "#fff1cf",
        {"boilerplate": "#57606a", "filler": "#a3320f", "news": "#1d6238"},
    ),
    "dark": Colours(
        "#e6e4e0",
        "#a2a8ae",
        "#3a3f44",
        "#86c1e6",
        "#3d3115",
        {"boilerplate": "#aab2ba", "filler": "#ffa488", "news": "#8fd6a5"},
    ),
}


def render(paint: Callable[["Figure", Colours], None], *, scheme: Scheme) -> bytes:
    """Return what `paint` puts on a figure as SVG with a transparent ground."""
    import matplotlib as mpl  # noqa: PLC0415 - takes a second, and classifying needs none of it
    from matplotlib.figure import Figure  # noqa: PLC0415 - see above

    colours = _COLOURS[scheme]
    tints = dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor"), colours.ink)
    lines = dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), colours.soft)
    settings: Any = {**_STYLE, **tints, **lines}
    stream = io.BytesIO()
    with _drawing, mpl.rc_context(settings):
        figure = Figure(figsize=_SIZE, layout="constrained")
        paint(figure, colours)
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def in_percent(axes: "Axes", *, x: bool = True) -> None:
    """Let the axes show shares from 0 to 100 %: the upright one, and the other if `x`."""
    axes.set(ylim=(0, 1.02))
    axes.grid(visible=True, alpha=0.25)
    axes.yaxis.set_major_formatter(_percent)
    if x:
        axes.xaxis.set_major_formatter(_percent)


def _percent(value: float, _place: float) -> str:
    return f"{value:.0%}"
