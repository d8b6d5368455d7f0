"""Rows of labelled files, our own and those of other tools -> who said what of which text.

Known, each by its keys: Label Studio's exports (JSON: tasks with ``annotations``; JSON-MIN and CSV: ``annotation_id``
or ``annotator``), doccano's (a list of labels; in CSV joined by ``#``), Prodigy's (``answer``), and any row with a text
and a label. A row that says nothing, as it was skipped or rejected, is told of; what is not understood is an error.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from classifier.errors import TrainingDataError
from classifier.label_names import LabelNames, Said
from classifier.text import fold_space, is_visible, printable

Row = dict[str, Any]
Passed = Callable[[str], None]  # told why a row says nothing

_TEXTS = ("text", "data")
_LABELS = ("label", "labels", "choice", "choices")
_ADDRESSES = ("page", "url", "address")
_NO_TEXT = (*_ADDRESSES, "site", "voice", "source", "meta")
_OF_TASK = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time")  # Label Studio's own columns


@dataclass(frozen=True, slots=True)
class Labelled:
    """What somebody said of a text."""

    text: str  # white space folded; something of it can be seen
    said: Said
    place: str  # FILE:ROW
    people: tuple[str, ...] = ()  # who said it; empty when the file does not tell
    said_at: datetime | None = None  # UTC, without a zone; None when the file does not tell
    page: str = ""  # its address or name; empty when unknown
    site: str = ""  # registered domain; empty when unknown
    voice: str = ""  # who wrote it; empty when unknown
    kind: str = ""  # sort of text
    position: int | None = None  # on its page, from 0; None for a block that stands alone
    weight: float = 1.0  # above 0, at most 1: how much it counts beside others


def labelled_in(row: Row, place: str, names: LabelNames, *, passed: Passed) -> Iterator[Labelled]:
    """Yield what a row says. Raises TrainingDataError, naming `place`, when it cannot be understood."""
    whole = _whole(row, place)
    if "blocks" in row:
        yield from _blocks(row, whole, names)
    elif isinstance(row.get("annotations"), list) and isinstance(row.get("data"), dict):
        yield from _tasks(row, whole, names, passed)
    elif row.get("answer") in ("accept", "reject", "ignore"):
        yield from _answered(row, whole, names, passed)
    elif "annotation_id" in row or {"annotator", "lead_time"} <= row.keys():
        yield from _task_row(row, whole, names, passed)
    else:
        yield from _plain(row, whole, names, passed)


def _whole(row: Row, place: str) -> Labelled:
    """Return what a row says of its block or blocks beside their texts and labels."""
    within = (
        row["meta"] if isinstance(row.get("meta"), dict) else row["data"] if isinstance(row.get("data"), dict) else {}
    )
    told = {**within, **row}
    return Labelled(
        text="",
        said="unsure",
        place=place,
        people=_people(row.get("people") or row.get("annotator") or row.get("username")),
        said_at=_time(row, place),
        page=printable(str(next((told[key] for key in _ADDRESSES if told.get(key)), ""))),
        site=printable(str(told.get("site") or "")),
        voice=printable(str(row.get("voice") or row.get("source") or "")),
        kind=str(row.get("kind") or ""),
        weight=_weight(row.get("weight", 1), place),
    )


def _blocks(row: Row, whole: Labelled, names: LabelNames) -> Iterator[Labelled]:
    if not isinstance(row["blocks"], list):
        raise TrainingDataError(f"{whole.place}: blocks is not a list; use a list of objects with 'text' and 'label'")
    for position, item in enumerate(row["blocks"]):
        if not isinstance(item, dict) or not {"text", "label"} <= item.keys():
            raise TrainingDataError(f"{whole.place}: a block lacks 'text' or 'label'; use objects with both")
        said = names.meant(item["label"], whole.place)
        text = _visible(item["text"], whole.place)
        yield replace(whole, text=text, said=said, kind=str(item.get("kind") or ""), position=position)


def _tasks(row: Row, whole: Labelled, names: LabelNames, passed: Passed) -> Iterator[Labelled]:
    """Read one task of Label Studio's JSON export, with what each annotator chose."""
    if not row["annotations"]:
        passed("not annotated")
    for annotation in row["annotations"]:
        if not isinstance(annotation, dict) or not isinstance(annotation.get("result"), list):
            raise TrainingDataError(
                f"{whole.place}: an annotation without 'result'; give Label Studio's export as it is"
            )
        if annotation.get("was_cancelled"):
            passed("skipped by the annotator")
            continue
        chosen = [one["value"]["choices"] for one in annotation["result"] if _is_choice(one)]
        if annotation["result"] and not chosen:
            raise TrainingDataError(f"{whole.place}: annotated without a choice; give a project that classifies texts")
        said = replace(whole, people=_people(annotation.get("completed_by")), said_at=_time(annotation, whole.place))
        flat = [choice for choices in chosen for choice in choices]
        yield from _labelled(_text_of(row["data"], whole.place), flat, said, names, passed)


def _is_choice(result: Any) -> bool:
    value = result.get("value") if isinstance(result, dict) else None
    return isinstance(value, dict) and isinstance(value.get("choices"), list)


def _answered(row: Row, whole: Labelled, names: LabelNames, passed: Passed) -> Iterator[Labelled]:
    """Read an answer of Prodigy: to one proposed label, or to a choice of options."""
    if row["answer"] != "accept":
        passed("rejected" if row["answer"] == "reject" else "ignored")
        return
    people = _people(row.get("_annotator_id") or row.get("_session_id"))
    said = replace(whole, people=people or whole.people, said_at=_time(row, whole.place))
    chosen = row["accept"] if isinstance(row.get("accept"), list) else row.get("label")
    if isinstance(chosen, list):
        options = row["options"] if isinstance(row.get("options"), list) else []
        texts = {str(one.get("id")): one.get("text") for one in options if isinstance(one, dict)}
        chosen = [one if names.knows(one) else texts.get(str(one), one) for one in chosen]
    yield from _labelled(_text_of(row, whole.place), chosen, said, names, passed)


def _plain(row: Row, whole: Labelled, names: LabelNames, passed: Passed) -> Iterator[Labelled]:
    """Read a row with a text and a label, or doccano's list of labels."""
    key = next((key for key in _LABELS if key in row), None)
    if key is None or not any(name in row for name in _TEXTS):
        raise TrainingDataError(f"{whole.place}: a block lacks 'text' or 'label'; use objects with both")
    labels = row[key]
    if isinstance(labels, str) and "#" in labels and not names.knows(labels):  # doccano's CSV
        labels = [label for label in labels.split("#") if label]
    yield from _labelled(_text_of(row, whole.place), labels, whole, names, passed)


def _labelled(text: Any, labels: Any, whole: Labelled, names: LabelNames, passed: Passed) -> Iterator[Labelled]:
    """Yield the text with its one label; with none it says nothing. Raises TrainingDataError for several."""
    if isinstance(labels, list) and len(labels) > 1:
        told = ", ".join(map(str, labels))
        raise TrainingDataError(f"{whole.place}: several labels on one text ({told:.60}); leave it one")
    if labels == []:
        passed("without a label")
        return
    said = names.meant(labels[0] if isinstance(labels, list) else labels, whole.place)
    yield replace(whole, text=_visible(text, whole.place), said=said)


def _task_row(row: Row, whole: Labelled, names: LabelNames, passed: Passed) -> Iterator[Labelled]:
    """Read a row of Label Studio's JSON-MIN or CSV export, whose columns each project names its own way."""
    others = [key for key in row if key not in (*_OF_TASK, *_TEXTS, *_NO_TEXT)]
    named = [key for key in others if key in _LABELS]
    columns = named or [key for key in others if all(map(names.knows, _choices(row[key])))] or others
    if len(columns) > 1:
        raise TrainingDataError(
            f"{whole.place}: which column holds the label, {' or '.join(columns):.60}? Say what its labels mean, as in "
            "--map 'THEIRS=filler', or call it 'label'"
        )
    rest = {key: value for key, value in row.items() if key not in columns}
    chosen = [choice for key in columns for choice in _choices(row[key])]
    yield from _labelled(_text_of(rest, whole.place), chosen, whole, names, passed)


def _choices(value: Any) -> list[Any]:
    """Return the choices that a column of Label Studio tells: one, or several as an object, in CSV written as JSON."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return [value]
    if isinstance(value, dict):
        value = value.get("choices")
    return value if isinstance(value, list) else [value]


def _text_of(row: Row, place: str) -> Any:
    """Return what was labelled: what is called a text, else the only string there is."""
    strings = [key for key, value in row.items() if isinstance(value, str) and key not in (*_OF_TASK, *_NO_TEXT)]
    key = next((key for key in _TEXTS if key in row), strings[0] if len(strings) == 1 else None)
    if key is None:
        raise TrainingDataError(f"{place}: which of {', '.join(row):.60} is the text? call it 'text'")
    return row[key]


def _visible(text: Any, place: str) -> str:
    if not isinstance(text, str):
        raise TrainingDataError(f"{place}: text is not a string; a labelled block needs words")
    folded = fold_space(printable(text))
    if not is_visible(folded):
        raise TrainingDataError(f"{place}: text is empty; a labelled block needs words")
    return folded


def _people(told: Any) -> tuple[str, ...]:
    """Return the names of who said something: a name, a number, an account of Label Studio, or a list of names."""
    if isinstance(told, str) and told.startswith("["):
        try:
            told = json.loads(told)
        except (ValueError, RecursionError):
            return (_name(told),)
    if isinstance(told, dict):
        told = told.get("email") or told.get("username") or told.get("id")
    many = told if isinstance(told, list) else [told]
    return tuple(dict.fromkeys(name for one in many if one is not None and (name := _name(str(one)))))


def _name(told: str) -> str:
    return fold_space(printable(told))


def _time(row: Row, place: str) -> datetime | None:
    """Return when a row says that it was said: an ISO 8601 time, or seconds since 1970 as Prodigy writes them."""
    told = next((row[key] for key in ("updated_at", "created_at", "said_at", "_timestamp") if row.get(key)), None)
    if told is None:
        return None
    try:
        if isinstance(told, int | float):
            return datetime.fromtimestamp(told, UTC).replace(tzinfo=None)
        meant = datetime.fromisoformat(told)
        return meant.astimezone(UTC).replace(tzinfo=None) if meant.tzinfo else meant
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise TrainingDataError(f"{place}: {told!r:.60} is no time; use UTC like 2026-01-02T03:04:05Z") from error


def _weight(told: Any, place: str) -> float:
    try:
        weight = float(told)
    except (TypeError, ValueError):
        weight = 0
    if not 0 < weight <= 1:
        raise TrainingDataError(f"{place}: weight is {told!r:.60}; use a number above 0 and at most 1")
    return weight
