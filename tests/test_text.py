"""Text: one normal form, one way of cutting it, one fingerprint."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier.text import (
    as_read,
    character_grams,
    fingerprint,
    fold_space,
    is_visible,
    normalise,
    printable,
    tokens,
    with_controls_shown,
    without_controls,
    word_grams,
    words,
    words_of,
)

anything = st.text(st.characters(exclude_categories=()), max_size=80)


@given(anything)
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normalise(normalise(text)) == normalise(text)


@given(anything)
def test_tokens_keep_their_place_in_the_text(text):
    found = tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(not any(c.isspace() for c in text[token.start : token.end]) for token in found)
    assert all(a.end < b.start for a, b in itertools.pairwise(found))


@given(anything)
def test_printable_text_can_be_encoded_and_printable_is_idempotent(text):
    assert printable(text).encode("utf-8").decode() == printable(printable(text))
    assert "\0" not in printable(text)


def test_what_cannot_be_stored_is_replaced_one_for_one():
    assert printable("a\0b") == "a\ufffdb"
    assert printable("é\0\ud800\U0001f600") == "é\ufffd\ufffd\U0001f600"


@pytest.mark.parametrize("text", ["a", "é", "北京", " \u200b ж", "\u200ba", "!", "\u200b " * 300 + "ж"])
def test_text_of_any_script_can_be_seen(text):
    assert is_visible(text)


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u200b", "\u00ad \ufeff", "\u202e\u2069", "\u3164", "\u200b" * 600 + "a"]
)
def test_what_leaves_no_token_cannot_be_seen(text):
    assert not is_visible(text)


@given(anything)
def test_folding_space_leaves_single_blanks_only(text):
    assert fold_space(text).split(" ") == (text.split() or [""])


@given(anything, st.sampled_from([str.upper, str.lower, lambda t: f"  {t}\n", lambda t: t.replace(" ", "\u00a0 ")]))
def test_a_fingerprint_is_32_hexadecimal_digits(text, change):
    assert len(fingerprint(change(text))) == 32
    int(fingerprint(change(text)), 16)


@pytest.mark.parametrize(
    "other",
    [
        "tips FOR new landlords - 3 May 2019",
        "Tips for  new landlords – January 12, 2021",
        "Tips for new\u200b landlords - 2020-01-31",
        "Tips\u00a0for new landlords — Sept. 9th, 2004",
    ],
)
def test_case_spacing_typography_and_dates_do_not_change_the_fingerprint(other):
    assert fingerprint(other) == fingerprint("Tips for new landlords - November 6, 2020")


@pytest.mark.parametrize("other", ["Tips for new landlords", "Tips for old landlords - November 6, 2020"])
def test_other_words_and_a_missing_date_do(other):
    assert fingerprint(other) != fingerprint("Tips for new landlords - November 6, 2020")


def test_a_fingerprint_is_what_databases_have_stored_for_that_text():
    assert fingerprint("• Tips for new landlords - November 6, 2020") == "eb75a19acb98dda3829e30f724c39350"
    assert fingerprint("\ud800 Tips for new landlords - 2020-11-06") == "eb75a19acb98dda3829e30f724c39350"


def test_typographic_quotes_dashes_and_invisible_characters_are_folded():
    assert normalise("“Rock’n’roll” —\u200b soft\u00adhyphen ﬁne") == "\"rock'n'roll\" - softhyphen fine"


@pytest.mark.parametrize("same", ["Strasse", "STRASSE", "stra\u034fsse", "stra\ufe0fsse", "stra\x01sse"])
def test_case_is_folded_and_what_cannot_be_seen_is_left_out(same):
    assert normalise(same) == normalise("Straße") == "strasse"


def test_of_a_token_without_end_only_its_beginning_counts():
    assert normalise("x" * 5_000) == normalise("x" * 600)


def test_a_list_marker_does_not_make_another_text():
    assert fingerprint("- Tips for boxing") == fingerprint("• Tips for boxing") == fingerprint("Tips for boxing")


def test_what_steers_a_terminal_or_turns_the_writing_is_replaced_in_place():
    assert without_controls("a\x1b[1m\u202eb\tc\n") == "a\ufffd[1m\ufffdb\tc\n"


def test_what_steers_a_terminal_can_be_shown_by_name():
    assert with_controls_shown("a\x1b[1m\u202eb\tc\n") == "a<U+001B>[1m<U+202E>b\tc\n"


def test_of_a_text_with_an_odd_token_the_others_stay_as_they_are_written():
    assert as_read("саsіnо “5½…” Straße") == "casino “5½…” Straße"


def test_control_characters_within_a_word_are_not_read():
    assert as_read("ca\x01sino bonus") == "casino bonus"


def test_a_pair_of_words_is_one_word_gram():
    assert word_grams("casino bonus") == ["casino bonus"]


def test_words_have_two_or_more_letters_or_digits():
    assert word_grams("well-known,") == ["well", "known", "well known"]
    assert word_grams("a") == []


def test_character_grams_have_blanks_at_the_borders():
    assert character_grams("ab") == [" ab", "ab ", " ab "]


DISGUISED = {
    "Cyrillic letters": "Веst оnlinе саsіnо bоnus",
    "Greek letters": "Βest οnline cαsinο bοnυs",
    "full-width letters": "Ｂｅｓｔ ｏｎｌｉｎｅ ｃａｓｉｎｏ ｂｏｎｕｓ",
    "mathematical letters": "𝐁𝐞𝐬𝐭 𝑜𝑛𝑙𝑖𝑛𝑒 𝒸𝒶𝓈𝒾𝓃𝑜 𝖇𝖔𝖓𝖚𝖘",
    "letters in boxes and flags": "🅱🅴🆂🆃 🅾🅽🅻🅸🅽🅴 🇨🇦🇸🇮🇳🇴 ⓑⓞⓝⓤⓢ",
    "small capitals": "Bᴇꜱᴛ ᴏɴʟɪɴᴇ ᴄᴀꜱɪɴᴏ ʙᴏɴᴜꜱ",
    "strokes through letters": "B̶e̶s̶t̶ o̶n̶l̶i̶n̶e̶ c̸a̸s̸i̸n̸o̸ b̲o̲n̲u̲s̲",
    "marks on marks": "Be\u0301\u0323\u0336st onli\u0300\u0316ne casi\u0338no bo\u20ddnus",
    "zero-width characters": "B\u200be\u200cs\u200dt on\u2060line cas\ufeffino bo\u00adnus",
    "turned writing": "\u202dBest\u202c online \u2066casino\u2069 bonus\u200e",
}


@pytest.mark.parametrize("name", DISGUISED)
def test_what_readers_take_for_the_same_text_has_one_fingerprint_and_one_set_of_words(name):
    assert fingerprint(DISGUISED[name]) == fingerprint("Best online casino bonus")
    assert words_of(DISGUISED[name]) == ["best", "online", "casino", "bonus"]
    assert as_read(DISGUISED[name]).casefold() == "best online casino bonus"


@pytest.mark.parametrize(
    "text", ["не вот тот сора", "Αθήνα και Σπάρτη", "Beyoncé’s café in Łódź", "5 μm and 5 mm", "“Ağrı” – São Paulo…"]
)
def test_names_accents_and_whole_words_of_other_scripts_stay_as_they_are(text):
    assert as_read(text) == text
    assert normalise(text) == " ".join(
        part.lower() for part in text.translate(str.maketrans("“”’–", '""\'-')).replace("…", "...").split()
    )


plain_or_not = anything | st.text(st.sampled_from("abB1 -’“_\t\x01é\u200b"), max_size=120)


@given(plain_or_not | st.just("x" * 501 + " yy"))
@example("The Council’s Plan")
@example("The Council")
def test_the_words_of_a_text_are_those_of_its_tokens(text):
    assert words_of(text) == [word for token in tokens(text) for word in words(token.text)]
