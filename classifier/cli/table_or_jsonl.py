"""The option --format of what lists things: a table for people, JSON lines for programs."""

import json
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import click

from classifier.cli.terminal import emit, tell

_T = TypeVar("_T")


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


def print_list(
    found: Sequence[_T], *, table: bool, line: Callable[[_T], str], facts: Callable[[_T], dict[str, Any]], none: str
) -> None:
    """Print a line of a table, or a JSON object, for each thing found; where there is none, tell so on stderr."""
    for one in found:
        emit(line(one) if table else json.dumps(facts(one), ensure_ascii=False) + "\n")
    if not found:
        tell(none)
