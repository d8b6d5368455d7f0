"""The folder of the parts: whose it is, which shards are done, what could not be read.

::

    NAME.parquet         one part a shard, or NAME.jsonl
    _run.json            the model version and the format of all parts
    _done/NAME.json      receipt of a part, written after it
    _errors/NAME.jsonl   what could not be read of a shard, a line each

Whatever reads Parquet folders passes over names that begin with ``_``.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from classifier.bulk.part import PART_FORMATS, PartFormat
from classifier.bulk.shards import Shard
from classifier.disk import only_one, write_whole
from classifier.errors import OutputError

_RUN, _DONE, _ERRORS, _LOCK = "_run.json", "_done", "_errors", "_lock"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one shard."""

    shard: str  # what people call it
    states: tuple[str, ...]  # of its files, when they were read
    model: str  # version
    pages: int
    without_text: int  # of the pages, those with no block
    blocks: int
    news: int  # blocks
    filler: int  # blocks
    boilerplate: int  # blocks
    review: int  # blocks that a person should look at
    errors: int  # records that could not be read
    seconds: float  # that it took

    @classmethod
    def from_bytes(cls, data: bytes) -> "Receipt":
        """Read what :meth:`to_bytes` wrote. Raises ValueError or TypeError for anything else."""
        facts = json.loads(data)
        return cls(**{**facts, "states": tuple(facts["states"])})

    def to_bytes(self) -> bytes:
        """Return the receipt as JSON."""
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode()


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

    def receipt(self, shard: Shard) -> Receipt | None:
        """Return the receipt of a shard, None where it is not done."""
        try:
            return Receipt.from_bytes(self._receipt(shard).read_bytes()) if self.part(shard).exists() else None
        except (OSError, ValueError, TypeError, KeyError):
            return None  # it will be done again

    def keep(self, shard: Shard, receipt: Receipt, errors: Sequence[str]) -> None:
        """Keep the receipt of a part that was written, and what could not be read. Raises OSError."""
        lines = ((json.dumps({"shard": shard.told, "error": error}, ensure_ascii=False) + "\n") for error in errors)
        if errors:
            write_whole(self.errors(shard), (line.encode() for line in lines))
        write_whole(self._receipt(shard), receipt.to_bytes())

    def forget(self, shard: Shard) -> None:
        """Take back what there is of a shard that is to be done again. Raises OSError."""
        for path in (self._receipt(shard), self.part(shard), self.errors(shard)):
            path.unlink(missing_ok=True)

    def _receipt(self, shard: Shard) -> Path:
        return self.path / _DONE / f"{shard.name}.json"

    def _run(self) -> bytes:
        return (json.dumps({"model": self.model, "format": self.form}) + "\n").encode()

    def _check(self, *, again: bool) -> None:
        run = self.path / _RUN
        if not run.exists():
            if any(entry.name != _LOCK and not entry.name.startswith(f".{_RUN}-") for entry in self.path.iterdir()):
                raise OutputError(f"{self.path}: holds other files; name a folder that is new or empty")
        elif run.read_bytes() != self._run() and not again:
            raise OutputError(
                f"{self.path}: holds parts of another model or format ({run.read_text().strip()}); --again begins "
                "anew, or name another folder"
            )
        if again:
            self._clear()

    def _clear_drafts(self) -> None:
        for draft in [*self.path.glob(".*-*"), *self.path.glob("_*/.*-*")]:
            draft.unlink(missing_ok=True)

    def _clear(self) -> None:
        of_shards = f"*-{'[0-9a-f]' * 12}"
        for pattern in (
            f"{_DONE}/{of_shards}.json",
            f"{_ERRORS}/{of_shards}.jsonl",
            *(f"{of_shards}.{f}" for f in PART_FORMATS),
        ):
            for path in self.path.glob(pattern):
                path.unlink()


def parts_in(folder: Path) -> list[Path]:
    """Return the parts that are done in a folder. Raises OutputError when it is no folder of parts."""
    try:
        form = json.loads((folder / _RUN).read_bytes())["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{folder}: holds no crawl; name a folder that newsieve classify --out wrote") from error
    return sorted(folder / f"{receipt.stem}.{form}" for receipt in (folder / _DONE).glob("*.json"))


@contextmanager
def output_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names the place and says what to do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{error.filename or folder}: {error.strerror or error}; make {folder} writable with room on its disk and "
            "run again: parts that are done stay"
        ) from error
