"""The only place where text is normalised, tokenised and fingerprinted.

A *token* is a run of characters between white space, normalised on its own. Every feature of the model belongs to one
token or to one pair of neighbouring tokens; that is what makes its log-odds a sum that can be looked up and explained.
"""

import hashlib
import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

CHARACTER_SIZES = (3, 4, 5)  # lengths of the character n-grams inside a token, its borders counted

LONGEST_TOKEN = 500  # characters of a token that are looked at: nobody writes such a word, and memory stays bounded
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})  # Unicode's control, format, private use, surrogate
_MARKS = frozenset({"Mn", "Me"})  # what stands on, under or around a letter
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164") | {chr(c) for c in range(0xFE00, 0xFE10)}
"""Default-ignorable characters of other categories (UAX #44)."""
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LEADING_MARKER = re.compile(r"^(?:[-*•]\s)+")
_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]{2,}")
_ENDLESS = re.compile(rf"\S{{{LONGEST_TOKEN + 1}}}")
_TYPOGRAPHY = str.maketrans("‘’‚‛“”„‟‐‑‒–—―−", "''''\"\"\"\"-------")
_ODD = re.compile("[^\t-\r -~\xa0-\xac\xae-\u012f\u0131-\u017f‐-―‘’“”„…•‹›€™]")  # not used in English news
_LATIN = re.compile("[A-Za-z]")
_PLAIN = re.compile("[!-~]")
_SMALL = dict(zip(map(ord, "ɑᴀʙᴄᴅᴇꜰɡɢʜɪᴊʝᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ"), "aabcdefgghijjklmnopqrstuvwyz", strict=True))
_FRAMED = {first + n: chr(ord("A") + n) for first in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
_DISGUISED = _SMALL | _FRAMED
"""Latin letters in disguise: small capitals, those of phonetics, and those in circles, boxes and flags."""
_LOOKALIKES = str.maketrans(
    "авеɛкмнорстухгпіјѕһԁԛԝѵғѡєҽАВЕКМНОРСТУХІЈЅԌԚԜҒαεηικνορτυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօոսցհ",
    "abeekmhopctyxrnijshdqwvfweeABEKMHOPCTYXIJSGQWFaenikvoptuxywABEZHIKMNOPTYXonugh",
)
"""Letters of other scripts that pass for Latin ones among Latin ones: a choice from UTS #39's."""
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = re.compile(
    rf"\b(?:{_MONTH}\s{_DAY},?\s(?:19|20)\d\d|{_DAY}\s{_MONTH},?\s(?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""A full date in one of the usual English or numeric spellings."""


class Token(NamedTuple):
    """A normalised token with its place in the text it came from."""

    text: str  # normalised, never empty
    start: int  # characters
    end: int  # characters


def printable(text: str) -> str:
    """Return `text` with NUL and lone surrogates replaced by U+FFFD, so that it can be stored and printed."""
    whole = text.replace("\0", "\ufffd")
    try:
        whole.encode()
    except UnicodeEncodeError:
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole


def fold_space(text: str) -> str:
    """Return `text` with every run of white space made one blank, and none at the ends."""
    return " ".join(text.split())


def without_controls(text: str) -> str:
    """Return `text` with what steers a terminal or turns the direction of writing replaced by U+FFFD, in place."""
    return _STEERING.sub("\ufffd", text)


def with_controls_shown(text: str) -> str:
    """Return `text` with what :func:`without_controls` takes out named, as in ``<U+202E>``."""
    return _STEERING.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


def normalise_token(raw: str) -> str:
    """Return a token in its normal form: NFKC, case folded, plain quotes and dashes, no invisible characters.

    A token with characters that English is not written with loses all marks, and letters among Latin ones that look
    like those become them. The result is empty when nothing visible is left. Unicode normalisation: UAX #15. Only the
    first LONGEST_TOKEN characters count.
    """
    raw = raw[:LONGEST_TOKEN]
    plain = raw if raw.isascii() else raw.translate(_TYPOGRAPHY)
    if plain.isascii() and plain.isprintable():
        return plain.lower()
    return _undisguised(_undisguised(raw).casefold().translate(_TYPOGRAPHY))


def as_read(text: str) -> str:
    """Return `text` as a reader takes it, case and space kept: tokens with characters odd in English are made plain."""
    if (text.isascii() and text.isprintable()) or not _ODD.search(text):
        return text
    return _TOKEN.sub(lambda found: _undisguised(found.group()) if _ODD.search(found.group()) else found.group(), text)


def is_visible(text: str) -> bool:
    """Tell whether anything of `text` can be seen."""
    return bool(_PLAIN.search(text, 0, LONGEST_TOKEN)) or any(map(normalise_token, text.split()))


def _undisguised(token: str) -> str:
    visible = _visible(unicodedata.normalize("NFKC", _visible(token).translate(_DISGUISED)))
    parts = unicodedata.normalize("NFD", visible)
    if parts.isascii() or not _ODD.search(token) or not _LATIN.search(parts):
        return unicodedata.normalize("NFKC", visible)
    bare = "".join(c for c in parts if unicodedata.category(c) not in _MARKS)
    return unicodedata.normalize("NFKC", bare.translate(_LOOKALIKES))


def _visible(text: str) -> str:
    return "".join(
        c for c in text if not c.isspace() and c not in _UNSEEN and unicodedata.category(c) not in _INVISIBLE
    )


def tokens(text: str) -> list[Token]:
    """Cut `text` at white space into normalised tokens, in reading order."""
    found = ((normalise_token(raw), start, end) for raw, start, end in written(text))
    return [Token(*token) for token in found if token[0]]


def written(text: str) -> list[tuple[str, int, int]]:
    """Cut `text` at white space into tokens as they are written, each with its start and end, in reading order."""
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def words(token: str) -> list[str]:
    """Return the words of a normalised token: runs of two or more letters and digits."""
    return _WORD.findall(token)


def words_of(text: str) -> list[str]:
    """Return the words of a text, normalised, in reading order."""
    plain = text
    for odd, usual in _TYPOGRAPHY.items() if not text.isascii() else ():  # quicker than str.translate
        plain = plain.replace(chr(odd), chr(usual))
    if plain.isascii() and plain.isprintable() and not _ENDLESS.search(plain):
        return _WORD.findall(plain.lower())  # the same several times as fast
    return [word for token in tokens(text) for word in words(token.text)]


def word_grams(unit: str) -> list[str]:
    """Return the word n-grams of a unit: a pair itself; of a token its words and the pairs inside it."""
    if " " in unit:
        return [unit]
    found = words(unit)
    return found + [f"{left} {right}" for left, right in pairwise(found)]


def character_grams(token: str) -> list[str]:
    """Return the character n-grams of a normalised token, a blank at each border (scikit-learn's ``char_wb``)."""
    padded = f" {token} "
    return [padded[i : i + n] for n in CHARACTER_SIZES for i in range(len(padded) - n + 1)]


def normalise(text: str) -> str:
    """Return `text` in its normal form: its normalised tokens with one blank between."""
    return " ".join(filter(None, map(normalise_token, text.split())))


def masked(text: str) -> str:
    """Return `text` in its normal form without its list marker, every date of it replaced by ``<date>``."""
    return DATE.sub("<date>", _LEADING_MARKER.sub("", normalise(text)))


def fingerprint(text: str) -> str:
    """Return the identity of a text: 32 hexadecimal digits, the same whatever its case, spacing, marker and dates."""
    return hashlib.sha256(masked(text).encode()).hexdigest()[:32]
