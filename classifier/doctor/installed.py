"""The program itself: whether scoring is compiled, and which libraries are here."""

import platform
from collections.abc import Iterator
from importlib.metadata import version

from classifier.doctor.finding import Finding, note, well
from classifier.fast_lookup import is_compiled


def look_at_installed() -> Iterator[Finding]:
    """Yield what is found of the installed program."""
    yield well("program", f"newsieve {version('newsieve')} on Python {platform.python_version()}")
    if is_compiled():
        yield well("scoring", "compiled")
    else:
        yield note(
            "scoring",
            "not compiled: the same scores by NumPy, many times slower",
            "install gcc and python3-dev, and then newsieve anew",
        )
