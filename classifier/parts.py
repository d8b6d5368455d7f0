"""A block's parts that can be judged by themselves: what is hidden among words of news shows where those are not."""

import re

_END = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[\"“‘(]?[A-Z0-9])|[\"“”«»]")  # of a sentence, or either end of a quotation
_LONG = 20  # words from which a part is cut further
_FEWEST = 4  # words that a part must have to be judged
_ROW = 6  # words
_MOST_ROWS = 1_000


def parts(text: str) -> list[str]:
    """Return the sentences and quotations of a text, long ones cut evenly; none when the text is but one of them."""
    found = [piece.split() for piece in _END.split(text)]
    cut = [part for piece in found for part in _evenly(piece)]
    return [" ".join(part) for part in cut if len(part) >= _FEWEST] if len(cut) > 1 else []


def rows(text: str) -> list[str]:
    """Return six words in a row from every second word of a text on, of long texts from fewer; none of six words."""
    words = text.split()
    starts = range(0, len(words) - _ROW + 1, 2 + len(words) // _MOST_ROWS)
    return [" ".join(words[start : start + _ROW]) for start in starts] if len(words) > _ROW else []


def _evenly(words: list[str]) -> list[list[str]]:
    if not words:
        return []
    count = max(2, round(len(words) / _LONG)) if len(words) >= _LONG else 1
    size = -(-len(words) // count)
    return [words[start : start + size] for start in range(0, len(words), size)]
