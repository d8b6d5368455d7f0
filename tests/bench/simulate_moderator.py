"""`python -m tests.bench.simulate_moderator [FILE]...`: how few decisions teach a model a source it never saw.

Decisions are answered from truth, and the model learns after every five (:mod:`tests.bench.learnt`). After each time
the figure is the share of filler found on the rest of the source, texts that nobody decided, where 1 % of its news, at
least one block, is flagged. A source has reached a share once it holds it at two looks in a row. Takes about 20 minutes
and 2 GB; `--voices 0` (the holdout alone) takes two minutes.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np
from threadpoolctl import threadpool_limits

from classifier.context import Floats
from tests.bench.moderated import Moderated
from tests.bench.moderated_sources import Base, Source, bases

EVERY = 5  # keys between two looks
LAST = 60  # keys
_A_PAGE = 3  # decisions on a page before the next one is opened, where pages are gone through

Worth = Callable[[Moderated, Random], Floats]


def teaches_most(source: Moderated, _: Random) -> Floats:
    """Order as :mod:`classifier.store.worth` does."""
    return uncertain(source, _) * np.char.str_len(source.stands_on.astype(str))


def uncertain(source: Moderated, _: Random) -> Floats:
    """Order by the distance of the score from 1/2."""
    return np.where(source.boilerplate, 0.0, 1 - abs(2 * source.scores - 1))


def doubtful(source: Moderated, _: Random) -> Floats:
    """Order by the doubt about the threshold."""
    return source.doubt()


def thrown(source: Moderated, dice: Random) -> Floats:
    """Order at random."""
    return np.array([dice.random() for _ in source.labels])


ORDERS: dict[str, tuple[Worth, int]] = {
    "teaches most": (teaches_most, 1),
    f"teaches most, {_A_PAGE} a page": (teaches_most, _A_PAGE),
    "pure uncertainty": (uncertain, 1),
    "most doubtful": (doubtful, 1),
    "random": (thrown, 1),
}
"""What an order goes by, and how many decisions are made on a page before the next one is picked."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How the moderation of one source went; a value a look, the first before any key."""

    source: str
    order: str
    campaigns: bool  # one key decides a run of filler
    in_place: bool
    texts: tuple[int, ...]  # decided
    found: tuple[float, ...]  # share of the undecided filler; not a number when hardly any is left
    settled: tuple[float, ...]  # share of the made crawl's filler blocks that are decided or found

    def reached(self, share: float) -> int | None:
        """Return the look at which so much was found, and at the next one too; None when it never was."""
        held = [not value < share for value in self.found]
        return next((look for look, holds in enumerate(held) if holds and all(held[look : look + 2])), None)


def moderate(source: Moderated, order: str, *, campaigns: bool) -> Iterator[tuple[int, float, float]]:
    """Yield (texts decided, found, settled) before the first key and after every five."""
    dice, (_, a_page) = Random(0), ORDERS[order]
    yield source.texts_decided, source.found(), source.settled()
    plan: list[int] = []
    for key in range(1, LAST + 1):
        plan = [row for row in plan if not source.decided[row]] or _picked(source, order, dice, a_page)
        if not plan:
            return
        row = plan.pop(0)
        source.decide(source.run_of(row) if campaigns else np.array([row]))
        if key % EVERY == 0:
            source.learn()
            yield source.texts_decided, source.found(), source.settled()


def _picked(source: Moderated, order: str, dice: Random, a_page: int) -> list[int]:
    """Return the next blocks to decide: the foremost one, and those of its page that come next."""
    worth = np.where(source.decided, -1.0, ORDERS[order][0](source, dice))
    if source.decided.all():
        return []
    here = source.pages[source.page[int(np.argmax(worth))]]
    rows = here.start + np.argsort(-worth[here], kind="stable")[:a_page]
    return [int(row) for row in rows if not source.decided[row]]


def curves(base: Base, source: Source, *, weight: float) -> Iterator[Curve]:
    """Yield how a source goes in every order, in place and alone, with campaigns and without."""
    covariance = base.learnt.covariance([block.text for block in source.blocks])
    for in_place in (True, False):
        for campaigns in (False, True):
            for order in ORDERS:
                begun = Moderated(base, source, covariance, weight=weight, in_place=in_place)
                looks = list(zip(*moderate(begun, order, campaigns=campaigns), strict=True))
                yield Curve(source.name, order, campaigns, in_place, *looks)


def table(found: list[Curve]) -> Iterator[str]:
    """Yield the lines of a table of curves that differ in order and campaigns, and of the curves themselves."""
    yield f"{len({curve.source for curve in found})} sources\n"
    yield "| order | campaigns | keys to 90 % | never | keys to 99 % | never | texts decided at 30 keys |"
    yield "|---|---|---|---|---|---|---|"
    arms = [(order, campaigns) for campaigns in (False, True) for order in ORDERS]
    by_arm = {arm: [curve for curve in found if (curve.order, curve.campaigns) == arm] for arm in arms}
    for (order, campaigns), its in by_arm.items():
        texts = np.median([curve.texts[min(30 // EVERY, len(curve.texts) - 1)] for curve in its])
        row = (order, "with" if campaigns else "without", _keys(its, 0.9), _keys(its, 0.99), f"{texts:.0f}")
        yield "| " + " | ".join(row) + " |"
    for what in ("found", "settled"):
        looks = range(0, LAST + 1, 10)
        yield f"\n| {what}, mean, after keys | campaigns | {' | '.join(map(str, looks))} |"
        yield f"|---|---|{'---|' * len(looks)}"
        for (order, campaigns), its in by_arm.items():
            means = [np.nanmean([_at(getattr(curve, what), look // EVERY) for curve in its]) for look in looks]
            yield f"| {order} | {'with' if campaigns else 'without'} | {' | '.join(f'{m:.1%}' for m in means)} |"


def _at(values: tuple[float, ...], look: int) -> float:
    return values[min(look, len(values) - 1)]


def _keys(its: list[Curve], share: float) -> str:
    """Return the median of the keys until a share was found, its quartiles, and how many sources never got there."""
    reached = [curve.reached(share) for curve in its]
    keys = [float("inf") if look is None else look * EVERY for look in reached]
    low, middle, high = np.quantile(keys, [0.25, 0.5, 0.75], method="higher")
    return f"{_told(middle)} [{_told(low)}, {_told(high)}] | {reached.count(None)}"


def _told(keys: float) -> str:
    return f"over {LAST}" if np.isinf(keys) else f"{keys:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulate_moderator")
    parser.add_argument("files", nargs="*", type=Path, help="labelled pages of real sources")
    parser.add_argument("--voices", type=int, default=1, help="every so many voices of the shipped pages; 0 for none")
    parser.add_argument("--weight", type=float, default=4.0, help="of a decision beside a block trained on")
    parser.add_argument("--raw", type=Path, help="file to write every curve to, as JSON lines")
    given = parser.parse_args()
    found: list[Curve] = []
    with threadpool_limits(limits=1):
        for base, unseen in bases(voices=given.voices, files=given.files):
            found += [curve for source in unseen for curve in curves(base, source, weight=given.weight)]
    if given.raw:
        given.raw.write_text("".join(json.dumps(asdict(curve)) + "\n" for curve in found), encoding="utf-8")
    for in_place in (True, False):
        print(f"\nEvery block judged {'in its place' if in_place else 'alone'}, ", end="")
        print("\n".join(table([curve for curve in found if curve.in_place == in_place])))


if __name__ == "__main__":
    main()
