"""gzip and Zstandard files -> the bytes in them, streamed, with a limit on how much may come out of how little."""

import gzip
import io
import zlib
from collections.abc import Generator
from contextlib import suppress
from typing import Any, BinaryIO

from classifier.errors import InputError

SUFFIXES = frozenset({".gz", ".zst"})
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_PASSED_OVER = tuple(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))  # frames; pzstd begins with one
MOST_GROWTH = 200  # times: text grows 3 to 20 times, DEFLATE of zeros 1,030 times (RFC 1951), Zstandard far more
FREE = 100_000_000  # bytes that may come out whatever went in
_HEAD = 512  # bytes that tell what is in a file
_BUFFER = 1 << 18  # bytes
_AT_ONCE = 1 << 14  # bytes that are unpacked at once: so many at most are lost where Zstandard is broken


def is_gzip(stream: io.BufferedReader, *, of: bytes = b"") -> bool:
    """Tell whether a stream that was not read yet holds gzip (RFC 1952), and in it what begins with `of`."""
    head = stream.peek(_HEAD)
    try:
        return head.startswith(_GZIP) and zlib.decompressobj(31).decompress(head, max(1, len(of))).startswith(of)
    except zlib.error:
        return False


def decompressed(stream: io.BufferedReader, *, name: str) -> io.BufferedReader:
    """Return a stream of what is in `stream`: itself, unless it begins as gzip or Zstandard does (RFC 1952, 8878).

    Reading raises InputError, naming `name`, where the compressed data are broken or cut off, and where they grow more
    than 200 times; but what comes before is read first.
    """
    head = stream.peek(4)[:4]
    if not head.startswith((_GZIP, _ZSTANDARD, *_PASSED_OVER)):
        return stream
    kind = "gzip" if head.startswith(_GZIP) else "Zstandard"
    return _Unpacked(_Limited(_Counted(stream, kind), kind, name), _BUFFER)


class _Counted(io.RawIOBase):
    """A stream that knows how much was read of it."""

    def __init__(self, stream: BinaryIO, kind: str) -> None:
        self._stream = stream
        self.taken = 0  # bytes
        self.frames = _Frames() if kind == "Zstandard" else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]  # buffered
        self.taken += count
        if self.frames:
            self.frames.follow(bytes(buffer[:count]))
        return count


class _Unpacked(io.BufferedReader):
    """What is in a compressed stream; one of Python's would drop what it holds when the rest cannot be read."""

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes: fewer at the end, or before what is broken, which the next call then tells of."""
        if size is None or size < 0:
            return super().read()
        parts = [self.read1(size)]
        left = size - len(parts[0])
        with suppress(InputError):  # it is raised again
            while left and parts[-1]:
                parts.append(self.read1(left))
                left -= len(parts[-1])
        return b"".join(parts)


class _Limited(io.RawIOBase):
    """What is in a compressed stream: reading fails for ever from where it is broken, and not before."""

    def __init__(self, source: _Counted, kind: str, name: str) -> None:
        self._source, self._kind, self._name = source, kind, name
        self._plain: Any = gzip.GzipFile(fileobj=source, mode="rb") if kind == "gzip" else _zstandard(source)
        self._given = 0  # bytes
        self._fault: InputError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view, filled = memoryview(buffer), 0
        while filled < len(view) and not self._fault:
            data = self._next(len(view) - filled)
            view[filled : filled + len(data)] = data
            filled += len(data)
            if not data:
                break
        if self._fault and not filled:
            raise self._fault
        return filled

    def _next(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end, and none with the fault that it is then."""
        try:
            data: bytes = self._plain.read1(min(size, _AT_ONCE))
            if not data and self._source.frames and not self._source.frames.are_whole:
                raise EOFError("cut off")
        except (EOFError, OSError, ValueError, zlib.error) as error:  # pyarrow's ArrowInvalid is a ValueError
            self._fault = InputError(f"{self._name}: broken {self._kind} ({error}); what follows could not be read")
            self._fault.__cause__ = error
            return b""
        self._given += len(data)
        if self._given > max(FREE, MOST_GROWTH * self._source.taken):
            self._fault = InputError(
                f"{self._name}: {self._kind} that grows more than {MOST_GROWTH} times; compress it with less, or not"
            )
            return b""
        return data


def _zstandard(source: _Counted) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import

    return pa.CompressedInputStream(pa.PythonFile(source, mode="r"), "zstd")


class _Frames:
    """Tells whether Zstandard data end where a frame does; PyArrow says nothing of data that are cut off."""

    def __init__(self) -> None:
        self._steps = _steps()
        self._wanted, self._may_end = next(self._steps)
        self._held = b""

    @property
    def are_whole(self) -> bool:
        return self._may_end and not self._held

    def follow(self, data: bytes) -> None:
        self._held += data
        while len(self._held) >= self._wanted:
            taken, self._held = self._held[: self._wanted], self._held[self._wanted :]
            self._wanted, self._may_end = self._steps.send(taken)


def _steps() -> Generator[tuple[int, bool], bytes, None]:
    """Ask for so many bytes, and tell whether the data may end there (RFC 8878, 3.1)."""
    while True:
        magic = yield 4, True
        if magic != _ZSTANDARD:  # a frame to be skipped
            left = int.from_bytes((yield 4, False), "little")
            while left:
                left -= len((yield min(left, _BUFFER), False))
            continue
        flags = (yield 1, False)[0]
        single, checked = flags >> 5 & 1, flags >> 2 & 1
        yield from _passed((1 - single) + (0, 1, 2, 4)[flags & 3] + (single, 2, 4, 8)[flags >> 6])
        last = 0
        while not last:
            block = int.from_bytes((yield 3, False), "little")
            last = block & 1
            yield from _passed(1 if block >> 1 & 3 == 1 else block >> 3)  # one byte stands for many
        yield from _passed(4 * checked)


def _passed(count: int) -> Generator[tuple[int, bool], bytes, None]:
    if count:
        yield count, False
