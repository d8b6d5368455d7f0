"""Acts as files: JSON lines, an act a line, and CSV, a decision a row. Both come back as they were.

Cells are safe to open in a spreadsheet (:mod:`classifier.cells`).
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, BinaryIO, Literal, get_args

from classifier.cells import csv_line, meant_cell
from classifier.errors import InputError
from classifier.rows import MOST_BYTES
from classifier.store.act_records import FLAGS, ActRecord, DecisionRecord, act_of_row, told
from classifier.store.exported_rows import exported_rows

ActFormat = Literal["jsonl", "csv"]
ACT_FORMATS: tuple[ActFormat, ...] = get_args(ActFormat)

_OF_ACT = tuple(field.name for field in fields(ActRecord) if field.name not in ("decisions", "pin"))
_OF_DECISION = tuple(field.name for field in fields(DecisionRecord))
_OF_PIN = ("pin_reason", "pin_texts")  # the texts as a JSON list
_COLUMNS = (*_OF_ACT, *_OF_DECISION, *_OF_PIN)
_NEWER = (*FLAGS, *_OF_PIN)  # columns that older exports do without
_NUMBERS = {"page": int, "campaign": int, "position": int, "shown_score": float}
_NULLABLE = ("toggles", "form", "page", "campaign")


def act_lines(acts: Iterable[ActRecord], act_format: ActFormat) -> Iterator[str]:
    """Yield the text of a file, in pieces."""
    return _csv_lines(acts) if act_format == "csv" else _json_lines(acts)


def acts_in(stream: BinaryIO, name: str) -> Iterator[tuple[str, ActRecord]]:
    """Yield the acts in a file called `name`, each with its place ``FILE:ROW``.

    Rows are lines from 1; in CSV, records from 1. Raises InputError at the first that holds no act.
    """
    try:
        head = stream.peek(1)[:1]  # type: ignore[attr-defined]  # buffered
        yield from _read_json(stream, name) if head in {b"{", b""} else _read_csv(stream, name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 ({error.reason}); give a file as newsieve export made it") from error


def _json_lines(acts: Iterable[ActRecord]) -> Iterator[str]:
    for act in acts:
        yield json.dumps(told(act), ensure_ascii=False) + "\n"


def _read_json(stream: BinaryIO, name: str) -> Iterator[tuple[str, ActRecord]]:
    for place, row in exported_rows(stream, name):
        yield place, act_of_row(row, place)


def _csv_lines(acts: Iterable[ActRecord]) -> Iterator[str]:
    yield csv_line(_COLUMNS)
    for act in acts:
        of_act = ["" if value is None else str(value) for value in (getattr(act, name) for name in _OF_ACT)]
        of_pin = [act.pin.reason, json.dumps(act.pin.texts, ensure_ascii=False)] if act.pin else ["", ""]
        for said in act.decisions or (None,):
            of_text = [str(getattr(said, name)) if said else "" for name in _OF_DECISION]
            yield csv_line([*of_act, *of_text, *of_pin])


def _read_csv(stream: BinaryIO, name: str) -> Iterator[tuple[str, ActRecord]]:
    begun: dict[str, Any] | None = None
    begun_at = ""
    for place, row in _csv_rows(stream, name):
        if begun and row["id"] and row["id"] == begun["id"]:
            if any(row[key] != begun[key] for key in (*_OF_ACT, "pin")):
                raise InputError(f"{place}: not of the act of the row before, though it has its id; correct the id")
            begun["decisions"] += row["decisions"]
            continue
        if begun:
            yield begun_at, act_of_row(begun, begun_at)
        begun, begun_at = row, place
    if begun:
        yield begun_at, act_of_row(begun, begun_at)


def _csv_rows(stream: BinaryIO, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each record as a row of JSON would be, with one decision or none."""
    csv.field_size_limit(MOST_BYTES)
    number = 0
    try:
        with io.TextIOWrapper(stream, "utf-8-sig", newline="") as text:
            rows = csv.reader(text, strict=True)
            header = _known_header(next(rows, []), name)
            for number, cells in enumerate(rows, 1):
                place = f"{name}:{number}"
                if len(cells) != len(header):
                    raise InputError(f"{place}: {len(cells)} cells; the first row has {len(header)}")
                yield place, _row(dict(zip(header, map(meant_cell, cells), strict=True)), place)
    except csv.Error as error:
        raise InputError(f"{name}:{number + 1}: broken CSV ({error}); give it as it was exported") from error


def _known_header(header: list[str], name: str) -> list[str]:
    if sorted({*header, *_NEWER}) != sorted(_COLUMNS) or len(set(header)) < len(header):
        raise InputError(f"{name}: no export of decisions; its first row is not {','.join(_COLUMNS)}")
    return header


def _row(cells: dict[str, str], place: str) -> dict[str, Any]:
    cells = {**dict.fromkeys(_NEWER, ""), **cells}
    of_act = {key: None if key in _NULLABLE and not cells[key] else _value(key, cells, place) for key in _OF_ACT}
    decided = any(cells[key] for key in _OF_DECISION)
    said = [{key: _value(key, cells, place) for key in _OF_DECISION}] if decided else []
    return {**of_act, "decisions": said, "pin": _pin(cells, place)}


def _pin(cells: dict[str, str], place: str) -> dict[str, Any] | None:
    if not any(cells[key] for key in _OF_PIN):
        return None
    try:
        return {"reason": cells["pin_reason"], "texts": json.loads(cells["pin_texts"])}
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: pin_texts is {cells['pin_texts']!r:.60}; use a JSON list of texts") from error


def _value(key: str, cells: dict[str, str], place: str) -> Any:
    if key in FLAGS and cells[key] in ("True", "False", ""):
        return cells[key] == "True"
    try:
        return _NUMBERS.get(key, str)(cells[key])
    except ValueError as error:
        raise InputError(f"{place}: {key} is {cells[key]!r:.60}; use a number") from error
