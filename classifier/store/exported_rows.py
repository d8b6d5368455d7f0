"""The rows of an export of ours: JSON lines in UTF-8, of which no byte is guessed at."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from classifier.errors import InputError
from classifier.rows import MOST_BYTES


def exported_rows(stream: BinaryIO, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the object in each line of a file called `name`, with its place ``FILE:ROW``; blank lines are no rows.

    Raises InputError at the first line that holds none.
    """
    number = 0
    while line := stream.readline(MOST_BYTES + 1):
        number += 1
        if not line.isspace():
            yield f"{name}:{number}", _row(line, f"{name}:{number}")


def _row(line: bytes, place: str) -> dict[str, Any]:
    if len(line) > MOST_BYTES:
        raise InputError(f"{place}: more than {MOST_BYTES:,} bytes; a row may have at most that many")
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: not UTF-8 ({error.reason}); give a file as newsieve export made it") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: broken JSON ({error}); a row holds one JSON object") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: not a JSON object; each line must be one JSON object")
    return row
