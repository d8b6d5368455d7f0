"""What people see while a verb works: warnings, progress, text made safe for a terminal."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from classifier.text import without_controls


def tell(message: str) -> None:
    """Print a remark for people on stderr; nobody being there to read it is no reason to end the work."""
    try:
        click.echo(without_controls(message), err=True)
    except OSError:  # nor must what is left of it when Python ends be the reason for another exit code
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def warn(message: str) -> None:
    """Print a warning on stderr."""
    tell(f"Warning: {message}")


def report(fault: str) -> None:
    """Print what is wrong in one line on stderr, where the work goes on."""
    tell(f"Error: {' '.join(fault.split())}")


def emit(text: str) -> None:
    """Print data on stdout as it is; on a terminal without what would steer it."""
    click.echo(without_controls(text) if sys.stdout.isatty() else text, nl=False)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function told (what, step, steps): a bar on stderr when that is a terminal, else a line a step."""
    if not sys.stderr.isatty():
        yield lambda what, step, steps: tell(f"[{step}/{steps}] {what}")
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, step, steps: bar.update(task, description=what, completed=step, total=steps)
