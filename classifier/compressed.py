"""gzip and Zstandard files -> the bytes in them, streamed, with a limit on how much may come out of how little."""

import gzip
import io
import zlib
from typing import Any, BinaryIO

from classifier.errors import InputError

SUFFIXES = frozenset({".gz", ".zst"})
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
MOST_GROWTH = 200  # times: text grows 3 to 20 times, DEFLATE of zeros 1,030 times (RFC 1951), Zstandard far more
FREE = 100_000_000  # bytes that may come out whatever went in
_HEAD = 512  # bytes that tell what is in a file
_BUFFER = 1 << 18  # bytes


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
    than 200 times.
    """
    head = stream.peek(4)[:4]
    if not head.startswith((_GZIP, _ZSTANDARD)):
        return stream
    kind = "gzip" if head.startswith(_GZIP) else "Zstandard"
    return io.BufferedReader(_Limited(_Counted(stream), kind, name), _BUFFER)


class _Counted(io.RawIOBase):
    """A stream that knows how much was read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0  # bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto(buffer)  # type: ignore[attr-defined]  # buffered
        self.taken += count
        return count


class _Limited(io.RawIOBase):
    """What is in a compressed stream."""

    def __init__(self, source: _Counted, kind: str, name: str) -> None:
        self._source, self._kind, self._name = source, kind, name
        self._plain: Any = gzip.GzipFile(fileobj=source, mode="rb") if kind == "gzip" else _zstandard(source)
        self._given = 0  # bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._plain.read(len(view))
        except (EOFError, OSError, ValueError, zlib.error) as error:  # pyarrow's ArrowInvalid is a ValueError
            raise InputError(f"{self._name}: broken {self._kind} ({error}); what follows could not be read") from error
        self._given += len(data)
        if self._given > max(FREE, MOST_GROWTH * self._source.taken):
            raise InputError(
                f"{self._name}: {self._kind} that grows more than {MOST_GROWTH} times; compress it with less, or not"
            )
        view[: len(data)] = data
        return len(data)


def _zstandard(source: _Counted) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import

    return pa.CompressedInputStream(pa.PythonFile(source, mode="r"), "zstd")
