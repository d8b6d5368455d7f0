"""The program itself: whether reading and scoring are compiled."""

import platform
from collections.abc import Iterator
from importlib.metadata import version

from classifier import fast_lookup, pieces
from classifier.doctor.finding import Finding, note, well


def look_at_installed() -> Iterator[Finding]:
    """Yield what is found of the installed program."""
    yield well("program", f"newsieve {version('newsieve')} on Python {platform.python_version()}")
    parts = (
        ("reading HTML", pieces.is_compiled(), "the same pieces by Python, several times slower"),
        ("scoring", fast_lookup.is_compiled(), "the same scores by NumPy, many times slower"),
    )
    for part, is_compiled, instead in parts:
        if is_compiled:
            yield well(part, "compiled")
        else:
            yield note(part, f"not compiled: {instead}", "install gcc and python3-dev, and then newsieve anew")
