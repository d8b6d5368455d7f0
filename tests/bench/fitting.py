"""`python -m tests.bench.fitting`: what fitting takes, against the textbook pipeline.

`python -m tests.bench.fitting 3` fits 200,000 blocks in three rounds, a quarter of an hour or more. Processor seconds,
as fits of many minutes share a machine with others; both are fitted on one thread.
"""

import json
import sys
import time

from threadpoolctl import threadpool_limits

from classifier.blocks import Example
from classifier.fitting import fit_block_stage
from classifier.labelled import read_examples, shipped_data
from tests.bench.in_turn import Times, in_turn, print_figures
from tests.bench.made_blocks import made_blocks
from tests.bench.textbook import textbook

FEW, MANY = 10_000, 200_000  # blocks
ROUNDS = 3


def against_the_textbook(examples: list[Example], count: int, *, rounds: int) -> Times:
    made = made_blocks(examples, count)
    texts, labels = [e.text for e in made], [e.label for e in made]
    with threadpool_limits(1):
        return in_turn(
            lambda: fit_block_stage(made), lambda: textbook(texts, labels), rounds=rounds, clock=time.process_time
        )


def fitting(examples: list[Example], *, rounds: int = 1) -> dict[str, Times]:
    """Return all figures of fitting, the 200,000 blocks fitted by both in `rounds` rounds."""
    against = "made blocks, against the textbook pipeline (processor seconds)"
    return {
        f"fit {FEW:,} {against}": against_the_textbook(examples, FEW, rounds=ROUNDS),
        f"fit {MANY:,} {against}": against_the_textbook(examples, MANY, rounds=rounds),
    }


def main(rounds: str = "1") -> None:
    figures = fitting(read_examples([shipped_data()], notify=print), rounds=int(rounds))
    print_figures(figures)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
