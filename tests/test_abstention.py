"""Abstention: when no verdict deserves trust, the reason is said."""

import pytest

from classifier.blocks import Block
from classifier.parts import parts, rows

FOREIGN = [
    "Daftar sekarang di situs slot online terpercaya, deposit mulai sepuluh ribu rupiah tanpa potongan setiap hari",
    "El ayuntamiento aprobó el martes cerrar la piscina municipal por falta de dinero, dijo la alcaldesa a los vecinos",
    "Le conseil municipal a voté mardi la fermeture de la piscine faute de moyens, a déclaré la maire aux habitants",
    "Der Gemeinderat hat am Dienstag beschlossen, das Hallenbad zu schließen, sagte die Bürgermeisterin danach",
]


def doubt(model, text):
    (verdict,) = model.classify([Block(text, 0)])
    return verdict.doubt


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_are_named_as_such(model, text):
    assert doubt(model, text) == "not in English sentences"


@pytest.mark.parametrize("text", ["", "  ", "…", "\u200b\u200b", "—", "***", "5"])
def test_text_without_words_gets_no_confident_verdict(model, text):
    assert doubt(model, text) == "no words in it"


@pytest.mark.parametrize("text", ["жаба жаба", "qzxwv kkjjq"])
def test_unknown_words_get_no_confident_verdict(model, text):
    assert doubt(model, text) == "mostly words the model has never seen"


@pytest.mark.parametrize("text", ["casino", "roulette bonus"])
def test_news_and_filler_of_a_word_or_two_are_not_told(model, text):
    (verdict,) = model.classify([Block(text, 0)])
    assert verdict.label != "boilerplate"
    assert verdict.doubt == "too short to tell"


def test_boilerplate_may_be_a_single_word(model):
    assert doubt(model, "Advertisement") == ""


def test_half_familiar_strings_are_unlike_everything_seen(model):
    assert doubt(model, "the 0x7ffe93 ::~#@{}|^^ &&%% and <<>>;;==// [[__]] zq§§ of") != ""


NEWS = "The council voted on Tuesday to close the public pool until March, the mayor told residents at a hearing."
SOLD = "Get the best online casino bonus today and enjoy hundreds of free spins without any deposit"


def test_filler_in_the_words_of_a_news_quote_is_doubted_and_a_quote_in_a_report_is_not(model):
    assert doubt(model, f"“{SOLD},” a spokeswoman for the council said on Tuesday.") != ""
    assert doubt(model, f"{NEWS} “{SOLD},” residents said.") != ""
    assert doubt(model, f"“We voted on Tuesday to close the pool until March,” the mayor told residents. {NEWS}") == ""


def test_a_title_of_filler_that_runs_into_news_is_doubted(model):
    assert doubt(model, f"{NEWS} Best Online Casino Bonus Codes and Free Spins Without Deposit {NEWS}") != ""
    assert doubt(model, f"{NEWS} {NEWS}") == ""


def test_rows_are_words_that_follow_each_other_and_of_long_texts_fewer():
    assert rows("one two three four five six") == []
    assert rows("1 2 3 4 5 6 7 8 9") == ["1 2 3 4 5 6", "3 4 5 6 7 8"]
    assert len(rows("word " * 100_000)) < 1_100


def test_words_that_make_no_sentence_are_doubted(model):
    keywords = "council police hospital minister parliament court residents investigation election mayor prosecutors"
    assert doubt(model, f"{NEWS} {keywords} budget ambulance troops") == "not in English sentences"


@pytest.mark.parametrize("between", ["\u200b", "\u00ad", "\u0336"])
def test_news_with_odd_characters_is_no_more_doubted_than_without(model, between):
    odd = " ".join(between.join(word) for word in NEWS.split())
    (plain,), (other,) = (model.classify([Block(text, 0)]) for text in (NEWS, odd))
    assert (plain.label, plain.doubt) == (other.label, other.doubt) == ("news", "")


def test_the_parts_of_a_text_are_its_sentences_and_quotations_the_long_ones_cut_evenly():
    assert parts("The mayor said so on Monday. “We will close the pool,” she added.") == [
        "The mayor said so on Monday.",
        "We will close the pool,",
    ]
    assert parts("The mayor said so on Monday.") == parts("") == parts("...") == []
    assert [len(part.split()) for part in parts("word " * 45)] == [23, 22]
