"""Prints how often the audit suspects a hostile moderator, and an honest one, and how often the gate refuses.

    python -m tests.bench.simulate_attack [--attacks SEEDS] [--honest SEEDS] [--first SEED] [--voices N] [--twice SHARE]
                                          [--gate SEEDS]

Five people decide 300 blocks of eight authored voices that nothing is trained on beside their decisions, so that the
truth is known; one of them flips 5, 10, 20 or 30 % of all decisions, chosen at random among theirs or all on one site.
Where all are honest, pages are dealt to them from every site or, harder, whole sites are. Every seed holds other
voices aside. Of so many seeds the gate of newsieve promote is asked too, a minute a case: about the version that learnt
the decisions beside all shipped pages but those of the queue, against the one that learnt those pages alone. A line of
JSON a case goes before the table, which classifier/README.md has.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Literal

import numpy as np

from classifier.analysis import analyse
from classifier.audit import compare_people
from classifier.blocks import Example
from classifier.consensus import Statement, consensus
from classifier.doubtful import doubtful, out_of_voice
from classifier.evaluation import Proportion
from classifier.fitting import Analysed, analysed
from classifier.labelled import read_examples, shipped_data
from classifier.text import fingerprint
from classifier.training import without
from tests.bench.attacked_gate import Gate

Aim = Literal["pages", "sites", "random", "site"]  # how honest people share the work, or where flips are
HONEST = ("anna", "ben", "carla", "dan")
HOSTILE = "hostile"
SHARES = (0.05, 0.10, 0.20, 0.30)
DECISIONS = 300
HELD_ASIDE = 8  # voices, each a site of the queue
_FLIPPED = {"news": "filler", "filler": "news", "boilerplate": "filler"}
_BEGAN = datetime(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Attack:
    """One simulated queue."""

    seed: int
    share: float  # of all decisions that are flipped
    aim: Aim
    twice: float  # share of the texts that a second, honest person decides as well


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""

    attack: Attack
    suspected: tuple[str, ...]
    refused: tuple[str, ...] | None  # names of the gate's reasons; None where it was not asked


def main() -> None:
    options = _options()
    bench, outcomes = Bench(options.voices), []
    for attack in _attacks(options):
        outcomes.append(bench.outcome(attack, ask_gate=attack.seed < options.first + options.gate))
        print(json.dumps(asdict(outcomes[-1])), flush=True)
    print_table(outcomes)


def _attacks(options: argparse.Namespace) -> Iterator[Attack]:
    for seed in range(options.first, options.first + options.attacks):
        for share in SHARES:
            yield from (Attack(seed, share, aim, options.twice) for aim in ("random", "site"))
    for seed in range(options.first, options.first + options.honest):
        yield from (Attack(seed, 0.0, aim, options.twice) for aim in ("pages", "sites"))


class Bench:
    """The shipped pages, analysed once for all cases; so many voices are known beside the decisions."""

    def __init__(self, voices: int) -> None:
        self._voices, self._shipped = voices, read_examples([shipped_data()], notify=print)
        self._found = analyse([example.text for example in self._shipped], 2)
        self._rows = {example.text: row for row, example in enumerate(self._shipped)}
        self._aside: Sequence[str] = ()

    def outcome(self, attack: Attack, *, ask_gate: bool) -> Outcome:
        """Return who is suspected after an attack, and why the gate refuses what was learnt of it."""
        random = Random(attack.seed)
        names = random.sample(sorted({example.hand for example in self._shipped}), HELD_ASIDE + self._voices)
        queue = [example for example in self._shipped if example.hand in names[:HELD_ASIDE]]
        known = [example for example in self._shipped if example.hand in names[HELD_ASIDE:]]
        statements = list(said(queue, attack, random))
        agreed = consensus(statements).examples
        examples = [*without(known, agreed), *agreed]
        found = doubtful(examples, out_of_voice(examples, self._analysed(examples), seed=0))
        suspected = tuple(one.person for one in compare_people(statements, examples, found) if one.suspected)
        return Outcome(attack, suspected, self._gate(names[:HELD_ASIDE]).refuses(agreed) if ask_gate else None)

    def _gate(self, aside: Sequence[str]) -> Gate:
        """Return the gate of a queue of these voices; that of the last one is kept."""
        if aside != self._aside:
            self._aside = aside
            self._asked = Gate([example for example in self._shipped if example.hand not in aside])
        return self._asked

    def _analysed(self, examples: Sequence[Example]) -> Analysed:
        rows = np.array([self._rows[example.text] for example in examples])
        return replace(analysed([replace(example, text="") for example in examples]), found=self._found.rows(rows))


def said(queue: Sequence[Example], attack: Attack, random: Random) -> Iterator[Statement]:
    """Yield what five people say of the blocks of a queue."""
    blocks = list({fingerprint(example.text): example for example in queue}.values())
    shared = _attacked(blocks, attack, random) if attack.share else _honest(blocks, attack, random)
    for example, person, _ in list(shared):
        if random.random() < attack.twice:
            shared.append((example, random.choice([one for one in HONEST if one != person]), example.label))
    for act, (example, person, label) in enumerate(shared, 1):
        yield _statement(act, person, example, label)


Said = tuple[Example, str, str]  # person and label


def _attacked(blocks: Sequence[Example], attack: Attack, random: Random) -> list[Said]:
    flips = round(attack.share * DECISIONS)
    hostile = max(DECISIONS // (len(HONEST) + 1), flips)
    site = random.choice(sorted({example.hand for example in blocks}))
    of_site = [example for example in blocks if example.hand == site]
    target = random.sample(of_site, flips) if attack.aim == "site" else []
    dealt = _by_page([example for example in blocks if example not in set(target)], random)
    theirs = [*target, *(next(dealt) for _ in range(hostile - len(target)))]
    flipped = set(target or random.sample(theirs, flips))
    found = [(e, HOSTILE, _FLIPPED[e.label] if e in flipped else e.label) for e in theirs]
    return found + _in_turn([next(dealt) for _ in range(DECISIONS - hostile)], HONEST)


def _honest(blocks: Sequence[Example], attack: Attack, random: Random) -> list[Said]:
    people = (*HONEST, "eve")
    if attack.aim == "pages":
        dealt = _by_page(blocks, random)
        return _in_turn([next(dealt) for _ in range(DECISIONS)], people)
    sites = random.sample(sorted({example.hand for example in blocks}), len(people))
    each = DECISIONS // len(people)
    return [
        (example, person, example.label)
        for person, site in zip(people, sites, strict=True)
        for example in random.sample([one for one in blocks if one.hand == site], each)
    ]


def _in_turn(examples: Sequence[Example], people: Sequence[str]) -> list[Said]:
    return [(e, people[number * len(people) // len(examples)], e.label) for number, e in enumerate(examples)]


def _by_page(blocks: Sequence[Example], random: Random) -> Iterator[Example]:
    """Yield blocks page by page, the pages shuffled: people decide pages, not blocks."""
    pages: dict[str, list[Example]] = defaultdict(list)
    for example in blocks:
        pages[example.page].append(example)
    for page in random.sample(sorted(pages), len(pages)):
        yield from pages[page]


def _statement(act: int, person: str, example: Example, label: str) -> Statement:
    return Statement(
        person=person,
        ruling=label,
        fingerprint=fingerprint(example.text),
        text=example.text,
        address=example.page,
        site=f"{example.hand}.example",
        act=act,
        acted_at=_BEGAN + timedelta(seconds=20 * act),
    )


def print_table(outcomes: Sequence[Outcome]) -> None:
    """Print in how many cases somebody hostile or honest is suspected, the gate refuses, or either is so."""
    print("| flipped | where | the hostile one suspected | somebody honest suspected | the gate refuses | either |")
    print("|---|---|---|---|---|---|")
    for share, aim in sorted({(one.attack.share, one.attack.aim) for one in outcomes}):
        of = [one for one in outcomes if (one.attack.share, one.attack.aim) == (share, aim)]
        asked = [one for one in of if one.refused is not None]
        columns = [
            _told(HOSTILE in one.suspected for one in of) if share else "-",
            _told(bool(set(one.suspected) - {HOSTILE}) for one in of),
            _told(bool(one.refused) for one in asked),
            _told(bool(one.refused) or HOSTILE in one.suspected for one in asked) if share else "-",
        ]
        print(f"| {share:.0%} | {aim} | {' | '.join(columns)} |")


def _told(cases: Iterable[bool]) -> str:
    hits = list(cases)
    if not hits:
        return "-"
    low, high = Proportion(sum(hits), len(hits)).interval
    return f"{sum(hits)} of {len(hits)} [{low:.0%}, {high:.0%}]"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", type=int, default=5, help="seeds of each kind of attack")
    parser.add_argument("--honest", type=int, default=20, help="seeds without any")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--voices", type=int, default=10, help="known beside the decisions, at most 45")
    parser.add_argument("--twice", type=float, default=0.1, help="share that a second person decides as well")
    parser.add_argument("--gate", type=int, default=1, help="seeds of each kind that the gate is asked about too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
