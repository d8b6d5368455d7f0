"""Two things measured in turn in one run, so that what else the machine does falls on both."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7
Times = dict[str, list[float]]


def in_turn(
    ours: Callable[[], object],
    other: Callable[[], object],
    *,
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Return the seconds of both and their ratio (other over ours: above 1, ours is faster), round by round."""
    measured = [(seconds(ours, clock), seconds(other, clock)) for _ in range(rounds)]
    return {
        "ours": [a for a, _ in measured],
        "other": [b for _, b in measured],
        "ratio": [b / a for a, b in measured],
    }


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def spread(values: list[float]) -> str:
    return f"median {statistics.median(values):8.3f}   range {min(values):.3f} to {max(values):.3f}"


def print_figures(figures: dict[str, Times]) -> None:
    for name, times in figures.items():
        print(f"{name}\n" + "".join(f"  {key:<6}{spread(values)}\n" for key, values in times.items()), flush=True)
