"""Cells of CSV files that no spreadsheet takes for a formula, and what they mean.

A cell could begin, whatever separator the spreadsheet was set to, at the beginning of a value and after a comma,
semicolon, tab, quotation mark or line break inside it. Where one of ``= + - @``, a tab, a line break or an apostrophe
stands there, an apostrophe is put before it; reading takes it off again. All cells are quoted (RFC 4180, with CRLF).
"""

import csv
import io
import re
from collections.abc import Iterable

_CELL_BEGINS = r"""(?:\A|(?<=[,;\t\r\n"]))"""
_DANGEROUS = r"(?=[=+\-@\t\r\n'])"
_UNSAFE = re.compile(_CELL_BEGINS + _DANGEROUS)
_MADE_SAFE = re.compile(_CELL_BEGINS + "'" + _DANGEROUS)


def safe_cell(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula."""
    return _UNSAFE.sub("'", value)


def meant_cell(cell: str) -> str:
    """Return the value that :func:`safe_cell` made safe."""
    return _MADE_SAFE.sub("", cell)


def csv_line(values: Iterable[str]) -> str:
    """Return a record of a CSV file with its line break, every value a safe cell."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(safe_cell, values))
    return line.getvalue()
