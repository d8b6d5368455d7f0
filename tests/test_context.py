"""What the rest of a page says of a block: exact against a slow reading of the definition, and told in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.blocks import LABELS
from classifier.context import WordTable, is_line, page_facts, page_phrases

FILLER, NEWS, BOILERPLATE = (LABELS.index(label) for label in ("filler", "news", "boilerplate"))
odds = st.floats(-8, 8)
blocks = st.lists(st.tuples(odds, odds, odds, st.booleans(), st.sets(st.integers(0, 6))), min_size=1, max_size=12)


def page(drawn):
    log_odds = np.array([block[:3] for block in drawn])
    lines = np.array([block[3] for block in drawn])
    rows = [(number, word) for number, block in enumerate(drawn) for word in sorted(block[4])]
    numbers = np.array([row[0] for row in rows], dtype=np.intp)
    words = np.array([row[1] for row in rows], dtype=np.intp)
    return log_odds, lines, WordTable(numbers, words, 1.0 + words)


def slowly(log_odds, lines, words):
    """Return the facts as their docstrings define them, a block at a time."""
    count = len(log_odds)
    own = log_odds[:, FILLER] - log_odds[:, NEWS]
    voice = np.clip(own, -4, 4)
    content = 1 - np.exp(log_odds[:, BOILERPLATE]) / np.exp(log_odds).sum(axis=1)
    filler = content / (1 + np.exp(-voice))
    vectors = np.zeros((count, 7))
    vectors[words.block, words.word] = words.rarity
    vectors = vectors / np.maximum(1e-300, np.linalg.norm(vectors, axis=1))[:, None]
    facts = []
    for i in range(count):
        others = [j for j in range(count) if j != i]
        near = {j: 0.6 ** (abs(i - j) - 1) * content[j] for j in others if abs(i - j) <= 4}
        run = [j for j in others if len(set(lines[min(i, j) : max(i, j) + 1])) == 1]
        facts.append(
            [
                own[i],
                sum(weight * voice[j] for j, weight in near.items()) / (sum(near.values()) + 0.3),
                sum(voice[j] * content[j] for j in run) / (sum(content[j] for j in run) + 1),
                *(
                    10 * sum(vectors[i] @ vectors[j] * weight[j] for j in others) / (sum(weight[j] for j in others) + 1)
                    for weight in (content - filler, filler)
                ),
            ]
        )
    return np.array(facts)


@given(blocks)
def test_the_facts_are_what_their_definition_says(drawn):
    assert page_facts(*page(drawn)) == pytest.approx(slowly(*page(drawn)), abs=1e-9)


def phrases(readings, lines, shares):
    """Return the phrases of blocks that read as n(ews), f(iller) or b(oilerplate)."""
    column = {"f": FILLER, "n": NEWS, "b": BOILERPLATE}
    log_odds = np.zeros((len(readings), 3))
    log_odds[range(len(readings)), [column[reading] for reading in readings]] = 5
    return page_phrases(log_odds, np.array(lines), np.array([shares] * len(readings)))


def test_what_speaks_for_filler_is_told_by_the_blocks_that_read_as_filler():
    assert phrases("ffbfn", [True, True, True, False, False], [1, 1, 1, 1])[0] == (
        "2 of 3 blocks around it read as filler",
        "1 of 1 other lines of its run read as filler",
        "shares few words with the page's news",
        "shares words with the page's filler",
    )


def test_what_speaks_for_news_is_told_by_the_blocks_that_read_as_news():
    assert phrases("ffbfn", [True] * 5, [-1, -1, -1, -1])[0] == (
        "1 of 3 blocks around it read as news",
        "1 of 3 other lines of its run read as news",
        "shares words with the page's news",
        "shares few words with the page's filler",
    )


def test_a_page_without_filler_is_not_said_to_have_any():
    assert phrases("nnb", [False] * 3, [1, 1, 1, 1])[0][2:] == (
        "shares few words with the page's news",
        "shares words with the page's least newslike blocks",
    )


def test_without_others_to_count_the_phrases_say_so():
    assert phrases("fb", [True, False], [1, 1, 1, 1])[0][:2] == ("no blocks around it", "no other lines of its run")
    assert phrases("nn", [False, False], [1, 1, 1, 1])[0][:2] == (
        "blocks around it lean to filler",
        "other paragraphs of its run lean to filler",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Tips for new landlords - June 6, 2021", True),
        ("Sport", True),
        ("The council voted 7-4 on Tuesday to close the pool.", False),
        ("“We will not pay for it twice,” she told the court.", False),
        ("word " * 17, False),
    ],
)
def test_a_line_is_short_and_no_sentence(text, line):
    assert is_line(text) is line
