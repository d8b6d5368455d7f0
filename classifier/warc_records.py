"""A WARC file (ISO 28500), in gzip or not -> its records as bytes, one at a time, whatever is broken between them.

A record is believed only when it ends where its length says; after one that does not, the file is searched for where
the next one begins. No record costs more memory than a page may have.
"""

import io
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from classifier.compressed import FREE, MOST_GROWTH, decompressed, is_gzip
from classifier.errors import InputError
from classifier.rows import MOST_BYTES, Fault, seekable

_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]....[\x00\x02\x04][\x00-\x0d\xff]", re.DOTALL)  # RFC 1952, 2.3
_END = b"\r\n\r\n"
_VERSION = re.compile(rb"WARC/\d\.\d+\r\n")
_NEXT = re.compile(_END + _VERSION.pattern)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r\n|\Z)", re.IGNORECASE)
_MOST_HEAD = 65_536  # bytes of a record's header
_MOST = _MOST_HEAD + MOST_BYTES  # bytes of a record
_PIECE = 1 << 14  # bytes read at once
_MOST_UNPACKED = 1 << 20  # bytes unpacked at once
_BUFFER = 1 << 18  # bytes
_BLANK = b"\r\n\t \0"
_CUT_OFF = "cut off in mid-record; fetch the file again"
_NO_LENGTH = "no header with a length; the next record is looked for"
_WRONG_LENGTH = "its length is wrong; the next record is looked for"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record, or what is there in place of one."""

    at: int  # byte in the file where it begins
    data: bytes  # header and block, as much as can be read
    fault: str = ""  # why it cannot be read; empty when it can
    is_whole: bool = True  # otherwise it has more bytes than a page may have, and `data` are the first

    @property
    def head(self) -> str:
        """Return the header of a record without a fault."""
        return self.data[: self.data.index(_END)].decode("utf-8", "replace")

    @property
    def block(self) -> bytes:
        """Return the block of a record without a fault."""
        begin = self.data.index(_END) + len(_END)
        return self.data[begin : begin + (_length(self.data) or 0)]


def raw_records(stream: io.BufferedReader, *, name: str, fault: Fault) -> Iterator[RawRecord]:
    """Yield the records of a WARC file that was not read yet, and in their places what is broken.

    `fault` is told when all records are in one piece of gzip that is broken itself; then what comes before is read.
    """
    with seekable(stream) as source:
        archive = io.BufferedReader(source, _BUFFER)
        if not is_gzip(archive):
            yield from _records(archive, _VERSION)
        elif _record_by_record(archive):
            yield from _records(archive, _MEMBER)
        else:
            with _copied(archive, name, fault) as copy:
                yield from _records(copy, _VERSION)
        archive.detach()


@contextmanager
def _copied(archive: io.BufferedReader, name: str, fault: Fault) -> Iterator[BinaryIO]:
    """Yield what is in a gzip file, on the disk, to be read in any order."""
    with tempfile.TemporaryFile() as copy:
        archive.seek(0)
        try:
            shutil.copyfileobj(decompressed(archive, name=name), copy)
        except InputError as error:
            fault(error)
        yield copy


def _record_by_record(archive: io.BufferedReader) -> bool:
    """Tell whether the first gzip member holds one record, as the standard asks, and not all of them."""
    return not _NEXT.search(_member(archive, 0)[0].data)


def _records(archive: BinaryIO, mark: re.Pattern[bytes]) -> Iterator[RawRecord]:
    read = _member if mark is _MEMBER else _plain
    at, told = 0, False
    while True:
        begin, blank = _search(archive, at, mark)
        if not (blank or told):
            yield RawRecord(at, b"", "no record begins here; the next one is looked for")
        if begin is None:
            return
        record, end = read(archive, begin)
        yield record
        at, told = (begin + 1, True) if end is None else (end, False)


def _search(archive: BinaryIO, start: int, mark: re.Pattern[bytes]) -> tuple[int | None, bool]:
    """Return where from `start` on a record begins, None where none does, and whether all before it is blank."""
    archive.seek(start)
    window, at, blank = b"", start, True  # at: of the window
    while piece := archive.read(_PIECE):
        window += piece
        for found in mark.finditer(window):
            if mark is _VERSION or _is_record(archive, at + found.start()):
                return at + found.start(), blank and not window[: found.start()].strip(_BLANK)
        passed = max(0, len(window) - 16)  # a mark may be cut
        blank = blank and not window[:passed].strip(_BLANK)
        window, at = window[passed:], at + passed
    return None, blank and not window.strip(_BLANK)


def _is_record(archive: BinaryIO, at: int) -> bool:
    here = archive.tell()
    archive.seek(at)
    try:
        return bool(zlib.decompressobj(31).decompress(archive.read(_PIECE), 5) == b"WARC/")
    except zlib.error:
        return False
    finally:
        archive.seek(here)


def _member(archive: BinaryIO, at: int) -> tuple[RawRecord, int | None]:
    """Return the record that a gzip member is, and where it ends; None when that is unknown."""
    archive.seek(at)
    parts: list[bytes] = []
    unpacker, size, fault = zlib.decompressobj(31), 0, ""
    while not (unpacker.eof or fault):
        taken = archive.tell() - at
        if size > max(FREE, MOST_GROWTH * taken):  # a bomb is not unpacked to its end
            data = b"".join(parts)
            return RawRecord(at, data, _misfit(data, size), is_whole=False), None
        piece = unpacker.unconsumed_tail or archive.read(_PIECE)
        try:
            part = unpacker.decompress(piece, _MOST_UNPACKED)
        except zlib.error as error:
            part, fault = b"", f"broken gzip ({error}); the next record is looked for"
        fault = fault if piece else _CUT_OFF
        parts += [part] if size <= _MOST else []
        size += len(part)
    data, end = b"".join(parts), archive.tell() - len(unpacker.unused_data)
    if fault:
        return RawRecord(at, data, fault), None
    return RawRecord(at, data, _misfit(data, size), is_whole=size <= _MOST), end


def _misfit(data: bytes, size: int) -> str:
    """Return why `data`, the beginning of `size` bytes, are no record, empty if they are one."""
    length = _length(data)
    if length is None:
        return _NO_LENGTH
    rest = data[data.index(_END) + len(_END) :]
    return "" if size > _MOST or (length <= len(rest) and not rest[length:].strip(_BLANK)) else _WRONG_LENGTH


def _plain(archive: BinaryIO, at: int) -> tuple[RawRecord, int | None]:
    """Return the record that begins at a byte, and where it ends; None when that is unknown."""
    archive.seek(at)
    head = archive.read(_MOST_HEAD)
    length = _length(head)
    if length is None:
        is_cut = len(head) < _MOST_HEAD and _END not in head
        return RawRecord(at, head, _CUT_OFF if is_cut else _NO_LENGTH), None
    size = head.index(_END) + len(_END) + length
    if at + size > archive.seek(0, io.SEEK_END):  # before seeking: a disk knows no byte of any number
        return RawRecord(at, head, _CUT_OFF), None
    archive.seek(at + size)
    after = archive.read(len(_END))
    if after.strip(_BLANK):
        return RawRecord(at, head, _WRONG_LENGTH), None
    archive.seek(at)
    is_whole = length <= MOST_BYTES
    return RawRecord(at, archive.read(size) if is_whole else head, is_whole=is_whole), at + size + len(after)


def _length(data: bytes) -> int | None:
    """Return the length of a record's block by its header, None when it has none."""
    end = data.find(_END, 0, _MOST_HEAD)
    found = _LENGTH.search(data, 0, end + 2) if end >= 0 else None
    return int(found[1]) if found else None
