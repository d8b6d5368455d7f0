"""Somebody at the desk: asks for pages, in the process or over HTTP, reads what is shown, sends the forms."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from flask import Flask

from classifier.drills.visitor import Answer, Fields, fields_in

_BLOCK = re.compile(r'(\d+)" class="block ([a-z]+)( to-check)?')
_STANDS = re.compile(r'<main[^>]* data-at="(\d+)"')
_RUN = re.compile(r'<li class="run" data-first="(\d+)" data-last="(\d+)">')


class Visitor(Protocol):
    """Can ask the desk."""

    def ask(self, address: str, fields: Fields | None = None) -> Answer:
        """Get a page, or send a form."""


class InProcess:
    """Asks the application itself: what it takes is the server's time."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def ask(self, address: str, fields: Fields | None = None) -> Answer:
        begun, cpu = time.perf_counter(), time.process_time()
        answer = self._client.get(address) if fields is None else self._client.post(address, data=fields)
        text = answer.get_data(as_text=True)
        took = time.perf_counter() - begun
        return Answer(answer.status_code, text, answer.location or "", took, time.process_time() - cpu)


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A block as a page shows it."""

    position: int
    called: str  # label or ruling
    to_check: bool
    ruled: bool  # by a person


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page under review as somebody sees it."""

    address: str  # without the question after it
    text: str

    @property
    def blocks(self) -> list[SeenBlock]:
        """The blocks that are shown, in reading order."""
        return [_seen(part) for part in self.text.split('<li id="block-')[1:]]

    @property
    def runs(self) -> list[range]:
        """The positions of each run."""
        return [range(int(first), int(last) + 1) for first, last in _RUN.findall(self.text)]

    @property
    def current(self) -> int:
        """The position of the block that keys act on, as the desk's script has it."""
        if asked := _STANDS.search(self.text):
            return int(asked[1])
        return next((block.position for block in self.blocks if block.to_check), 0)

    @property
    def left(self) -> bool:
        """Whether a block of those that are shown is left to check."""
        return any(block.to_check for block in self.blocks)

    def text_of(self, position: int) -> str:
        """Return the markup of a block."""
        return self.text.partition(f'<li id="block-{position}"')[2].partition("<li ")[0]

    def form(self, scope: str, at: int | None = None, **more: str) -> Fields:
        """Return what a browser would send for the form of a block, of a run, or of the page."""
        for form in self._forms():
            fields = fields_in(form)
            if fields.get("scope") == scope and (at is None or fields.get("position") == str(at)):
                return fields | more
        raise LookupError(f"{self.address}: no form for {scope} {at}")

    def _forms(self) -> Iterator[str]:
        return (form.partition("</form>")[0] for form in self.text.split("<form ")[1:])


def _seen(block: str) -> SeenBlock:
    found = _BLOCK.match(block)
    assert found, block[:80]
    return SeenBlock(int(found[1]), found[2], bool(found[3]), '<span class="ruled">' in block)
