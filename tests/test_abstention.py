"""Abstention: when no verdict deserves trust, the reason is said."""

import pytest

from classifier.blocks import Block

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
