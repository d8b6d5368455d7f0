"""Reading the pages that a verb was given: a file that cannot be read is reported, the others go on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, get_args

import click

from classifier.blocks import Page
from classifier.cli.terminal import warn
from classifier.errors import InputError
from classifier.formats import PageFormat, read_pages
from classifier.text import without_controls


def page_inputs(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the argument FILE... and the option --from."""
    chosen = click.option(
        "--from",
        "page_format",
        type=click.Choice(get_args(PageFormat)),
        help="Format of the files  [default: by their ending, then by their first bytes]",
    )
    return click.argument("files", nargs=-1, required=True, metavar="FILE...")(chosen(function))


class Inputs:
    """The pages of several files, one after the other."""

    def __init__(self, files: Sequence[str], page_format: PageFormat | None) -> None:
        self._files, self._format = files, page_format
        self._failed = False

    def pages(self) -> Iterator[Page]:
        """Yield every page that can be read; a file is left at the first row that cannot."""
        for file in self._files:
            with self._reported():
                yield from read_pages(file, page_format=self._format, notify=warn)

    def whole_files(self) -> Iterator[list[Page]]:
        """Yield the pages of each file that can be read to its end."""
        for file in self._files:
            pages: list[Page] = []
            with self._reported():
                pages = list(read_pages(file, page_format=self._format, notify=warn))
            yield pages

    def exit_code(self) -> int:
        """Return 1 when a file could not be read, else 0."""
        return int(self._failed)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except InputError as error:
            self._failed = True
            click.echo(f"Error: {without_controls(' '.join(str(error).split()))}", err=True)
