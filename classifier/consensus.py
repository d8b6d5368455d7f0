"""What people said of texts -> examples that all of them stand behind, and the conflicts that are left.

Nobody is outvoted: a text that people label differently is a conflict, and not trained on until it is settled, by one
of them changing their mind or by a decision that settles it. Who is unsure abstains.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from classifier.blocks import LABELS, Example, Label
from classifier.signatures import alike_pairs

QUEUE = "queue/"
"""What the name of a page that people decided on begins with, before its address."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says of a text: their newest decision on it that they did not take back."""

    person: str
    ruling: str  # a label or 'unsure'
    fingerprint: str
    text: str  # as the person saw it
    address: str
    site: str  # empty when unknown
    act: int  # number of the act it was made by; later ones are larger
    acted_at: datetime  # UTC, without a zone
    of_campaign: bool = False  # the act decided a whole campaign
    settles: bool = False  # it ended a conflict: what others said before no longer counts
    import_id: int | None = None  # the import it came with; None where it was made


@dataclass(frozen=True, slots=True)
class Conflict:
    """A text that people label differently."""

    statements: tuple[Statement, ...]  # that name a label, the newest last; at least two people's

    @property
    def fingerprint(self) -> str:
        """The text's identity."""
        return self.statements[-1].fingerprint

    @property
    def text(self) -> str:
        """The text as it was seen last."""
        return self.statements[-1].text


@dataclass(frozen=True, slots=True)
class Consensus:
    """What is trained on of what people said, and what is not."""

    examples: tuple[Example, ...]  # one a text, by fingerprint
    conflicts: tuple[Conflict, ...]  # the newest first
    unsure: int  # texts that nobody gave a label


def consensus(statements: Iterable[Statement]) -> Consensus:
    """Return what the people agree on, one example a text, and where they do not.

    The texts of one campaign decision, and those that are nearly the same under one label, count together as one
    example. Texts that hang together so, or by their site, have one `voice`: cross-validation never cuts them apart.
    The same statements in any order give the same examples.
    """
    said = _by_text(statements)
    agreed = [of_text for _, of_text in sorted(said.items()) if _agree(of_text)]
    return Consensus(
        examples=tuple(_examples(agreed)),
        conflicts=tuple(_conflicts(said.values())),
        unsure=sum(not of_text for of_text in said.values()),
    )


def agreed_labels(statements: Iterable[Statement]) -> dict[str, Example]:
    """Return what the people agree on, an example a fingerprint, neither weighed nor grouped: that takes no time."""
    agreed = [of_text[-1] for _, of_text in sorted(_by_text(statements).items()) if _agree(of_text)]
    return {one.fingerprint: _example(one) for one in agreed}


def conflicts(statements: Iterable[Statement]) -> list[Conflict]:
    """Return the texts that people label differently, the newest first."""
    return _conflicts(_by_text(statements).values())


def standing_on(statements: Iterable[Statement]) -> list[tuple[Statement, ...]]:
    """Return the statements that name a label and stand, a text at a time, by fingerprint."""
    return [of_text for _, of_text in sorted(_by_text(statements).items())]


def _conflicts(said: Iterable[tuple[Statement, ...]]) -> list[Conflict]:
    found = [Conflict(of_text) for of_text in said if len({one.ruling for one in of_text}) > 1]
    return sorted(found, key=lambda c: (-c.statements[-1].act, c.fingerprint))


def _by_text(statements: Iterable[Statement]) -> dict[str, tuple[Statement, ...]]:
    """Return what stands of each text, by fingerprint."""
    found: dict[str, list[Statement]] = {}
    for one in sorted(statements, key=lambda one: (one.act, one.fingerprint, one.person)):
        found.setdefault(one.fingerprint, []).append(one)
    return {fingerprint: _standing(of_text) for fingerprint, of_text in found.items()}


def _standing(of_text: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements that name a label, in their order, from the newest on that settled a conflict."""
    since = max((one.act for one in of_text if one.settles), default=0)
    return tuple(one for one in of_text if one.act >= since and one.ruling in LABELS)


def _examples(agreed: Sequence[tuple[Statement, ...]]) -> Iterator[Example]:
    newest = [of_text[-1] for of_text in agreed]
    together = [*_campaign_pairs(agreed), *alike_pairs(one.text for one in newest)]
    campaigns = _components(len(newest), [(a, b) for a, b in together if newest[a].ruling == newest[b].ruling])
    hands = _components(len(newest), [*together, *_site_pairs(newest)])
    sizes = Counter(campaigns)
    names: dict[int, str] = {}
    for one, campaign, hand, of_text in zip(newest, campaigns, hands, agreed, strict=True):
        yield replace(
            _example(one),
            voice=names.setdefault(hand, f"decided/{one.fingerprint}"),
            weight=1 / sizes[campaign],
            people=tuple(sorted({statement.person for statement in of_text})),
        )


def _example(one: Statement) -> Example:
    page = _page(one)
    origin = f"act {one.act} by {one.person}"
    return Example(one.text, cast("Label", one.ruling), page=page, site=one.site or page, origin=origin)


def _agree(of_text: Sequence[Statement]) -> bool:
    return len({one.ruling for one in of_text}) == 1


def _campaign_pairs(agreed: Sequence[tuple[Statement, ...]]) -> Iterator[tuple[int, int]]:
    """Yield pairs of texts that were decided by one decision on a campaign."""
    first: dict[int, int] = {}
    for number, of_text in enumerate(agreed):
        for one in of_text:
            if one.of_campaign:
                yield first.setdefault(one.act, number), number


def _site_pairs(newest: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    first: dict[str, int] = {}
    for number, one in enumerate(newest):
        yield first.setdefault(one.site or _page(one), number), number


def _page(one: Statement) -> str:
    """Return the name of the page a text stood on; where that is not known, of a page of its own."""
    return f"{QUEUE}{one.address or one.fingerprint}"


def _components(count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the number of the group of each of `count` things, those of a pair being in one."""
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    joined = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(count, count))
    return [int(number) for number in connected_components(joined, directed=False)[1]] if count else []
