"""Compressed files: what is in them, and an end to what grows without measure."""

import gzip
import io
import os
import shutil

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.compressed import decompressed, is_gzip
from classifier.errors import InputError

PACK = {"gzip": gzip.compress, "Zstandard": lambda data: pa.compress(data, "zstd", asbytes=True)}


def stream_of(data):
    return io.BufferedReader(io.BytesIO(data))


def read(data):
    return decompressed(stream_of(data), name="f").read()


@given(data=st.binary(max_size=5_000), parts=st.integers(1, 3))
@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_what_was_compressed_is_read_also_in_several_parts(pack, data, parts):
    assert read(b"".join(pack(data) for _ in range(parts))) == data * parts


def skipped(data):
    """Return a frame of Zstandard to be passed over, as pzstd writes one before each of its own."""
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


@pytest.mark.parametrize("size", [0, 4, 300_000])
def test_frames_to_be_skipped_are_wherever_they_stand(size):
    one, two = map(PACK["Zstandard"], (b"one ", b"two"))
    assert read(one + skipped(bytes(size)) + two + skipped(bytes(size))) == b"one two"
    assert read(skipped(bytes(size)) + one + two) == b"one two"
    with pytest.raises(InputError, match="f: broken Zstandard"):
        read(one + skipped(bytes(size))[:-1])


def test_what_is_not_compressed_is_the_stream_itself():
    for data in (b"", b"\x1f", b"plain text"):
        stream = stream_of(data)
        assert decompressed(stream, name="f") is stream


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("data", [b"", b"text", bytes(range(256)) * 400, bytes(300_000), os.urandom(300_000)])
def test_wherever_it_is_cut_off_is_an_error_that_names_the_file(kind, data):
    whole = PACK[kind](data)
    for parts in (b"", whole):
        for size in {*range(5, min(len(whole), 40)), len(whole) // 2, len(whole) - 1}:
            with pytest.raises(InputError, match=f"f: broken {kind}"):
                read(parts + whole[:size])


@pytest.mark.parametrize("broken", ["cut off", "followed by rubbish", "cut off in its second part"])
def test_what_comes_before_a_break_is_read_first_and_the_break_told_of_at_every_call_after(broken):
    data = os.urandom(700_000)
    whole = gzip.compress(data)
    given = {"cut off": whole[:600_000], "followed by rubbish": whole + b"rubbish" * 9}.get(
        broken, whole + whole[:9_000]
    )
    stream = decompressed(stream_of(given), name="f")
    found = stream.read(1_000_000)
    assert len(found) >= (590_000 if broken == "cut off" else 700_000)
    assert (data * 2).startswith(found)
    for _ in range(2):
        with pytest.raises(InputError, match="f: broken gzip"):
            stream.read(1_000_000)


def test_gzip_that_is_damaged_is_an_error():
    damaged = bytearray(gzip.compress(b"Council votes on plan " * 100))
    damaged[-6] ^= 1
    with pytest.raises(InputError, match="f: broken gzip"):
        read(bytes(damaged))


@pytest.mark.parametrize("kind", PACK)
def test_a_bomb_is_left_when_it_has_grown_two_hundred_times(kind):
    taken = io.BytesIO()
    with pytest.raises(InputError, match=f"f: {kind} that grows more than 200 times"):
        shutil.copyfileobj(decompressed(stream_of(PACK[kind](bytes(300_000_000))), name="f"), taken)
    assert taken.tell() <= 100_000_000


def test_gzip_is_told_by_what_is_in_it():
    assert is_gzip(stream_of(gzip.compress(b"WARC/1.0\r\n")), of=b"WARC/")
    assert not is_gzip(stream_of(gzip.compress(b"{}")), of=b"WARC/")
    assert not is_gzip(stream_of(b"WARC/1.0"), of=b"WARC/")
    assert not is_gzip(stream_of(b"\x1f\x8b\xff\xff\xff"))
    assert not is_gzip(stream_of(b""))
