"""When no verdict deserves trust: too short, not in English sentences, mostly unknown words, unlike everything seen."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from resiliparse.parse.lang import detect_fast

from classifier.card import Thresholds
from classifier.context import Flags, Floats, Numbers
from classifier.text import as_read

_ENOUGH_FOR_A_LANGUAGE = 8  # words; below that lists of names pass for any language
_ENOUGH_FOR_A_SENTENCE = 12  # words, of which an English sentence has a function word
_CLEARLY = 30  # units of resiliparse's distance by which another language is nearer than English
_FARTHEST = 1_000_000  # so that the detector names its best guesses however far they are
_MOST_IN_A_ROW = 13  # words of an English sentence without a small word
_ENGLISH_SHARE = 0.05  # of function words, from which a text is English whatever the detector says
_REASONS = (
    "",
    "no words in it",
    "not in English sentences",
    "mostly words the model has never seen",
    "unlike everything the model has seen",
    "too short to tell",
)


def abstentions(
    texts: Sequence[str],
    *,
    signs: Numbers,
    known: Floats,
    familiar: Floats,
    news: Flags,
    boilerplate: Flags,
    limits: Thresholds,
) -> list[str]:
    """Return why the verdict on each text should not be trusted, in words; empty when nothing speaks against it.

    Args:
        texts: the blocks.
        signs: theirs (:func:`classifier.english.signs`), shape (n_texts, len(SIGN_NAMES)).
        known: share of their words that were seen in training, 0..1, shape (n_texts,).
        familiar: share of the idf mass of their character n-grams that was seen in training, 0..1, shape (n_texts,).
        news: which of the verdicts are news, shape (n_texts,).
        boilerplate: which are boilerplate; that may be a single word, news and filler may not.
        limits: the version's.
    """
    words, in_a_row = signs[:, 0], signs[:, -1]
    found = np.select(
        [
            words == 0,
            ~_may_be_english(texts, signs) | (news & (in_a_row > _MOST_IN_A_ROW)),
            known < limits.known,
            familiar < limits.familiar,
            (words < limits.words) & ~boilerplate,
        ],
        range(1, len(_REASONS)),
        0,
    )
    return [_REASONS[number] for number in found.tolist()]


def _may_be_english(texts: Sequence[str], signs: Numbers) -> Flags:
    """Tell which texts may be English. Short ones always may; long rows of names or keywords may not."""
    _words, tokens, function_words, alphabetic, _in_a_row = signs.T
    some = function_words > 0
    enough = (some & (function_words >= _ENGLISH_SHARE * tokens)) | (function_words >= _ENGLISH_SHARE * alphabetic)
    found = enough | (alphabetic < _ENOUGH_FOR_A_LANGUAGE)
    for number in np.flatnonzero(~found & (some | (alphabetic < _ENOUGH_FOR_A_SENTENCE))).tolist():
        found[number] = _is_nearest_to_english(texts[number])
    return np.asarray(found, dtype=np.bool_)


def _is_nearest_to_english(text: str) -> bool:
    written = " ".join(word for word in as_read(text).lower().split() if word[0].isalpha())
    nearest = dict(cast("list[tuple[str, int]]", detect_fast(written, cutoff=_FARTHEST, n_results=5)))
    return nearest.get("en", _FARTHEST) - min(nearest.values(), default=0) < _CLEARLY
