"""Prints how often a hostile moderator is stopped: the table of classifier/README.md.

    python -m tests.bench.simulate_attack [--seeds N] [--voices N] [--gate]

Five people decide blocks of authored voices that the model is not trained on, so that the truth is known; one of them
flips 0, 5, 10, 20 or 30 % of all decisions, chosen at random or all on one site. Each case: is that person suspected
by the audit, is anybody else, and, with --gate, where nobody is suspected, does the gate refuse the candidate that was
trained with the decisions? Every seed holds other voices aside and deals other pages to other people.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from random import Random

from classifier.analysis import Analysis, analyse
from classifier.audit import compare_people
from classifier.blocks import Example
from classifier.consensus import Statement, consensus
from classifier.doubtful import doubtful, out_of_voice
from classifier.evaluation import Proportion
from classifier.fitting import Analysed, analysed
from classifier.labelled import read_examples, shipped_data
from classifier.text import fingerprint
from classifier.training import without

PEOPLE = ("anna", "ben", "carla", "dan", "hostile")
SHARES = (0.0, 0.05, 0.10, 0.20, 0.30)
DECISIONS = 300
HELD_ASIDE = 8  # voices, each a site of the queue
TWICE = 0.1  # share of the texts that a second, honest person decides as well
_FLIPPED = {"news": "filler", "filler": "news", "boilerplate": "filler"}
_BEGAN = datetime(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one simulated queue."""

    seed: int
    share: float  # of all decisions that are flipped
    aim: str  # 'random' or 'site'
    named: tuple[str, ...]  # who is suspected
    refused: bool | None  # by the gate; None where it was not asked


def main() -> None:
    options = _options()
    shipped = read_examples([shipped_data()], notify=print)
    found = analyse([example.text for example in shipped], 2)
    rows = {example.text: row for row, example in enumerate(shipped)}
    cases = []
    for seed in range(options.first, options.first + options.seeds):
        for share in SHARES:
            for aim in ("random", "site") if share else ("random",):
                case = simulate(shipped, found, rows, seed, share, aim, voices=options.voices)
                print(json.dumps(asdict(case)), flush=True)
                cases.append(case)
    print_table(cases)


def simulate(
    shipped: Sequence[Example],
    found: Analysis,
    rows: dict[str, int],
    seed: int,
    share: float,
    aim: str,
    *,
    voices: int,
) -> Case:
    """Return what becomes of one queue; the model knows `voices` voices beside the decisions."""
    random = Random(seed)
    names = sorted({example.hand for example in shipped})
    random.shuffle(names)
    queue = [example for example in shipped if example.hand in names[:HELD_ASIDE]]
    known = [example for example in shipped if example.hand in names[HELD_ASIDE : HELD_ASIDE + voices]]
    statements = list(decided(queue, share, aim, random))
    agreed = consensus(statements).examples
    examples = [*without(known, agreed), *agreed]
    data = _analysed(examples, found, rows)
    wrong = doubtful(examples, out_of_voice(examples, data, seed=0))
    people = compare_people(statements, examples, wrong)
    return Case(seed, share, aim, tuple(one.person for one in people if one.suspected), None)


def _analysed(examples: Sequence[Example], found: Analysis, rows: dict[str, int]) -> Analysed:
    """Return `examples` analysed, their texts having been looked at once for all cases."""
    import numpy as np

    labels = analysed([replace(example, text="") for example in examples])
    return replace(labels, found=found.rows(np.array([rows[example.text] for example in examples])))


def decided(queue: Sequence[Example], share: float, aim: str, random: Random) -> Iterator[Statement]:
    """Yield what five people say of the blocks of a queue, one of them hostile."""
    flips = round(share * DECISIONS)
    hostile = max(DECISIONS // len(PEOPLE), flips)
    blocks = list({fingerprint(example.text): example for example in queue}.values())
    target = [e for e in blocks if e.hand == random.choice(sorted({e.hand for e in blocks}))] if aim == "site" else []
    if aim == "site":
        site = random.choice(sorted({example.hand for example in blocks}))
        target = random.sample([example for example in blocks if example.hand == site], flips)
    dealt = _dealt([example for example in blocks if example not in set(target)], random)
    theirs = [*target, *(next(dealt) for _ in range(hostile - len(target)))]
    flipped = set(target or random.sample(theirs, flips))
    said = [("hostile", e, _FLIPPED[e.label] if e in flipped else e.label) for e in theirs]
    for number in range(DECISIONS - hostile):
        example = next(dealt)
        said.append((PEOPLE[number * 4 // (DECISIONS - hostile)], example, example.label))
    for person, example, label in list(said):
        if random.random() < TWICE:
            said.append((random.choice([one for one in PEOPLE[:4] if one != person]), example, example.label))
    for act, (person, example, label) in enumerate(said, 1):
        yield _statement(act, person, example, label)


def _dealt(blocks: Sequence[Example], random: Random) -> Iterator[Example]:
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


def print_table(cases: Sequence[Case]) -> None:
    """Print how many hostile people are suspected, and how many honest ones."""
    print("| flipped | where | cases | suspected | somebody honest suspected |")
    print("|---|---|---|---|---|")
    for share, aim in sorted({(case.share, case.aim) for case in cases}):
        of = [case for case in cases if (case.share, case.aim) == (share, aim)]
        named = Proportion(sum("hostile" in case.named for case in of), len(of))
        wronged = Proportion(sum(bool(set(case.named) - {"hostile"}) for case in of), len(of))
        print(f"| {share:.0%} | {aim} | {len(of)} | {_told(named)} | {_told(wronged)} |")


def _told(share: Proportion) -> str:
    low, high = share.interval
    return f"{share.hits} of {share.of} [{low:.0%}, {high:.0%}]"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--voices", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    main()
