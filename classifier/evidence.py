"""Evidence of a campaign as plain text, to be sent to whoever runs a site it stands on."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, get_args

from classifier.text import fold_space, with_controls_shown, words_of

Category = Literal[
    "hacked content",
    "hidden text and link abuse",
    "keyword stuffing",
    "link spam",
    "scaled content abuse",
    "site reputation abuse",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)

_MEANING: dict[Category, str] = {
    "hacked content": "Somebody seems to have placed it without permission, through a weakness of the site.",
    "hidden text and link abuse": "Readers cannot see it, search engines can.",
    "keyword stuffing": "It repeats words that people search for more often than any reader needs.",
    "link spam": "It seems to be there for its links to other sites, so that those rank higher.",
    "scaled content abuse": "Much the same text stands on many pages, with little in it for a reader.",
    "site reputation abuse": "Others seem to publish it here because search engines trust this site.",
}
_POLICIES = "https://developers.google.com/search/docs/essentials/spam-policies"
_WIDTH = 78  # characters of a line; an address is never broken
_TITLE_WORDS = 18  # of a title, at most
_REPEATED = 0.4  # share of distinct words up to which a text repeats itself
_ENOUGH_WORDS = 40  # to tell that


@dataclass(frozen=True, slots=True)
class Quote:
    """One block as it stood on a page."""

    text: str
    hidden: bool
    link_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotedRun:
    """What stood on one page."""

    address: str
    read_at: datetime  # UTC
    quotes: tuple[Quote, ...]
    more: int  # blocks of the run that are not quoted


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many texts were ruled alike by one person."""

    ruling: str  # empty: nobody ruled
    person: str
    texts: int
    newest: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one campaign, on one site or on all."""

    campaign: int
    site: str | None  # None: all sites
    pages: int  # on that site, or on all
    pages_in_all: int
    sites_in_all: int
    first_seen: datetime  # UTC, on that site, or on any
    last_seen: datetime  # UTC
    hosts: tuple[tuple[str, int], ...]  # that it links to, with pages
    runs: tuple[QuotedRun, ...]
    addresses: tuple[tuple[str, datetime], ...]  # of pages, with when they were read; newest first
    judgements: tuple[Judgement, ...]
    models: tuple[str, ...]  # versions that judged the pages quoted


def proposed_category(evidence: Evidence) -> Category:
    """Return the category that the facts speak for; a person has the last word."""
    quotes = [quote for run in evidence.runs for quote in run.quotes]
    words = [word for run in evidence.runs[:1] for quote in run.quotes for word in words_of(quote.text)]
    if any(quote.hidden for quote in quotes):
        return "hidden text and link abuse"
    if evidence.hosts:
        return "link spam"
    if 2 * sum(map(_is_title, quotes)) > len(quotes):
        return "site reputation abuse"
    if len(words) >= _ENOUGH_WORDS and len(set(words)) <= _REPEATED * len(words):
        return "keyword stuffing"
    return "scaled content abuse"


def as_text(evidence: Evidence, category: Category) -> str:
    """Return the evidence as lines of at most 78 characters, addresses excepted; controls are shown as ``<U+202E>``."""
    sections = (_greeting, partial(_kind, category), _numbers, _links, _quotes, _pages, _judged)
    told = ("\n".join(section(evidence)) for section in sections)
    return "\n\n".join(told) + "\n"


def _is_title(quote: Quote) -> bool:
    return len(words_of(quote.text)) <= _TITLE_WORDS and not quote.text.rstrip().endswith((".", "…"))


def _greeting(evidence: Evidence) -> Iterator[str]:
    where = _name(evidence.site) if evidence.site is not None else "the sites named below"
    yield f"Text on {where} that does not seem to belong there"
    yield ""
    others = evidence.sites_in_all > 1
    yield from _wrapped(
        f"To whoever runs {where}: while reading news pages we found text that does not seem to belong to the articles "
        f"it stands in. {'The same text, or nearly the same, stands on several sites. ' if others else ''}"
        "You may not know of it. Below is what we saw, so that you can check it and, if you agree, take it out. The "
        "pages may have changed since we read them, and we may be wrong: if so, we would be glad to hear it."
    )


def _kind(category: Category, _evidence: Evidence) -> Iterator[str]:
    yield "What kind of text it is"
    yield from _wrapped(f"Of the kinds in Google's spam policies it is nearest to {category}. {_MEANING[category]}", 2)
    yield f"  The policies: {_POLICIES}"


def _numbers(evidence: Evidence) -> Iterator[str]:
    yield "In numbers"
    if evidence.site is not None:
        yield f"  pages of {_name(evidence.site)}: {evidence.pages:,}"
    yield f"  pages in all: {evidence.pages_in_all:,}, on {_counted(evidence.sites_in_all, 'site')}"
    yield f"  first seen: {_moment(evidence.first_seen)}"
    yield f"  last seen: {_moment(evidence.last_seen)}"


def _links(evidence: Evidence) -> Iterator[str]:
    yield "Where it links to"
    if not evidence.hosts:
        yield "  to no other site"
    for host, count in evidence.hosts:
        yield f"  {_clean(host)}: on {_counted(count, 'page')}"


def _quotes(evidence: Evidence) -> Iterator[str]:
    yield "What it says"
    for number, run in enumerate(evidence.runs):
        if number:
            yield ""
        yield f"  On {_clean(run.address)}, read {_moment(run.read_at)}:"
        for quote in run.quotes:
            yield from _wrapped(f"- {_clean(quote.text)}{_facts(quote)}", 4, hanging=2)
        if run.more:
            yield f"    and {_counted(run.more, 'more block')}"


def _pages(evidence: Evidence) -> Iterator[str]:
    yield "Pages it stands on, and when we read them"
    for address, read_at in evidence.addresses:
        yield f"  {_clean(address)} ({read_at:%Y-%m-%d})"
    if evidence.pages > len(evidence.addresses):
        yield f"  and {evidence.pages - len(evidence.addresses):,} more"


def _judged(evidence: Evidence) -> Iterator[str]:
    yield "How it was judged"
    versions = ", ".join(map(_clean, evidence.models)) or "unknown"
    yield from _wrapped(
        f"Found by the program Newsieve (model version {versions}; campaign {evidence.campaign} in its list), which "
        "calls text of this kind filler. What people decided:",
        2,
    )
    for ruling in dict.fromkeys(said.ruling for said in evidence.judgements):
        alike = [said for said in evidence.judgements if said.ruling == ruling]
        texts = _counted(sum(said.texts for said in alike), "text")
        moments = [said.newest for said in alike if said.newest]
        if ruling and moments:
            yield f"  {texts}: {ruling}, by {_people(alike)}, last on {_moment(max(moments))}"
        else:
            yield f"  {texts}: nobody has decided yet"


def _people(alike: Sequence[Judgement]) -> str:
    # never by name: strangers read this, and some of them place spam for a living
    people = len({said.person for said in alike})
    return "one person" if people == 1 else f"{people} people"


def _facts(quote: Quote) -> str:
    facts = ["hidden from readers"] if quote.hidden else []
    facts += [f"links to {', '.join(map(_clean, quote.link_hosts))}"] if quote.link_hosts else []
    return f" [{'; '.join(facts)}]" if facts else ""


def _wrapped(text: str, indent: int = 0, *, hanging: int = 0) -> Sequence[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _clean(text: str) -> str:
    return with_controls_shown(fold_space(text))


def _name(site: str) -> str:
    return _clean(site) or "pages whose site is not known"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
