"""What an audit found, as text for people and as JSON for programs."""

import json
from collections.abc import Iterator
from typing import Any

from classifier.audit import Audit, Contradiction, PersonAudit
from classifier.blocks import Example
from classifier.bursts import Burst
from classifier.doubtful import Doubtful
from classifier.influence import Influence
from classifier.suspicion import Comparison
from classifier.text import without_controls

_QUOTED = 110  # characters of a text


def as_text(found: Audit, most: int) -> str:
    """Return what was found as lines of text, at most so many labels of each kind."""
    return "\n".join(map(without_controls, _lines(found, most)))


def as_json(found: Audit, most: int) -> str:
    """Return what was found as one JSON object, at most so many labels of each kind; shares are given as counts."""
    facts = {
        "examples": found.examples,
        "people": [_person(one) for one in found.people],
        "likely_wrong": [_doubtful(one) for one in found.doubtful[:most]],
        "likely_wrong_in_all": len(found.doubtful),
        "contradictions": [[_example(one.one), _example(one.other)] for one in found.contradictions[:most]],
        "contradictions_in_all": len(found.contradictions),
        "conflicts": len(found.conflicts),
        "bursts": [_burst(one) for one in found.bursts],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _lines(found: Audit, most: int) -> Iterator[str]:
    suspected = [one.person for one in found.people if one.suspected]
    yield f"Suspected: {', '.join(suspected) or 'nobody'}"
    for one in found.people:
        yield ""
        yield from _told(one)
    if len(found.people) == 1:
        yield "  Nobody else decided, so there is nobody to compare with."
    if found.bursts:
        yield ""
        yield "Bursts of one label against the verdicts, which may well be corrections of one site:"
        yield from map(_told_burst, found.bursts)
    yield ""
    yield f"Labels that are likely wrong: {len(found.doubtful):,}{_first(found.doubtful, most)}"
    yield from map(_told_doubtful, found.doubtful[:most])
    yield f"Nearly the same, labelled differently: {len(found.contradictions):,}{_first(found.contradictions, most)}"
    for contradiction in found.contradictions[:most]:
        yield from _told_contradiction(contradiction)
    yield f"Texts that people label differently: {len(found.conflicts):,}; newsieve conflicts lists them"


def _first(found: "tuple[Any, ...]", most: int) -> str:
    return f", of which {most:,}" if len(found) > most else ""


def _told(one: PersonAudit) -> Iterator[str]:
    yield f"{one.person}, {one.texts:,} texts{': SUSPECTED' if one.suspected else ''}"
    yield f"  likely wrong                  {_told_comparison(one.model)}"
    yield f"  labelled otherwise by others  {_told_comparison(one.people)}"
    if one.influence:
        yield from _told_influence(one.influence)


def _told_comparison(one: Comparison) -> str:
    others = f"the others {one.others_share:.1%} ({one.others_against:.0f} of {one.others_of:.0f})"
    if not one.of:
        return "nothing to compare"
    beside = f", {others}, P {one.p:.1g}" if one.others_of else ""
    return f"{one.share:.1%} ({one.against:.0f} of {one.of:.0f}){beside}"


def _told_influence(one: Influence) -> Iterator[str]:
    drawn = [f"{share:.1%}" for share in sorted(one.expected)]
    expected = f"; as many random decisions of others: {drawn[0]} to {drawn[-1]}" if drawn else ""
    yield f"  without them                  the weights change by {one.change:.1%}{expected}"
    for flips in one.flips:
        if flips.worse or flips.better:
            yield f"    {flips.name}: {flips.worse} blocks get right, {flips.better} get wrong, of {flips.of:,}"


def _told_burst(one: Burst) -> str:
    where = f", all on {one.site}" if one.site else ""
    when = f"{one.began_at:%Y-%m-%d %H:%M} to {one.ended_at:%H:%M} UTC"
    said = f"{one.against} of {one.of} acts say {one.label}{where}"
    return f"  {one.person}, {when}: {said}; of the others' acts {one.others_share:.1%}, P {one.p:.1g}"


def _told_doubtful(one: Doubtful) -> str:
    example = one.example
    return (
        f"  {example.label}, likely {one.likely} ({one.sure:.3f} against {one.given:.3f}), by {_by(example)}: "
        f"{_quoted(example)}"
    )


def _told_contradiction(one: Contradiction) -> Iterator[str]:
    yield f"  {one.one.label} by {_by(one.one)}: {_quoted(one.one)}"
    yield f"    {one.other.label} by {_by(one.other)}: {_quoted(one.other)}"


def _by(example: Example) -> str:
    return ", ".join(example.people) or example.origin


def _quoted(example: Example) -> str:
    return example.text if len(example.text) <= _QUOTED else example.text[: _QUOTED - 1] + "…"


def _person(one: PersonAudit) -> dict[str, Any]:
    return {
        "person": one.person,
        "suspected": one.suspected,
        "texts": one.texts,
        "likely_wrong": _comparison(one.model),
        "otherwise_than_others": _comparison(one.people),
        "influence": _influence(one.influence),
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "hits": one.against,
        "of": one.of,
        "others_hits": one.others_against,
        "others_of": one.others_of,
        "design_effect": one.spread,
        "p": one.p,
    }


def _influence(one: Influence | None) -> dict[str, Any] | None:
    if one is None:
        return None
    flips = [{"set": flip.name, "of": flip.of, "right": flip.worse, "wrong": flip.better} for flip in one.flips]
    return {"change": one.change, "expected": list(one.expected), "without_them": flips}


def _doubtful(one: Doubtful) -> dict[str, Any]:
    return {**_example(one.example), "likely": one.likely, "sure": one.sure, "given": one.given}


def _example(example: Example) -> dict[str, Any]:
    return {
        "label": example.label,
        "people": list(example.people),
        "origin": example.origin,
        "site": example.site,
        "text": example.text,
    }


def _burst(one: Burst) -> dict[str, Any]:
    return {
        "person": one.person,
        "began_at": f"{one.began_at.isoformat()}Z",
        "ended_at": f"{one.ended_at.isoformat()}Z",
        "label": one.label,
        "against": one.against,
        "of": one.of,
        "site": one.site,
        "others_share": one.others_share,
        "p": one.p,
    }
