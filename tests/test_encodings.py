"""Encodings: a mark, a declaration, a guess; never an exception but for what is no text."""

import io
import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.encodings import _PIECE, DecodedStream, decode
from classifier.errors import InputError

GERMAN = "Die Fähre nach Föhr fällt für zwei Tage aus, sagte der Betreiber am Dienstag."


def read(data, **options):
    said = []
    return decode(data, name="p", notify=said.append, **options), said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_marked_and_detected_encodings_are_read(encoding):
    assert read(GERMAN.encode(encoding)) == (GERMAN, [])


@pytest.mark.parametrize("before", [0, 100_000])
def test_the_encoding_is_told_from_where_the_text_leaves_ascii(before):
    text = "a" * before + " " + GERMAN + " Ende"
    assert read(text.encode("cp1252")) == (text, [])


@pytest.mark.parametrize("text", ["It’s on.", "José", "café", "The council said it’s going to approve the budget."])
def test_short_text_that_is_no_utf_8_is_read_as_browsers_read_it(text):
    assert read(text.encode("cp1252")) == (text, [])


def test_html_is_read_as_it_declares():
    text = "<meta charset='windows-1251'><p>Паром</p>"
    assert read(text.encode("cp1251"), html=True) == (text, [])


@pytest.mark.parametrize("declared", ["nonsense", "hex", "utf-16", "idna"])
def test_a_declaration_that_cannot_be_true_is_ignored(declared):
    text = f"<meta charset={declared}><p>Fähre</p>"
    assert read(text.encode(), html=True) == (text, [])


def test_undecodable_bytes_are_replaced_and_counted():
    text, said = read(GERMAN.encode() * 5 + b" \xff\xfe end")
    assert text.endswith(" \ufffd\ufffd end")
    assert said == ["p: 2 characters could not be decoded and were replaced"]


def test_replacement_characters_of_the_source_itself_are_not_counted():
    assert read("a \ufffd stands here".encode()) == ("a \ufffd stands here", [])


def test_nul_bytes_are_replaced_and_counted():
    assert read(b"Council\0 votes on plan") == (
        "Council\ufffd votes on plan",
        ["p: 1 characters could not be decoded and were replaced"],
    )


@pytest.mark.parametrize("data", [os.urandom(2000), b"\x7fELF" + bytes(range(256)) * 8, b"\0" * 100])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(InputError, match="p: not text"):
        read(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data):
    try:
        text, _ = read(data)
    except InputError:
        return
    text.encode("utf-8")


@given(st.text(max_size=100).filter(lambda t: t.isprintable() and "\ufffd" not in t))
def test_printable_utf_8_survives(text):
    assert read(b"\xef\xbb\xbf" + text.encode()) == (text, [])


def stream(data, **options):
    said = []
    return DecodedStream(io.BytesIO(data), name="p", notify=said.append, **options), said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@given(text=st.text("aé’ß中😀\n", max_size=300), sizes=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_a_stream_read_piece_by_piece_is_the_whole_decoded(encoding, text, sizes):
    data = (GERMAN + text).encode(encoding, "ignore")
    read_in_pieces, said = stream(data)
    pieces = []
    for size in itertools.cycle(sizes):
        pieces.append(read_in_pieces.read(size))
        if not pieces[-1]:
            break
    assert ("".join(pieces), said) == read(data)
    assert stream(data)[0].read() == read(data)[0]


@pytest.mark.parametrize("before", range(_PIECE - 4, _PIECE + 2))
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_character_on_the_border_of_two_pieces_is_read(before, encoding):
    text = "a" * (before // (2 if encoding == "utf-16" else 1)) + "é’" * 3 + " Café, Zürich"
    assert stream(text.encode(encoding))[0].read() == text


def test_the_encoding_of_a_stream_is_told_from_where_it_leaves_ascii():
    for encoding in ("cp1252", "utf-8"):
        text = "a" * (2 * _PIECE + 5) + " Café, Zürich, Bogotá"
        assert stream(text.encode(encoding))[0].read() == text


def test_what_a_stream_could_not_decode_is_counted_once_at_its_end():
    text, said = stream(b"Caf\xc3\xa9 " * 10 + b"\xff" + b" caf\xc3\xa9" * 10 + b"\xc3")
    assert text.read().count("\ufffd") == 2
    assert text.read() == ""
    assert said == ["p: 2 characters could not be decoded and were replaced"]


def test_a_stream_of_no_text_is_an_error():
    for data in (b"%PDF-1.7", bytes(range(8)) * 100):
        with pytest.raises(InputError, match=r"^p: not text"):
            stream(data)
