"""Recomposed pages: the same blocks in other company, never another text."""

from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from classifier.blocks import LABELS, Example
from classifier.context import is_line
from classifier.recompose import recompose

labels = st.lists(st.sampled_from(LABELS), max_size=12)


def pages(drawn):
    return [
        [
            Example(f"{label} {p} {b}" + " and so on." * (b % 2), label, f"p{p}", f"s{p}", position=b)
            for b, label in enumerate(page)
        ]
        for p, page in enumerate(drawn)
    ]


@given(st.lists(labels, max_size=6), st.integers(0, 5))
def test_a_recomposed_page_holds_blocks_of_at_most_two_pages_in_their_order(drawn, seed):
    given_pages = pages(drawn)
    for page in recompose(given_pages, count=20, random=Random(seed)):
        for origin in {block.page for block in page}:
            for label, line in product(("filler", "news"), (True, False)):
                kept = [b.position for b in page if (b.page, b.label, is_line(b.text)) == (origin, label, line)]
                assert kept == sorted(kept)
        assert len({b.page for b in page if b.label == "filler"}) <= 1
        assert len({b.page for b in page if b.label != "filler"}) <= 1
        assert all(block in given_pages[int(block.page[1:])] for block in page)


def test_without_an_article_or_without_filler_nothing_is_made():
    assert recompose(pages([["filler"] * 4]), count=5, random=Random(0)) == []
    assert recompose(pages([["news"] * 4]), count=5, random=Random(0)) == []


def test_clean_pages_pages_of_filler_and_mixed_ones_are_made():
    made = recompose(pages([["news"] * 4, ["filler"] * 4]), count=200, random=Random(0))
    kinds = [frozenset(block.label for block in page) for page in made]
    assert 40 < kinds.count(frozenset({"news"})) < 100
    assert 5 < kinds.count(frozenset({"filler"})) < 40
    assert len(made) == 200
