"""Bursts: many acts of one person in a short time that say the same label against what the verdicts said.

A burst is no proof of anything: who meets a site that the model misjudges corrects it in one. So bursts are told, and
nobody is suspected for one alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from classifier.blocks import Label
from classifier.suspicion import ALARM, chance, holm, others_share

PAUSE = timedelta(minutes=5)  # between two acts, after which another burst begins
_FEWEST = 8  # acts against the verdicts
_TOLERATED = 2.0  # times the others' share of acts that overturn a verdict so
_ONE_SIDED = 0.9  # of the acts that overturn something, those that say the label


@dataclass(frozen=True, slots=True)
class ShownAct:
    """What one key said, beside the verdicts that were shown."""

    person: str
    acted_at: datetime  # UTC, without a zone
    site: str  # of its first text; empty when unknown
    overturned_to: Label | None  # the label it gave to texts that were shown with another one; None for none


@dataclass(frozen=True, slots=True)
class Burst:
    """Acts of one person in a short time, improbably many of them one label against the verdicts."""

    person: str
    began_at: datetime  # UTC
    ended_at: datetime  # UTC
    label: Label  # said against the verdicts
    against: int  # acts that said so
    of: int  # acts
    site: str | None  # when it is one site's texts; None when it is not
    others_share: float  # of the others' acts, how many say this label against the verdict, 0..1
    p: float  # of so many or more if the person did so twice as often as the others; corrected for all bursts


def bursts(acts: Iterable[ShownAct]) -> list[Burst]:
    """Return the one-sided bursts, the least probable first."""
    ordered = sorted(acts, key=lambda act: (act.person, act.acted_at))
    overturned = Counter((act.person, act.overturned_to) for act in ordered)
    acted = Counter(act.person for act in ordered)
    found = [burst for stretch in _stretches(ordered) for burst in _looked_at(stretch, overturned, acted)]
    corrected = holm([burst.p for burst in found])
    kept = [replace(burst, p=p) for burst, p in zip(found, corrected, strict=True) if p < ALARM]
    return sorted(kept, key=lambda burst: (burst.p, burst.person, burst.began_at))


def _stretches(ordered: Sequence[ShownAct]) -> Iterator[list[ShownAct]]:
    stretch = list(ordered[:1])
    for before, act in pairwise(ordered):
        if act.person != before.person or act.acted_at - before.acted_at > PAUSE:
            yield stretch
            stretch = []
        stretch.append(act)
    if stretch:
        yield stretch


def _looked_at(
    stretch: Sequence[ShownAct], overturned: "Counter[tuple[str, Label | None]]", acted: "Counter[str]"
) -> Iterator[Burst]:
    """Yield the burst in a stretch of acts as a whole, or else those on one of its sites."""
    whole = _burst(stretch, overturned, acted)
    if whole:
        yield whole
        return
    by_site: dict[str, list[ShownAct]] = defaultdict(list)
    for act in stretch:
        by_site[act.site].append(act)
    yield from filter(None, (_burst(of_site, overturned, acted) for site, of_site in by_site.items() if site))


def _burst(
    stretch: Sequence[ShownAct], overturned: "Counter[tuple[str, Label | None]]", acted: "Counter[str]"
) -> Burst | None:
    said = Counter(act.overturned_to for act in stretch if act.overturned_to)
    if not said:
        return None
    label, against = said.most_common(1)[0]
    if against < max(_FEWEST, _ONE_SIDED * said.total()) or label is None:
        return None
    person = stretch[0].person
    hits = sum(count for (name, to), count in overturned.items() if to == label and name != person)
    expected = others_share(hits, acted.total() - acted[person])
    sites = {act.site for act in stretch if act.overturned_to}
    return Burst(
        person=person,
        began_at=stretch[0].acted_at,
        ended_at=stretch[-1].acted_at,
        label=label,
        against=against,
        of=len(stretch),
        site=sites.pop() if len(sites) == 1 else None,
        others_share=expected,
        p=chance(against, len(stretch), min(1.0, _TOLERATED * expected)),
    )
