"""What the rest of a page says of a block: facts for the page stage, from the block stage's judgement of every block.

Stacked sequential learning (Cohen and Carvalho 2005): a second, small regression sees a block's own log-odds beside
what the first one said of its neighbours, of the lines of its form, and of the blocks it shares its words with.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.blocks import LABELS

CONTEXT_NAMES = ("own words", "blocks around it", "run of its form", "news words", "filler words")
"""What each column of :func:`page_facts` measures."""

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
_BOILERPLATE, _FILLER, _NEWS = (LABELS.index(label) for label in ("boilerplate", "filler", "news"))
_BOLDEST = 4.0  # natural log-odds: no single block speaks louder for its neighbours
_REACH = 0.6 ** np.arange(4)  # how much the neighbours at distance 1 to 4 count
_SHORT = 16  # words up to which a text that ends in no full stop is a line and no paragraph
_SENTENCE_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class WordTable:
    """The distinct words of a page's blocks, one row a word and block."""

    block: Numbers  # number of the block, ascending
    word: Numbers  # number of the word, from 0
    rarity: Floats  # inverse document frequency of the word, > 0

    def of(self, blocks: Numbers) -> "WordTable":
        """Return the words of `blocks` alone, which become the blocks 0, 1, ... of the table; one may come twice."""
        first, last = (np.searchsorted(self.block, blocks, side) for side in ("left", "right"))
        counts = last - first
        rows = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return WordTable(np.repeat(np.arange(len(blocks)), counts), self.word[rows], self.rarity[rows])


def is_line(text: str) -> bool:
    """Tell whether a block is a line, such as a title or a link, and no paragraph."""
    count = len(text.split(None, _SHORT))  # no further: what has more words than that is none
    ends = text.rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    return count <= 4 or (count <= _SHORT and not ends)


def page_facts(log_odds: Floats, lines: Flags, words: WordTable) -> Floats:
    """Return what a page says of each of its blocks, shape (n_blocks, len(CONTEXT_NAMES)).

    Args:
        log_odds: the block stage's, one column a label, shape (n_blocks, len(LABELS)).
        lines: which blocks are lines (:func:`is_line`), shape (n_blocks,).
        words: the words of the blocks.
    """
    own = log_odds[:, _FILLER] - log_odds[:, _NEWS]
    voice = np.clip(own, -_BOLDEST, _BOLDEST)
    content = 1 - np.exp(log_odds[:, _BOILERPLATE] - np.logaddexp.reduce(log_odds, axis=1))
    filler = content / (1 + np.exp(-voice))
    return np.column_stack(
        [
            own,
            _around(voice, content),
            _rest_of_group(_runs(lines), voice, content),
            _shared_words(words, content - filler),
            _shared_words(words, filler),
        ]
    )


def _around(voice: Floats, content: Floats) -> Floats:
    """Return the mean voice of the neighbours, the nearest counting most, boilerplate hardly."""
    kernel = np.concatenate([_REACH[::-1], [0.0], _REACH])
    reach = len(_REACH)
    total, counted = (np.convolve(values, kernel)[reach:-reach] for values in (voice * content, content))
    return np.asarray(total / (counted + 0.3), dtype=np.float64)


def _runs(lines: Flags) -> Numbers:
    """Return the number of the run, of neighbours of one form, that each block stands in."""
    return np.concatenate([[0], np.cumsum(lines[1:] != lines[:-1])]).astype(np.intp)


def _rest_of_group(group: Numbers, voice: Floats, content: Floats) -> Floats:
    """Return the mean voice of the other blocks of each block's group."""
    total = np.bincount(group, voice * content)[group] - voice * content
    return total / (np.bincount(group, content)[group] - content + 1)


def _shared_words(words: WordTable, weight: Floats) -> Floats:
    """Return the mean TF-IDF cosine of each block with the others, each counting by its `weight`, times 10."""
    count = len(weight)
    mass = np.bincount(words.block, words.rarity**2, minlength=count)
    unit = words.rarity / np.sqrt(mass[words.block])
    centroid = np.bincount(words.word, unit * weight[words.block])
    with_all = np.bincount(words.block, unit * centroid[words.word], minlength=count)
    itself = np.where(mass > 0, weight, 0.0)
    return np.asarray(10 * (with_all - itself) / (weight.sum() - weight + 1), dtype=np.float64)


def page_phrases(log_odds: Floats, lines: Flags, shares: Floats) -> list[tuple[str, ...]]:
    """Return what each column of :func:`page_facts` but the first says of each block, in words.

    Boilerplate is not counted. What speaks for filler is told by the blocks that read as filler, what speaks for news
    by those that read as news.

    Args:
        log_odds: the block stage's, shape (n_blocks, len(LABELS)).
        lines: which blocks are lines, shape (n_blocks,).
        shares: what the columns add to the log-odds of filler, shape (n_blocks, len(CONTEXT_NAMES) - 1).
    """
    read = log_odds.argmax(axis=1)
    filler, news = ((read == label).astype(np.intp) for label in (_FILLER, _NEWS))
    runs = _runs(lines)
    around = np.column_stack([_within_reach(filler), _within_reach(news)])
    in_run = np.column_stack([_others(filler, runs), _others(news, runs)])
    the_news = "the page's news" if news.any() else "the page's most newslike blocks"
    the_filler = "the page's filler" if filler.any() else "the page's least newslike blocks"
    forms = np.where(lines, "lines", "paragraphs").tolist()
    return [
        (
            _counted(near, share[0], "blocks around it"),
            _counted(alike, share[1], f"other {form} of its run"),
            _common(the_news, many=share[2] < 0),
            _common(the_filler, many=share[3] > 0),
        )
        for near, alike, form, share in zip(around.tolist(), in_run.tolist(), forms, shares.tolist(), strict=True)
    ]


def _within_reach(counts: Numbers) -> Numbers:
    window = np.ones(2 * len(_REACH) + 1, dtype=np.intp)
    return np.convolve(counts, window)[len(_REACH) : -len(_REACH)] - counts


def _others(counts: Numbers, group: Numbers) -> Numbers:
    return np.bincount(group, counts)[group].astype(np.intp) - counts


def _counted(read: list[int], share: float, what: str) -> str:
    filler, news = read
    if not filler + news:
        return f"no {what}"
    hits, side = (filler, "filler") if share > 0 else (news, "news")
    if not hits:
        return f"{what} lean to {side}"
    return f"{hits} of {filler + news} {what} read as {side}"


def _common(what: str, *, many: bool) -> str:
    return f"shares words with {what}" if many else f"shares few words with {what}"
