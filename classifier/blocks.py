"""The values everything else passes around: a page, its blocks, a verdict, an example.

Blocks and verdicts are named tuples: a crawl has hundreds of millions, and a frozen dataclass takes four times as long.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

PRIOR = "prior"
"""Name of the reason that is the same for every block: what the model expects before it has read a word."""

HIDDEN = "hidden from readers"
"""Name of the reason, and of the doubt, of text that a reader of the page would not see. It has no weight."""

Label = Literal["boilerplate", "filler", "news"]
LABELS: tuple[Label, ...] = ("boilerplate", "filler", "news")
"""The three labels, in alphabetical order as in scikit-learn's ``classes_``."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters, ``text[start:end]``."""

    start: int  # characters, from 0
    end: int  # characters, >= start


class Block(NamedTuple):
    """One paragraph, heading, list item or link row of a page."""

    text: str  # white space folded; something of it can be seen
    position: int  # place in reading order, from 0
    place: Span | str | None = None  # characters of the decoded text, element path of the HTML, or unknown
    list_item: bool = False  # carried a list marker
    heading: bool = False  # h1 .. h6
    hidden: bool = False  # a reader of the page would not see it
    link_share: float = 0.0  # share of the text's characters that are link text, 0..1
    link_hosts: tuple[str, ...] = ()  # hosts outside the page's site that it links to, in order, each once


@dataclass(frozen=True, slots=True)
class Page:
    """What one address gave, cut into blocks."""

    address: str  # URL, or the file (and row) it was read from
    blocks: tuple[Block, ...]  # in reading order
    site: str = ""  # registered domain, empty when unknown
    html: str = field(default="", repr=False, compare=False)  # its markup; empty when it came without or is not at hand


@dataclass(frozen=True, slots=True)
class Reason:
    """One additive part of a block's log-odds of filler against news."""

    name: str  # the words it stands for, or the name of a fact such as "prior" or "ends with a date"
    weight: float  # natural log-odds; above 0 speaks for filler, below 0 for news
    span: Span | None = None  # the characters of the block's text; None for a fact about the whole block


class Verdict(NamedTuple):
    """What one model version says of one block."""

    label: Label
    score: float  # P(filler) / (P(filler) + P(news)), 0..1; higher is more likely filler
    needs_review: bool  # a person should look
    doubt: str  # why a person should look, in words; empty when needs_review is False
    reasons: tuple[Reason, ...]  # weights sum to the log-odds of score
    model: str  # the model version


@dataclass(frozen=True, slots=True)
class Example:
    """A block's text with its label: one row of training data."""

    text: str
    label: Label
    page: str  # page it stood on, with its voice or file, so that two sources cannot clash
    site: str  # registered domain, or the page where the site is unknown: what a split never cuts apart
    kind: str = ""  # sort of text, for counting mistakes; never a feature
    origin: str = ""  # file and row, or who decided it
    voice: str = ""  # who wrote it; empty when unknown. Cross-validation never cuts a voice apart, or else a site
    position: int | None = None  # place on its page, from 0; None for a block that is judged alone
    weight: float = 1.0  # how much it counts beside other examples; a campaign's count together as one
    people: tuple[str, ...] = ()  # who decided it; empty for labelled files

    @property
    def hand(self) -> str:
        """The voice, or the site where the voice is unknown: what cross-validation never cuts apart."""
        return self.voice or self.site
