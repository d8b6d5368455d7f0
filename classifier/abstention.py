"""When no verdict deserves trust: too short, not in English sentences, mostly unknown words, unlike everything seen."""

from collections.abc import Sequence
from typing import cast

from resiliparse.parse.lang import detect_fast

from classifier.blocks import Label
from classifier.card import Thresholds
from classifier.text import as_read, count_words, words_of

_ENOUGH_FOR_A_LANGUAGE = 8  # words; below that lists of names pass for any language
_ENOUGH_FOR_A_SENTENCE = 12  # words, of which an English sentence has a function word
_CLEARLY = 30  # units of resiliparse's distance by which another language is nearer than English
_FARTHEST = 1_000_000  # so that the detector names its best guesses however far they are
_WORDS = (
    "the of and to is that it for with by be this have from or not but are his her their he they she we you were which "
    "would can has been its our your my who what when where how if than there also more into about after before over "
    "up out any some only other both these those just very while said says"
)
_ENGLISH = frozenset(_WORDS.split())  # function words that are no words of the neighbouring languages
_SMALL = "a an in on at as i it's no so do did does us me my am all off down why then too per"
_SMALL_WORDS = _ENGLISH.union(_SMALL.split())
_MOST_IN_A_ROW = 13  # words of an English sentence without one of those
_ENGLISH_SHARE = 0.05  # of such words, from which a text is English whatever the detector says


def abstention(text: str, label: Label, known: float, familiar: float, limits: Thresholds) -> str:
    """Return why the verdict `label` on `text` should not be trusted, in words; empty when nothing speaks against it.

    Args:
        text: the block.
        label: the verdict. Boilerplate may be a single word, news and filler may not.
        known: share of its words that were seen in training, 0..1.
        familiar: share of the idf mass of its character n-grams that was seen in training, 0..1.
        limits: the version's.
    """
    count = count_words(text, most=max(1, limits.words))
    if not count:
        return "no words in it"
    if not may_be_english(text) or (label == "news" and has_keywords_in_a_row(words_of(text))):
        return "not in English sentences"
    if known < limits.known:
        return "mostly words the model has never seen"
    if familiar < limits.familiar:
        return "unlike everything the model has seen"
    if count < limits.words and label != "boilerplate":
        return "too short to tell"
    return ""


def has_keywords_in_a_row(words: Sequence[str]) -> bool:
    """Tell whether more normalised words follow each other without a function word than in any English sentence."""
    others = bytes(map(_SMALL_WORDS.__contains__, words)).split(b"\1")
    return max(map(len, others)) > _MOST_IN_A_ROW


def may_be_english(text: str) -> bool:
    """Tell whether `text` may be English. Short texts always may; long rows of names or keywords may not."""
    written = as_read(text).lower().split()
    english = sum(map(_ENGLISH.__contains__, written))
    if english and english >= _ENGLISH_SHARE * len(written):
        return True
    found = [word for word in written if word[:1].isalpha()]
    if len(found) < _ENOUGH_FOR_A_LANGUAGE or english >= _ENGLISH_SHARE * len(found):
        return True
    if not english and len(found) >= _ENOUGH_FOR_A_SENTENCE:
        return False
    nearest = dict(cast("list[tuple[str, int]]", detect_fast(" ".join(found), cutoff=_FARTHEST, n_results=5)))
    return nearest.get("en", _FARTHEST) - min(nearest.values(), default=0) < _CLEARLY
