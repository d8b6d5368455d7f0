"""Encodings: a mark, a declaration, a guess; never an exception but for what is no text."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.encodings import decode
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


@given(st.text(max_size=100).filter(lambda t: t.isprintable()))
def test_printable_utf_8_survives(text):
    assert read(b"\xef\xbb\xbf" + text.encode()) == (text, [])
