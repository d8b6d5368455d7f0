"""What was asked for -> files: out of files, folders, patterns and addresses, each file once."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

from classifier.addresses import files_at, is_remote, local_path
from classifier.errors import InputError
from classifier.formats import page_format_of
from classifier.text import printable


@dataclass(slots=True)
class Asked:
    """The files that were asked for, and what was passed over on the way to them."""

    files: dict[str, None] = field(default_factory=dict)  # whole paths, or addresses that fsspec opens, in order
    twice: int = 0  # files that were named again
    strange: int = 0  # files in folders without an ending of ours
    links: int = 0  # in folders, to folders or to nothing


def find_files(inputs: Sequence[str], *, apart: Path | None = None) -> Asked:
    """Return the files that `inputs` name, but for those in the folder `apart`.

    An input is a file, a folder (every file in it that has an ending of ours; links to other folders are not
    followed), an address, or a pattern with ``*``, which names files only. Raises InputError for one that is not there
    or cannot be read.
    """
    asked, shut = Asked(), str(apart.resolve()) if apart else None
    for given in inputs:
        for file in _files(given, shut, asked):
            if _within(file, shut):
                continue
            asked.twice += file in asked.files
            asked.files[file] = None
    if not asked.files:
        raise InputError(f"{apart}: every file that was asked for is in it; name what is to be labelled")
    return asked


def _within(path: str, folder: str | None) -> bool:
    return folder is not None and (path == folder or path.startswith(f"{folder}{os.sep}"))


def _files(given: str, shut: str | None, asked: Asked) -> Sequence[str]:
    place = local_path(given)
    if is_remote(place):
        return _remote(place, asked)
    path = Path(place)
    if place and path.is_dir():
        return _in_folder(path.resolve(), given, shut, asked)
    if not path.exists() and (found := sorted(filter(os.path.isfile, glob(place, recursive=True)))):  # noqa: PTH207 - Path has none of a whole path
        return list(map(os.path.realpath, found))
    if place in {"", "-"} or (path.exists() and not path.is_file()):
        raise InputError(f"{printable(given)}: no file that a second run could find again; give files")
    if not path.exists():
        raise InputError(f"{printable(given)}: no such file or folder; nothing was begun")
    return [str(path.resolve())]


def _in_folder(folder: Path, given: str, shut: str | None, asked: Asked) -> list[str]:
    if _within(str(folder), shut):
        return []
    try:
        found = sorted(_walked(folder, shut, asked))
    except OSError as error:
        raise InputError(
            f"{printable(str(error.filename))}: {error.strerror}; make it readable, or name other folders; nothing was "
            "begun"
        ) from error
    if not found:
        raise InputError(
            f"{printable(given)}: holds no file of pages; they end in .warc, .wet, .jsonl, .csv, .parquet, .html "
            "or .txt, and in .gz or .zst after that"
        )
    return found


def _walked(folder: Path, shut: str | None, asked: Asked) -> Iterator[str]:
    """Yield the files with an ending of ours in and below a folder, and count the others. Raises OSError."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not _within(str(Path(place, name)), shut)]
        asked.links += sum(Path(place, name).is_symlink() for name in folders)
        for name in files:
            path = Path(place, name)
            if not path.exists():
                asked.links += 1
            elif page_format_of(name) and path.is_file():
                yield str(path.resolve())
            else:
                asked.strange += 1


def _raise(error: OSError) -> None:
    raise error


def _remote(given: str, asked: Asked) -> list[str]:
    try:
        found, named = files_at(given)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"{printable(given)}: {told}; nothing was begun") from error
    ours = [address for address in found if named or page_format_of(address)]
    asked.strange += len(found) - len(ours)
    if not ours:
        raise InputError(f"{printable(given)}: no file of pages there; nothing was begun")
    return ours
