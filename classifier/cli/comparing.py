"""Setting two versions of a home side by side, and what keeps one from becoming current."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from classifier.blocks import Verdict
from classifier.cli.home import Home
from classifier.cli.judging import PageVerdicts
from classifier.cli.measured_on import Progress, Sets, sets_of, verdicts_on
from classifier.cli.terminal import warn
from classifier.comparison import (
    GOLDEN,
    HOLDOUT,
    PINS,
    Comparison,
    Judged,
    QueueComparison,
    SetComparison,
    compare_queue,
    compare_set,
)
from classifier.digests import holdout_digest
from classifier.errors import ModelError
from classifier.evaluation import count
from classifier.flips import Flip
from classifier.floors import HOLDOUT as FLOORS_SET_ON
from classifier.gate import Measured, Reason, reasons_against
from classifier.places import Placed
from classifier.registry import Registry

if TYPE_CHECKING:
    from classifier.store.compared_pages import StoredPage


def compare_versions(home: Home, before: str, after: str, *, queue_pages: int, progress: Progress) -> Comparison:
    """Compare two versions on everything; of the queue on what both have judged, one in the shadow, else a sample."""
    stored = _stored_queue(home, before, after) if queue_pages else None
    sets = sets_of(home, queue_pages=0 if stored else queue_pages)
    verdicts = verdicts_on(home, sets, (before, after), progress=progress)
    found = _comparison(sets, before, after, verdicts)
    return Comparison(before, after, found, stored or _sampled_queue(sets, verdicts[before], verdicts[after]))


def measure_against(
    home: Home, version: str, before: str | None, *, progress: Progress
) -> tuple[tuple[Reason, ...], Comparison | None]:
    """Return what keeps a version from becoming current instead of `before`, and how the two compare."""
    sets = sets_of(home, queue_pages=0)
    versions = (before, version) if before else (version,)
    verdicts = verdicts_on(home, sets, versions, progress=progress)
    comparison = Comparison(before, version, _comparison(sets, before, version, verdicts), None) if before else None
    said = verdicts[version]
    holdout = [place.example for place in sets.labelled[HOLDOUT]]
    measured = Measured(
        golden=_said(sets.labelled[GOLDEN], said),
        pins=_said(sets.labelled[PINS], said),
        holdout=count(version, holdout, [verdict for _, verdict in _said(sets.labelled[HOLDOUT], said)]),
        digest=holdout_digest(holdout),
    )
    return reasons_against(measured, comparison, digest=FLOORS_SET_ON), comparison


def _said(places: Sequence[Placed], verdicts: PageVerdicts) -> tuple[tuple[Placed, Verdict], ...]:
    return tuple((place, verdicts[place.texts][place.position]) for place in places)


def _comparison(sets: Sets, before: str, after: str, verdicts: dict[str, PageVerdicts]) -> tuple[SetComparison, ...]:
    old, new = verdicts[before], verdicts[after]
    return tuple(
        compare_set(name, [Judged(p, old[p.texts][p.position], new[p.texts][p.position]) for p in places])
        for name, places in sets.labelled.items()
        if places
    )


def _stored_queue(home: Home, before: str, after: str) -> QueueComparison | None:
    """Return what flips in the stored verdicts of the current version and the shadow; None unless it is these two."""
    registry = home.registry()
    if not home.has_database() or [registry.pointer_or_none().current, _in_shadow(registry)] != [before, after]:
        return None
    from classifier.store.queue import count_pages
    from classifier.store.shadowing import stored_flips

    found = stored_flips(home.database(), before, after)
    pages = count_pages(home.database())
    if not found.pages:
        return None
    return compare_queue(found.flips, pages=found.pages, of_pages=pages, blocks=found.blocks, stored=True)


def _in_shadow(registry: Registry) -> str | None:
    try:
        shadow = registry.shadow()
    except ModelError as error:
        warn(str(error))
        return None
    return shadow.version if shadow else None


def _sampled_queue(sets: Sets, before: PageVerdicts, after: PageVerdicts) -> QueueComparison | None:
    if not sets.queue:
        return None
    return compare_queue(
        [flip for page in sets.queue for flip in _flips(page, before, after)],
        pages=len(sets.queue),
        of_pages=sets.of_pages,
        blocks=sum(len(page.blocks) for page in sets.queue),
        stored=False,
    )


def _flips(page: "StoredPage", before: PageVerdicts, after: PageVerdicts) -> Iterator[Flip]:
    pairs = zip(page.blocks, page.campaigns, before[page.texts], after[page.texts], strict=True)
    for block, campaign, old, new in pairs:
        if old.label != new.label:
            yield Flip(
                address=page.address,
                site=page.site,
                position=block.position,
                text=block.text,
                before=old.label,
                after=new.label,
                score_before=old.score,
                score_after=new.score,
                campaign=campaign,
            )
