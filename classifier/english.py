"""What tells English sentences from other languages and from rows of keywords: the function words in between."""

from collections.abc import Sequence

from classifier.text import as_read, words_of

FUNCTION_WORD, SMALL_WORD = 1, 2  # bits of SMALL_WORDS
_FUNCTION_WORDS = (
    "the of and to is that it for with by be this have from or not but are his her their he they she we you were which "
    "would can has been its our your my who what when where how if than there also more into about after before over "
    "up out any some only other both these those just very while said says"
)  # that are no words of the neighbouring languages
_OTHERS = "a an in on at as i it's no so do did does us me my am all off down why then too per"
SMALL_WORDS: dict[str, int] = {
    **dict.fromkeys(_OTHERS.split(), SMALL_WORD),
    **dict.fromkeys(_FUNCTION_WORDS.split(), FUNCTION_WORD | SMALL_WORD),
}
"""Words of which every English sentence has some; what they are, as bits."""

SIGN_NAMES = ("words", "tokens", "function words", "tokens that begin with a letter", "most words in a row")
"""What each column of :func:`signs` counts; in a row are words without a small word between."""

Signs = tuple[int, int, int, int, int]
TokenSigns = tuple[int, int, int, int, int]


def signs(text: str) -> Signs:
    """Return a number for each of SIGN_NAMES. Tokens are those of the text as it is read (:func:`text.as_read`)."""
    found = words_of(text)
    read = as_read(text).lower().split()
    return (
        len(found),
        len(read),
        sum(map(_is_function_word, read)),
        sum(token[0].isalpha() for token in read),
        max(map(len, _rows(found))),
    )


def token_signs(raw: str, found: Sequence[str]) -> TokenSigns:
    """Return what a token adds to the signs of a text, `found` being its words.

    Its words, those before its first small word, those after its last one, the most in a row, and as bits: 8: it can
    be seen; 16: it is a function word; 32: it begins with a letter.
    """
    read = as_read(raw).lower()
    rows = list(map(len, _rows(found)))
    bits = 8 * bool(read) + 16 * _is_function_word(read) + 32 * read[:1].isalpha()
    return len(found), rows[0], rows[-1], max(rows), bits


def _is_function_word(token: str) -> bool:
    return SMALL_WORDS.get(token, 0) & FUNCTION_WORD > 0


def _rows(found: Sequence[str]) -> list[bytes]:
    return bytes(map(SMALL_WORDS.__contains__, found)).split(b"\1")
