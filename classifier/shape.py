"""The shape of a block: a few facts about its text that no single word tells."""

import math
import re

from classifier.text import DATE, as_read

SHAPE_NAMES = (
    "length",
    "title case",
    "begins with a number",
    "ends with a date",
    "addresses the reader",
    "quotes or attributes",
    "ends like a sentence",
    "separated by bars",
)
"""What each column of :func:`shape` measures; also how a reason calls it."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SECOND_PERSON = re.compile(r"\b(?:you|your|yours|yourself|you['’](?:re|ll|ve|d))\b", re.IGNORECASE)
_ATTRIBUTED = re.compile(
    r"[\"“”„«»]|\b(?:said|says|told|added|according to|spokes(?:man|woman|person))\b", re.IGNORECASE
)
_ACCORDING, _TO = re.compile(r"\baccording$", re.IGNORECASE), re.compile(r"to\b", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s[|•·»›]\s|\s{1,2}/\s{1,2}")
_LONG = math.log1p(80)  # words of a long paragraph


def shape(text: str) -> tuple[float, ...]:
    """Return the shape of a block's text as it is read, a number 0..1 for each of SHAPE_NAMES (length may pass 1)."""
    text = as_read(text)
    words = _WORD.findall(text)
    long_words = [word for word in words if len(word) > 3]
    return (
        math.log1p(len(words)) / _LONG,
        sum(word[0].isupper() for word in long_words) / len(long_words) if long_words else 0.0,
        float(text[:1].isdigit()),
        float(ends_with_date(text)),
        min(1.0, 10 * len(_SECOND_PERSON.findall(text)) / max(10, len(words))),
        float(bool(_ATTRIBUTED.search(text))),
        float(text.rstrip("\"'”’)")[-1:] in {".", "!", "?", "…"}),
        float(bool(_SEPARATORS.search(text))),
    )


def token_facts(token: str) -> tuple[int, int, int, int, int]:
    """Return what a token adds to the shape of a text: words, long ones, those of them with a capital, second persons.

    The last number has the bits 1: it quotes or attributes; 2: it ends in "according"; 4: it begins with "to".
    """
    words = _WORD.findall(token)
    long_words = [word for word in words if len(word) > 3]
    attributes = bool(_ATTRIBUTED.search(token)) + 2 * bool(_ACCORDING.search(token)) + 4 * bool(_TO.match(token))
    capitals = sum(word[0].isupper() for word in long_words)
    return len(words), len(long_words), capitals, len(_SECOND_PERSON.findall(token)), attributes


def ends_with_date(text: str) -> bool:
    """Tell whether a text ends with a full date, but for blanks, full stops and brackets."""
    tail = text[-40:].rstrip(" .)")
    return any(match.end() == len(tail) for match in DATE.finditer(tail))
