"""Files that are to be imported: what each is, told by its content, and what is in it."""

import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import Any

from classifier.addresses import open_binary
from classifier.blocks import LABELS, Page
from classifier.errors import InputError
from classifier.label_names import LabelNames
from classifier.labelled import labelled_rows
from classifier.other_labels import Labelled
from classifier.rows import MOST_BYTES, read_rows, sniffed_rows
from classifier.sites import registered_domain
from classifier.store.act_files import acts_in
from classifier.store.act_records import ActRecord, DecisionRecord, when_told
from classifier.store.page_files import pages_in
from classifier.text import fingerprint, printable

UNDATED = datetime(1970, 1, 1)
"""When a label was given that came without a time: always the same, so that the same file twice adds nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How labelled files of other tools are read."""

    names: LabelNames  # what labels are called there
    person: str  # who gave the labels; empty to ask the file
    notify: Callable[[str], None]  # told what a file says nothing of


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is in a file. Of acts and pages one is empty; both are read while they are gone through."""

    source: str  # name of the file without its folder
    acts: Iterable[tuple[str, ActRecord]] = ()  # with their places FILE:ROW
    pages: Iterable[tuple[Page, datetime]] = ()  # with the times they were added at, UTC


@contextmanager
def opened(path: str, reading: Reading) -> Iterator[Incoming]:
    """Open a file, or standard input for ``-``, and tell by its first line whether it holds acts, pages or labels.

    Raises InputError when it cannot be read, then or on the way.
    """
    name = "<stdin>" if path == "-" else printable(path)
    try:
        stream = open_binary(path)
        first = stream.readline(MOST_BYTES + 1).removeprefix(BOM_UTF8)  # which editors put there
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or error}; give a file that can be read") from error
    with stream:
        yield _incoming(_kind(first), BufferedReader(_Again(first, stream)), name, reading)


def _incoming(kind: str, stream: BufferedReader, name: str, reading: Reading) -> Incoming:
    source = name if name == "<stdin>" else Path(name).name
    if kind == "pages":
        return Incoming(source, pages=pages_in(stream, name))
    return Incoming(source, acts_in(stream, name) if kind == "acts" else _labels_in(stream, name, reading))


class _Again(io.RawIOBase):
    """A stream whose beginning was read already, from that beginning on."""

    def __init__(self, begun: bytes, rest: BufferedReader) -> None:
        self._begun, self._rest = io.BytesIO(begun), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._begun.read(len(buffer)) or self._rest.read1(len(buffer))
        buffer[: len(part)] = part
        return len(part)


def _kind(first: bytes) -> str:
    """Tell by its first line what a file holds: 'acts', 'pages' or 'labels'."""
    if not first:
        return "acts"  # an empty export
    if not first.startswith(b"{"):
        return "acts" if b"acted_at" in first and not first.startswith(b"PAR1") else "labels"
    try:
        row = json.loads(first.decode("utf-8", "replace"))  # whoever reads it all says what is wrong with it
    except (ValueError, RecursionError):
        return "acts" if b'"acted_at"' in first else "labels"
    if "acted_at" in row:
        return "acts"
    return "pages" if {"added_at", "blocks"} <= row.keys() else "labels"


def _labels_in(stream: BufferedReader, name: str, reading: Reading) -> Iterator[tuple[str, ActRecord]]:
    """Yield an act for each text that each person labelled."""
    row_format = sniffed_rows(stream.peek(1))
    rows = read_rows(stream, name=name, row_format=row_format, notify=reading.notify, columns=None)
    begun = next(rows, None)
    if begun is None:
        raise InputError(
            f"{name}: no decisions, pages or labelled texts in it; newsieve queue add takes pages as they are"
        )
    for said in labelled_rows(chain([begun], rows), name=name, names=reading.names, notify=reading.notify):
        for person in [reading.person] if reading.person else said.people or ["import"]:
            yield said.place, _act(said, person)


def _act(said: Labelled, person: str) -> ActRecord:
    """Return the act that a label is: as nobody showed a verdict, it was blind."""
    decision = DecisionRecord(
        fingerprint=fingerprint(said.text),
        text=said.text,
        address=said.page,
        site=said.site or registered_domain(said.page),
        position=said.position or 0,
        ruling=said.said,
        shown_model="",
        shown_label=said.said if said.said in LABELS else "news",
        shown_score=0.5,
    )
    return ActRecord(
        id="",
        person=person,
        acted_at=when_told(said.said_at or UNDATED),
        kind="block",
        toggles=None,
        form=None,
        page=None,
        campaign=None,
        decisions=(decision,),
        blind=True,
    )
