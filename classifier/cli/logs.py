"""The option --log of what serves: a log on stderr, of JSON lines or text."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def log_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --log, and set the log up before it is called."""

    @wraps(function)
    def with_log(*args: Any, log: str | None, **options: Any) -> Any:
        _set_up(log or ("text" if sys.stderr.isatty() else "json"))
        return function(*args, **options)

    return click.option(
        "--log",
        type=click.Choice(["json", "text"]),
        help="Form of the log on stderr  [default: text on a terminal, json otherwise]",
    )(with_log)


def log_start(address: str) -> None:
    """Log that the server has started at `address`."""
    logging.getLogger("newsieve.serve").info("Newsieve is at %s (Ctrl-C stops it)", address)


def _set_up(form: str) -> None:
    from classifier.log_lines import JsonLines, TextLines

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("newsieve").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that has to wait
    logging.captureWarnings(capture=True)
