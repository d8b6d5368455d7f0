"""Labelled files -> examples. A bad row stops the reading: nothing is skipped in silence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from classifier.addresses import open_binary
from classifier.blocks import Example, Label
from classifier.errors import InputError, TrainingDataError
from classifier.label_names import LABEL_NAMES, LabelNames
from classifier.other_labels import Labelled, labelled_in
from classifier.pages import MARKERS
from classifier.rows import read_rows, row_format, sniffed_rows


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
    paths: Sequence[Path],
    *,
    notify: Callable[[str], None],
    refused: Callable[[TrainingDataError], None] = _raise,
    names: LabelNames = LABEL_NAMES,
) -> list[Example]:
    """Read labelled pages (``blocks`` of ``text`` and ``label``) or labelled blocks, ours or another tool's.

    A folder stands for its files, or those of its ``pages`` folder. Lone list markers are left out: they are never
    blocks. `names` says what labels are called. `refused` is told of each bad row, naming file and row, and when there
    is no example; unless it is given, the first is raised.
    """
    examples = [example for file in labelled_files(paths) for example in _file_examples(file, names, notify, refused)]
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


def labelled_rows(
    rows: Iterable[tuple[int, dict[str, Any]]],
    *,
    name: str,
    names: LabelNames,
    notify: Callable[[str], None],
    refused: Callable[[TrainingDataError], None] = _raise,
) -> Iterator[Labelled]:
    """Yield what the rows of the file `name` say, lone list markers left out; `notify` is told what says nothing."""
    silent: Counter[str] = Counter()
    for number, row in rows:
        place = f"{name}:{number}"
        try:
            found = list(labelled_in(row, place, names, passed=lambda why: silent.update([why])))
        except TrainingDataError as error:
            refused(error)
        else:
            yield from (one for one in found if one.text not in MARKERS)
    if silent:
        told = ", ".join(f"{count:,} {why}" for why, count in sorted(silent.items()))
        notify(f"{name}: left out what says nothing of a text: {told}")


def _file_examples(
    file: Path,
    names: LabelNames,
    notify: Callable[[str], None],
    refused: Callable[[TrainingDataError], None],
) -> Iterator[Example]:
    try:
        with open_binary(str(file)) as stream:
            kind = row_format(file.suffix) or sniffed_rows(stream.peek(1))
            rows = read_rows(stream, name=str(file), row_format=kind, notify=notify, columns=None)
            found = labelled_rows(rows, name=str(file), names=names, notify=notify, refused=refused)
            unsure = 0
            for one in found:
                unsure += one.said == "unsure"
                if one.said != "unsure":
                    yield _example(one, file.stem)
            if unsure:
                notify(f"{file}: left out {unsure:,} texts of which somebody was unsure")
    except InputError as error:
        refused(TrainingDataError(str(error)))
    except OSError as error:
        refused(TrainingDataError(f"{file}: {error.strerror or error}; give a file that can be read"))


def _example(said: Labelled, stem: str) -> Example:
    page = f"{said.voice or stem}/{said.page or said.place}"
    return Example(
        text=said.text,
        label=cast("Label", said.said),
        page=page,
        site=said.site or page,
        kind=said.kind,
        origin=said.place,
        voice=said.voice,
        position=said.position,
        weight=said.weight,
    )
