"""Labelled files -> examples. A bad row stops the reading: nothing is skipped in silence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from classifier.blocks import LABELS, Example
from classifier.errors import InputError, TrainingDataError
from classifier.formats import open_binary
from classifier.pages import MARKERS
from classifier.rows import read_rows, row_format
from classifier.text import fold_space, is_visible, printable


def shipped_data() -> Path:
    """Return the folder of labelled pages that comes with the program."""
    here = Path(__file__).parent
    installed = here / "training_data"
    return installed if installed.is_dir() else here.parent / "training_data"


def held_out_data() -> list[Path]:
    """Return the files shipped with the program that versions are only ever measured on."""
    return [shipped_data() / "holdout", shipped_data() / "golden.jsonl"]


def _raise(error: TrainingDataError) -> None:
    raise error


def read_examples(
    paths: Sequence[Path], *, notify: Callable[[str], None], refused: Callable[[TrainingDataError], None] = _raise
) -> list[Example]:
    """Read labelled pages (``blocks`` of ``text`` and ``label``) or labelled blocks (``text`` and ``label``).

    A folder stands for its files, or those of its ``pages`` folder. Lone list markers are left out: they are never
    blocks. `refused` is told of each bad row, naming file and row, and when there is no example; unless it is given,
    the first is raised.
    """
    examples = [example for file in labelled_files(paths) for example in _file_examples(file, notify, refused)]
    if not examples:
        refused(TrainingDataError(f"{', '.join(map(str, paths))}: no labelled block; give labelled JSON lines"))
    return examples


def labelled_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files that `paths` stand for. Raises TrainingDataError for a folder without any."""
    return [file for path in paths for file in _files(path)]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    folder = path / "pages" if (path / "pages").is_dir() else path
    files = sorted(file for file in folder.iterdir() if row_format(file.suffix))
    if not files:
        raise TrainingDataError(f"{folder}: no labelled file; put .jsonl, .csv or .parquet files there")
    return files


def _file_examples(
    file: Path, notify: Callable[[str], None], refused: Callable[[TrainingDataError], None]
) -> Iterator[Example]:
    try:
        with open_binary(str(file)) as stream:
            for number, row in read_rows(
                stream, name=str(file), row_format=row_format(file.suffix) or "jsonl", notify=notify
            ):
                try:
                    yield from list(_row_examples(row, f"{file}:{number}", file.stem))
                except TrainingDataError as error:
                    refused(error)
    except InputError as error:
        refused(TrainingDataError(str(error)))
    except OSError as error:
        refused(TrainingDataError(f"{file}: {error.strerror or error}; give a file that can be read"))


def _row_examples(row: dict[str, Any], place: str, stem: str) -> Iterator[Example]:
    voice = str(row.get("voice") or row.get("source") or stem)
    page = f"{voice}/{row.get('page') or row.get('url') or place}"
    items = row.get("blocks", [row])
    if not isinstance(items, list):
        raise TrainingDataError(f"{place}: blocks is not a list; use a list of objects with 'text' and 'label'")
    named = str(row.get("voice") or row.get("source") or "")
    for position, item in enumerate(items):
        example = _example(item, place, page=page, site=str(row.get("site") or page))
        if example.text not in MARKERS:
            yield replace(example, voice=named, position=position if "blocks" in row else None)


def _example(item: Any, place: str, *, page: str, site: str) -> Example:
    if not isinstance(item, dict) or not {"text", "label"} <= item.keys():
        raise TrainingDataError(f"{place}: a block lacks 'text' or 'label'; use objects with both")
    text, label = item["text"], item["label"]
    if label not in LABELS:
        raise TrainingDataError(f"{place}: label is {label!r}; use 'news', 'filler' or 'boilerplate'")
    if not isinstance(text, str):
        raise TrainingDataError(f"{place}: text is not a string; a labelled block needs words")
    folded = fold_space(printable(text))
    if not is_visible(folded):
        raise TrainingDataError(f"{place}: text is empty; a labelled block needs words")
    return Example(folded, label, page=page, site=site, kind=str(item.get("kind") or ""), origin=place)
