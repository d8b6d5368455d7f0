"""A crawl made of word lists: pages of 20 blocks that repeat each other as those of a real one do.

Half of the pages carry the same line of furniture; three in ten carry a run of filler that stands on 2 to 5,000 pages,
with other dates and now and then a title missing; one in twenty a run of its own, one in seven a single doubt. All
other texts stand once. The verdicts are made up with the texts; one page in ten has been decided already.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random

from classifier.blocks import LABELS, Block, Label, Page
from classifier.labelled import read_examples, shipped_data

BEGUN = datetime(2026, 1, 1)
_BLOCKS = 20  # of a page
_PAGES_OF_A_SITE = 30
_WIDEST = 5_000  # pages of the widest campaign in 100,000
_MONTHS = ("January", "March", "May", "July", "September", "November")


@dataclass(frozen=True, slots=True)
class Line:
    """A block with what a model says of it, and perhaps what a person said."""

    text: str
    label: Label
    score: float  # 0..1
    needs_review: bool = False
    ruling: str = ""  # of a person; empty when nobody decided


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page of the crawl."""

    number: int  # from 1
    site: str
    added_at: datetime  # UTC
    lines: tuple[Line, ...]

    @property
    def page(self) -> Page:
        """The page as the splitter would have given it."""
        blocks = [Block(line.text, n, f"html/body/p[{n + 1}]") for n, line in enumerate(self.lines)]
        return Page(f"https://www.{self.site}/{self.number}", tuple(blocks), self.site)


def made_crawl(pages: int) -> Iterator[MadePage]:
    """Yield so many pages, the same ones whenever it is called."""
    speech = Speech()
    campaigns = _campaigns(speech, pages)
    for number in range(1, pages + 1):
        dice = Random(number)
        site = f"paper-{dice.randrange(max(1, pages // _PAGES_OF_A_SITE))}.example"
        decided = number % 10 == 0
        lines = _lines(speech, dice, site, campaigns[number - 1], decided=decided)
        yield MadePage(number, site, BEGUN + timedelta(seconds=number), lines)


class Speech:
    """Says something that was never said, in words of the shipped pages."""

    def __init__(self) -> None:
        examples = read_examples([shipped_data()], notify=print)
        self._words = {
            label: sorted({word for e in examples if e.label == label for word in e.text.split()}) for label in LABELS
        }

    def title(self, dice: Random) -> str:
        """Return the title of a guest post."""
        return f"{dice.randint(3, 99)} Tips for {' '.join(dice.choices(self._words['filler'], k=dice.randint(4, 8)))}"

    def news(self, dice: Random, fewest: int = 6, most: int = 24) -> str:
        """Return a paragraph of so many words."""
        return f"{' '.join(dice.choices(self._words['news'], k=dice.randint(fewest, most)))}."


def _campaigns(speech: Speech, pages: int) -> list[tuple[str, ...]]:
    """Return the titles that each page has of a campaign, none for most."""
    dice = Random(0)
    room, sizes = pages * 3 // 10, []
    for rank in range(1, pages):
        sizes.append(min(room, max(2, _WIDEST * pages // 100_000 // rank)))
        room -= sizes[-1]
        if room <= 0:
            break
    titles = [tuple(speech.title(dice) for _ in range(dice.randint(2, 10))) for _ in sizes]
    chosen = list(chain.from_iterable([its] * size for its, size in zip(titles, sizes, strict=True)))
    chosen += [()] * (pages - len(chosen))
    dice.shuffle(chosen)
    return chosen


def _lines(speech: Speech, dice: Random, site: str, campaign: Sequence[str], *, decided: bool) -> tuple[Line, ...]:
    run = [_filler(f"{title} - {_date(dice)}", dice) for title in campaign if dice.random() > 0.05]
    if dice.random() < 0.05:
        run += [_filler(speech.title(dice), dice, decided=decided) for _ in range(dice.randint(2, 5))]
    if dice.random() < 0.15:
        run.append(Line(speech.news(dice, 3, 9), "news", dice.uniform(0.6, 0.8), True, _said(dice, decided, "news")))
    above = [Line(speech.news(dice, 6, 10), "news", dice.uniform(0, 0.3))]
    above += [Line("Advertisement", "boilerplate", 0.4)] if dice.random() < 0.5 else []
    above += [Line("Share this article", "boilerplate", 0.3, needs_review=True)] if dice.random() < 0.1 else []
    below = [Line(f"© The owners of {site}. All rights reserved.", "boilerplate", 0.2)]
    missing = _BLOCKS - len(above) - len(run) - len(below)
    news = [Line(speech.news(dice), "news", dice.uniform(0, 0.3)) for _ in range(missing)]
    return (*above, *news[: missing // 2], *run, *news[missing // 2 :], *below)


def _filler(text: str, dice: Random, *, decided: bool = False) -> Line:
    return Line(text, "filler", dice.uniform(0.97, 1), ruling=_said(dice, decided, "filler"))


def _said(dice: Random, decided: bool, label: Label) -> str:
    if not decided:
        return ""
    return "unsure" if dice.random() < 0.1 else label


def _date(dice: Random) -> str:
    return f"{dice.choice(_MONTHS)} {dice.randint(1, 28)}, {dice.randint(2018, 2025)}"
