"""The option --format of what lists things: a table for people, JSON lines for programs."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def table_or_jsonl(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --format, and the argument `table`: whether to print a table, else JSON lines."""

    @wraps(function)
    def with_format(*args: Any, output: str | None, **options: Any) -> Any:
        chosen = output or ("table" if sys.stdout.isatty() else "jsonl")
        return function(*args, table=chosen == "table", **options)

    return click.option(
        "--format",
        "output",
        type=click.Choice(["table", "jsonl"]),
        help="Format of the output  [default: table on a terminal, jsonl otherwise]",
    )(with_format)
