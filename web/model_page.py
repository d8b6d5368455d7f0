"""The model page: the current version in words and figures, its plots, and the versions. Read only."""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template

from classifier.drift import drift_alarms
from classifier.errors import ModelError
from classifier.live import LiveFigures, live_report, this_week_and_last, too_few
from classifier.live_plot import MOST_WEEKS, draw_live, told_live
from classifier.plot_style import SCHEMES, Scheme
from classifier.plots import PLOTS, Plot, draw
from classifier.plots import told as plot_told
from classifier.pointer import Pointer
from classifier.registry import Registry
from classifier.store.blind_check import agreement_shown, read_samples
from web.current import database, now, registry
from web.versions import Version, changes, figure_changes, read_version, rows, some_points, told

model_page = Blueprint("model_page", __name__)

_VERSIONS_SHOWN = 50
_PLOTS_KEPT = 64  # some 20 kB each
_TITLES: dict[Plot, str] = {
    "precision-recall": "Precision and recall",
    "reliability": "Does the score mean what it says?",
    "scores": "Scores by label",
    "confusion": "Labels and verdicts",
}
_PLOT = f"any({','.join(f'{plot!r}' for plot in PLOTS)})"
_SCHEME = f"any({','.join(SCHEMES)})"
# a drawing with styles of its own, no script
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@model_page.get("/model")
def card() -> str:
    """Show the current version, what changed since the one before it, and all versions."""
    pointer = registry().pointer()
    if pointer.current is None:
        raise ModelError("no model is current; `newsieve train`, then `newsieve promote VERSION`")
    promoted = (promotion.version for promotion in pointer.promotions)
    names = sorted({*registry().versions(), *promoted}, reverse=True)  # those no longer on disk as well
    current, before = read_version(registry(), pointer.current), _before(pointer, names)
    return render_template(
        "model.html",
        current=current,
        before=before,
        changes=changes(before, current) if before else [],
        figure_changes=figure_changes(before, current) if before else [],
        rows=rows(registry(), names[:_VERSIONS_SHOWN], pointer.promotions),
        versions=len(names),
        was_current={*pointer.previous, pointer.current},
        version=pointer.current,
        **_shown(current),
        **_live(),
    )


@model_page.get(f"/model/plots/<version>/<{_PLOT}:plot>-<{_SCHEME}:scheme>.svg")
def picture(version: str, plot: Plot, scheme: Scheme) -> Response:
    """Send one plot of a version."""
    if version not in registry().versions():
        abort(404, f"{version}: no such model version.")
    drawn = _drawn(registry().folder, version, plot, scheme)
    if drawn is None:
        abort(404, f"{version}: no figures were kept with this version.")
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = _SVG_POLICY
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@model_page.get(f"/model/live-<{_SCHEME}:scheme>.svg")
def live_picture(scheme: Scheme) -> Response:
    """Send the plot of live precision and recall as they are now."""
    weeks = live_report(read_samples(database(), since=_live_since()), ()).weeks
    if not weeks:
        abort(404, "No blind samples were drawn yet.")
    answer = Response(_drawn_live(weeks[-MOST_WEEKS:], scheme), mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = _SVG_POLICY
    return answer


@lru_cache(maxsize=len(SCHEMES))
def _drawn_live(weeks: tuple[LiveFigures, ...], scheme: Scheme) -> bytes:
    return draw_live(weeks, scheme=scheme)


@lru_cache(maxsize=_PLOTS_KEPT)
def _drawn(folder: Path, version: str, plot: Plot, scheme: Scheme) -> bytes | None:
    report = Registry(folder).report(version)  # a version is never changed, so neither is its plot
    return draw(report, plot, scheme=scheme) if report else None


def _before(pointer: Pointer, names: list[str]) -> Version | None:
    """Return the version that the current one is set beside: the one it replaced, else the next older one."""
    older = [name for name in names if pointer.current and name < pointer.current]
    name = next((p.previous for p in reversed(pointer.promotions) if p.version == pointer.current), None)
    name = name or next(iter([*pointer.previous[-1:], *older]), None)
    return read_version(registry(), name) if name else None


def _shown(version: Version) -> dict[str, Any]:
    """Return what the template needs of a version's report."""
    if not version.report:
        return {}
    return {
        "figures": [(figure.name, told(figure)) for figure in version.report.figures],
        "plots": [(plot, _TITLES[plot], plot_told(version.report, plot)) for plot in PLOTS],
        "points": some_points(version.report),
    }


def _live_since() -> datetime:
    return now() - timedelta(weeks=MOST_WEEKS)


def _live() -> dict[str, Any]:
    """Return what the template needs of the blind samples."""
    samples = read_samples(database(), since=_live_since())
    report = live_report(samples, agreement_shown(database(), since=_live_since()))
    recent = this_week_and_last(now())
    return {
        "live": report,
        "live_weeks": report.weeks[-MOST_WEEKS:],
        "live_told": told_live(report.weeks) if report.weeks else "",
        "alarms": [alarm for alarm in drift_alarms(samples) if alarm.week in recent],
        "too_few": too_few,
    }
