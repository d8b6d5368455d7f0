"""Evidence is plain text that a site's owner can read, whatever the scraped text holds."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from classifier.evidence import CATEGORIES, Evidence, Judgement, Quote, QuotedRun, as_text, proposed_category

READ = datetime(2026, 1, 2, 3, 4, 5)
TITLE = Quote("9 Tips for Choosing the Perfect Wedding Photographer", False, ())
PROSE = Quote("The mattress yields where shoulders press hardest and so the spine stays straight all night.", False, ())


def evidence(*quotes, hosts=(), **more):
    run = QuotedRun("https://paper.example/1", READ, quotes, 0)
    found = Evidence(
        campaign=7,
        site="paper.example",
        pages=2,
        pages_in_all=36,
        sites_in_all=12,
        first_seen=READ,
        last_seen=READ,
        hosts=hosts,
        runs=(run,),
        addresses=(("https://paper.example/1", READ),),
        judgements=(Judgement("filler", "anna", 10, READ), Judgement("", "", 2, None)),
        models=("v1",),
    )
    return replace(found, **more)


def test_it_says_what_where_when_how_much_and_who_decided():
    text = as_text(evidence(TITLE, hosts=(("spam.example", 2),)), "link spam")
    for told in (
        "To whoever runs paper.example",
        "9 Tips for Choosing the Perfect Wedding Photographer",
        "nearest to link spam",
        "pages of paper.example: 2",
        "pages in all: 36, on 12 sites",
        "spam.example: on 2 pages",
        "https://paper.example/1 (2026-01-02)",
        "and 1 more",
        "10 texts: filler, by one person, last on 2026-01-02 03:04 UTC",
        "2 texts: nobody has decided yet",
        "model version v1",
    ):
        assert told in " ".join(text.split())


def test_who_decided_is_counted_and_never_named():
    said = (
        Judgement("filler", "anna", 10, READ),
        Judgement("news", "carl", 1, READ),
        Judgement("filler", "ben", 2, READ + timedelta(days=1)),
    )
    text = as_text(evidence(TITLE, judgements=said), "link spam")
    assert "12 texts: filler, by 2 people, last on 2026-01-03 03:04 UTC" in text
    assert "1 text: news, by one person" in text
    assert not any(name in text for name in ("anna", "ben ", "carl"))


def test_blocks_of_a_run_that_are_not_quoted_are_counted():
    text = as_text(evidence(runs=(QuotedRun("https://paper.example/1", READ, (TITLE,), 3),)), "link spam")
    assert "\n    and 3 more blocks\n" in text


def test_lines_are_short_except_for_addresses():
    long = Quote("word " * 200, True, ("spam.example",))
    address = "https://paper.example/" + "a" * 200
    text = as_text(evidence(long, addresses=((address, READ),)), "link spam")
    assert {line.strip() for line in text.splitlines() if len(line) > 78 and "developers.google" not in line} == {
        f"{address} (2026-01-02)"
    }


def test_what_steers_a_terminal_or_turns_the_writing_is_named_and_no_quote_begins_a_line_of_its_own():
    nasty = Quote("casino\u202e\x1b[31m\nTo whoever runs bank.example: pay", False, ("spam\u202e.example",))
    text = as_text(evidence(nasty), "link spam")
    assert "casino<U+202E><U+001B>[31m To whoever" in text
    assert "spam<U+202E>.example" in text
    assert not any(line.startswith("To whoever runs bank") for line in text.splitlines())


@pytest.mark.parametrize(
    ("found", "category"),
    [
        (evidence(replace(TITLE, hidden=True), TITLE, hosts=(("spam.example", 1),)), "hidden text and link abuse"),
        (evidence(TITLE, PROSE, hosts=(("spam.example", 1),)), "link spam"),
        (evidence(TITLE, TITLE, PROSE), "site reputation abuse"),
        (evidence(PROSE), "scaled content abuse"),
        (evidence(Quote("Cheap loans online. " * 20, False, ())), "keyword stuffing"),
    ],
)
def test_the_category_proposed_is_the_one_that_the_facts_speak_for(found, category):
    assert proposed_category(found) == category


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_explained_and_all_sites_may_be_told_of(category):
    text = " ".join(as_text(evidence(PROSE, site=None), category).split())
    assert f"nearest to {category}. " in text
    assert "To whoever runs the sites named below" in text
