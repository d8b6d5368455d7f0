"""The folder of the parts: whose it is, which shards are done, what could not be read.

::

    NAME.parquet         one part a shard, or NAME.jsonl
    _run.json            the model version and the format of all parts
    _done/NAME.json      receipt of a part, written after it
    _errors/NAME.jsonl   what could not be read of a shard, a line each

Whatever reads Parquet folders passes over names that begin with ``_``.
"""

import errno
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from classifier.bulk.part import PART_FORMATS, PartFormat, damaged
from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard
from classifier.disk import DRAFT, only_one, write_whole
from classifier.errors import OutputError
from classifier.text import printable

Told = tuple[Literal["error", "warning"], str]  # of a shard's files, in a sentence
_RUN, _DONE, _ERRORS, _LOCK = "_run.json", "_done", "_errors", "_lock"
_OF_SHARDS = f"*-{'[0-9a-f]' * 12}"
_PARTS = tuple(f"{_OF_SHARDS}.{form}" for form in PART_FORMATS)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of parts, all made by one model version and in one format."""

    path: Path
    model: str  # version
    form: PartFormat

    @contextmanager
    def claimed(self, *, again: bool) -> Iterator[None]:
        """Hold the folder for this run alone; what a run that was killed left half-done is cleared away.

        Raises OutputError when it holds parts of another model or format, unless `again`, which removes them first, or
        holds something else; BusyError when another run writes to it.
        """
        with output_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            with only_one(self.path / _LOCK, what="classify --out", seconds=0):
                self._check(again=again)
                self._clear_drafts()
                write_whole(self.path / _RUN, self._run())  # first: whatever else is here is known to be ours
                for name in (_DONE, _ERRORS):
                    (self.path / name).mkdir(exist_ok=True)
                try:
                    yield
                finally:
                    self._clear_drafts()

    def part(self, shard: Shard) -> Path:
        """Return where the part of a shard is, or would be."""
        return self.path / f"{shard.name}.{self.form}"

    def errors(self, shard: Shard) -> Path:
        """Return where is written what could not be read of a shard."""
        return self.path / _ERRORS / f"{shard.name}.jsonl"

    def kept(self) -> dict[Shard, Receipt]:
        """Return the shards whose receipts can be read, by their names."""
        found = ((path.stem, _receipt(path)) for path in sorted((self.path / _DONE).glob(f"{_OF_SHARDS}.json")))
        return {Shard(name, receipt.files): receipt for name, receipt in found if receipt}

    def is_whole(self, shard: Shard, receipt: Receipt) -> bool:
        """Tell whether the part of a shard is there and as large as it was written."""
        try:
            return self.part(shard).stat().st_size == receipt.size
        except OSError:
            return False

    def keep(self, shard: Shard, receipt: Receipt, told: Sequence[Told] = ()) -> None:
        """Keep the receipt of a part that was written, and what is to be told of its files. Raises OSError."""
        lines = (json.dumps({"shard": shard.told, kind: said}, ensure_ascii=False) + "\n" for kind, said in told)
        if told:
            write_whole(self.errors(shard), (line.encode() for line in lines))
        write_whole(self._receipt(shard), receipt.to_bytes())

    def forget(self, shard: Shard) -> None:
        """Take back what there is of a shard that is to be done again. Raises OSError."""
        for path in (self._receipt(shard), self.part(shard), self.errors(shard)):
            path.unlink(missing_ok=True)

    def clear_but(self, shards: Collection[Shard]) -> int:
        """Remove what there is of other shards, and return how many parts that were. Raises OSError."""
        names, parts = {shard.name for shard in shards}, 0
        for pattern in (f"{_DONE}/{_OF_SHARDS}.json", f"{_ERRORS}/{_OF_SHARDS}.jsonl", *_PARTS):
            for path in self.path.glob(pattern):
                if path.stem not in names:
                    path.unlink()
                    parts += path.parent == self.path
        return parts

    def _receipt(self, shard: Shard) -> Path:
        return self.path / _DONE / f"{shard.name}.json"

    def _run(self) -> bytes:
        return (json.dumps({"model": self.model, "format": self.form}) + "\n").encode()

    def _check(self, *, again: bool) -> None:
        run = self.path / _RUN
        if not run.exists():
            if any(entry.name != _LOCK and not entry.name.startswith(DRAFT) for entry in self.path.iterdir()):
                raise OutputError(f"{self.path}: holds other files; name a folder that is new or empty")
        elif run.read_bytes() != self._run() and not again:
            held = printable(run.read_bytes().decode(errors="replace")).strip()
            raise OutputError(
                f"{self.path}: holds parts of another model or format ({held}); --again begins anew, or name another "
                "folder"
            )
        if again:
            self.clear_but(())

    def _clear_drafts(self) -> None:
        for draft in [*self.path.glob(f"{DRAFT}*"), *self.path.glob(f"_*/{DRAFT}*")]:
            draft.unlink(missing_ok=True)


def existing_folder(path: Path) -> Folder:
    """Return a folder that was written before. Raises OutputError when it is no folder of parts."""
    try:
        run = json.loads((path / _RUN).read_bytes())
        return Folder(path, str(run["model"]), PART_FORMATS[PART_FORMATS.index(run["format"])])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{path}: holds no crawl; name a folder that newsieve classify --out wrote") from error


def done_in(folder: Folder) -> dict[Shard, Receipt]:
    """Return the shards that are done. Raises OutputError where a part or a receipt is gone or damaged."""
    kept = folder.kept()
    names = {shard.name for shard in kept}
    for path in sorted((folder.path / _DONE).glob("*.json")):
        if path.stem not in names:
            raise damaged(path)
    for shard, receipt in kept.items():
        if not folder.is_whole(shard, receipt):
            raise damaged(folder.part(shard))
    return kept


def parts_in(path: Path) -> list[Path]:
    """Return the parts that are done in a folder. Raises OutputError as :func:`existing_folder` and `done_in` do."""
    folder = existing_folder(path)
    return [folder.part(shard) for shard in done_in(folder)]


@contextmanager
def output_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the place and says what to do."""
    try:
        yield
    except OSError as error:
        mend = f"make {folder} writable with room on its disk" if error.errno in _NO_ROOM else "mend that"
        raise OutputError(
            f"{error.filename or folder}: {error.strerror or error}; {mend} and run again: parts that are done stay"
        ) from error


def _receipt(path: Path) -> Receipt | None:
    try:
        return Receipt.from_bytes(path.read_bytes())
    except (OSError, ValueError, TypeError, KeyError):
        return None  # its shard will be done again
