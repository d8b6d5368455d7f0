"""Asking for a new password: twice on a terminal, or one line of standard input; never an argument, seen by others."""

import sys
from collections.abc import Callable
from typing import Any

import click

from classifier.errors import AccountError

_MOST_BYTES = 10_000


def password_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --password-stdin."""
    return click.option("--password-stdin", is_flag=True, help="Read the password as one line from standard input.")(
        function
    )


def ask_password(*, from_stdin: bool) -> str:
    """Return the password given. Raises AccountError for one that is no text, UsageError without a terminal."""
    if from_stdin:
        return _line_of_stdin()
    if sys.stdin is None or not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask for the password on; give --password-stdin.")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _line_of_stdin() -> str:
    line = sys.stdin.buffer.readline(_MOST_BYTES) if sys.stdin else b""
    try:
        return line.rstrip(b"\r\n").decode()
    except UnicodeDecodeError as error:
        raise AccountError("password: not UTF-8; give one line of text") from error
