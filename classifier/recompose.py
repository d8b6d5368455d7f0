"""Labelled pages -> new pages of the same blocks, laid out as scrapers find them.

Only the order of whole blocks changes: an article of one page meets the filler of another. No text is made.
"""

from collections.abc import Sequence
from itertools import chain, pairwise
from random import Random

from classifier.blocks import Example
from classifier.context import is_line

Blocks = list[Example]
_CLEAN, _ALL_FILLER = 0.33, 0.09  # shares of the recomposed pages


def recompose(pages: Sequence[Sequence[Example]], *, count: int, random: Random) -> list[Blocks]:
    """Return `count` pages made of `pages`: a third clean, a tenth without news, the rest mixed in five layouts.

    Returns no page when `pages` hold no article of 3 blocks of news or no page with 2 blocks of filler.
    """
    articles = [page for page in pages if _count(page, "news") >= 3]
    injected = [page for page in pages if _count(page, "filler") >= 2]
    if not articles or not injected:
        return []
    return [_page(random.choice(articles), random.choice(injected), random) for _ in range(count)]


def _page(article: Sequence[Example], other: Sequence[Example], random: Random) -> Blocks:
    own = [block for block in article if block.label != "filler"]
    filler = [block for block in other if block.label == "filler"]
    kind = random.random()
    if kind < _CLEAN:
        return own
    if kind < _CLEAN + _ALL_FILLER:
        return filler + [block for block in own if block.label == "boilerplate"][:2]
    return random.choice(_LAYOUTS)(own, filler, random)


def _on_top(own: Blocks, filler: Blocks, _: Random) -> Blocks:
    return filler + own


def _at_the_end(own: Blocks, filler: Blocks, _: Random) -> Blocks:
    return own + filler


def _in_the_middle(own: Blocks, filler: Blocks, random: Random) -> Blocks:
    place = random.randrange(len(own) + 1)
    return own[:place] + filler + own[place:]


def _lines_on_top(own: Blocks, filler: Blocks, random: Random) -> Blocks:
    lines = [block for block in filler if is_line(block.text)]
    return lines + _in_the_middle(own, [block for block in filler if not is_line(block.text)], random)


def _scattered(own: Blocks, filler: Blocks, random: Random) -> Blocks:
    few = filler[: random.randint(1, 4)]
    places = sorted(random.randrange(len(own) + 1) for _ in few)
    pieces = [own[start:end] for start, end in pairwise([0, *places, len(own)])]
    return [*chain.from_iterable([*piece, block] for piece, block in zip(pieces, few, strict=False)), *pieces[-1]]


_LAYOUTS = (_on_top, _at_the_end, _in_the_middle, _lines_on_top, _scattered)


def _count(page: Sequence[Example], label: str) -> int:
    return sum(block.label == label for block in page)
