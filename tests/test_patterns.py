"""Every compiled pattern of ours takes time that grows with the text and not with its square."""

import importlib
import pkgutil
import re
import time
from collections import deque
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest

import classifier
import web

# what patterns stumble over: long runs of what they repeat, and a tail that makes them fail at the very end
SEEDS = (
    *("a", "A", "1", " ", "\t", "-", ".", "/", "*", "_", "'", '"', "<", ";", ":", "=", "é", "\u200b", "\n", "\x1b["),
    *("a ", "a. ", "1 ", "- ", "a.", "a-", "a/", "1/", "may 1, ", "1st ", "2020-", "January 1, 20", " | "),
    *("/*", "*/", "/**/", "according ", "to ", "you'", "“a ", "a” A", "opacity:0", "a:b;", "\\", "'a' "),
    *("a@a", "a=a&", "@a ", "[a](", "`", "\u202e"),
)
TAILS = ("", "\x00X")
_SIZE = 2_000  # characters of the shortest text
_MOST = 3.2  # times as long as half of the text took; the square would be 4
_TOO_SHORT_TO_TELL, _LONG = 0.004, 0.5  # seconds of processor time


def patterns() -> Iterator[tuple[str, re.Pattern]]:
    """Yield every compiled pattern at the top of a module, with its name."""
    for package in (classifier, web):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." in found.name or found.name.endswith("_lookup"):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    yield f"{found.name}.{name}", value


FOUND = dict(patterns())


SOURCE = "\n".join(
    file.read_text() for package in (classifier, web) for file in Path(package.__file__).parent.rglob("*.py")
)
HOW = {"match", "fullmatch", "search", "finditer", "findall", "split", "sub"}


def uses(name: str) -> list[str]:
    """Return how a pattern is used; every way where that cannot be told."""
    found = set(re.findall(rf"\b{name.rpartition('.')[2]}\.(\w+)", SOURCE)) & HOW
    return sorted(found or HOW)


def took(pattern: re.Pattern, how: str, text) -> float:
    """Return the processor time of one use, the best of a few: others work on this machine too."""
    work = {"sub": lambda: pattern.sub(text[:0], text), "finditer": lambda: deque(pattern.finditer(text), 0)}
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        work.get(how, lambda: getattr(pattern, how)(text))()
        best = min(best, time.process_time() - start)
        if best < _TOO_SHORT_TO_TELL:
            break
    return best


def text_of(pattern: re.Pattern, seed: str, size: int, tail: str):
    text = (seed * (size // len(seed) + 1))[:size] + tail
    return text if isinstance(pattern.pattern, str) else text.encode()


def test_the_patterns_are_found():
    assert len(FOUND) >= 25
    assert "classifier.text.DATE" in FOUND


@pytest.mark.parametrize("name", FOUND)
def test_a_text_twice_as_long_takes_about_twice_as_long(name):
    check(FOUND[name], uses(name))


def test_a_pattern_that_backtracks_is_found_out():
    with pytest.raises(AssertionError):
        check(re.compile(r"\s+$"), ["search"])
    with pytest.raises(AssertionError):
        check(re.compile(r"a+a+b"), ["search"])


def check(pattern: re.Pattern, ways: list[str]) -> None:
    for how, seed, tail in product(ways, SEEDS, TAILS):
        times = [took(pattern, how, text_of(pattern, seed, size, tail)) for size in (30, _SIZE)]
        while times[-1] >= _TOO_SHORT_TO_TELL / 4 and times[-1] < _LONG and len(times) < 8:
            times.append(took(pattern, how, text_of(pattern, seed, _SIZE * 2 ** (len(times) - 1), tail)))
        assert times[1] < _LONG, (how, seed, tail, times)
        told = [seconds for seconds in times[1:] if seconds >= _TOO_SHORT_TO_TELL]
        steps = [after / before for before, after in pairwise(told)]
        assert len(steps) < 2 or min(steps) < _MOST, (how, seed, tail, times)
