"""The page stage: a block's log-odds of filler, seen in its place on the page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifier.blocks import LABELS, Reason
from classifier.context import CONTEXT_NAMES, Flags, Floats, WordTable, is_line, page_facts, page_phrases
from classifier.weights import PageWeights

_BOILERPLATE, _FILLER, _NEWS = (LABELS.index(label) for label in ("boilerplate", "filler", "news"))


@dataclass(frozen=True, slots=True)
class InPlace:
    """What the page stage says of a page's blocks."""

    log_odds: Floats  # one column a label, shape (n_blocks, len(LABELS)); P(boilerplate) is the block stage's
    own: float  # what the block stage's log-odds of filler against news are multiplied with
    prior: float  # natural log-odds that are the same for every block
    reasons: tuple[tuple[Reason, ...], ...]  # of each block; with own and prior they sum to its log-odds


def facts_of(log_odds: Floats, texts: Sequence[str], words: WordTable) -> tuple[Floats, Flags]:
    """Return the facts of a page's blocks (:func:`classifier.context.page_facts`), and which blocks are lines."""
    lines = np.array([is_line(text) for text in texts], dtype=np.bool_)
    return page_facts(log_odds, lines, words), lines


def judge_in_place(
    weights: PageWeights, log_odds: Floats, texts: Sequence[str], words: WordTable, *, explain: bool
) -> InPlace:
    """Judge the blocks of one page together.

    Args:
        weights: the fitted page stage.
        log_odds: the block stage's, shape (n_blocks, len(LABELS)).
        texts: the blocks, in reading order.
        words: their words.
        explain: whether the reasons are wanted, which take longer to tell than the rest to judge.
    """
    facts, lines = facts_of(log_odds, texts, words)
    shares = _shares(weights, facts)
    own = float(weights.coefficients[0])
    phrases = page_phrases(log_odds, lines, shares[:, 1:]) if explain else ()
    return InPlace(
        log_odds=with_filler_odds(log_odds, weights.intercept + shares.sum(axis=1)),
        own=own,
        prior=weights.intercept - own * float(weights.typical[0]),
        reasons=tuple(
            tuple(Reason(name, float(share)) for name, share in zip(names, row[1:], strict=True))
            for names, row in zip(phrases, shares, strict=explain)
        ),
    )


def filler_odds(weights: PageWeights, facts: Floats) -> Floats:
    """Return the page stage's log-odds of filler against news, shape (n_blocks,)."""
    odds: Floats = weights.intercept + _shares(weights, facts).sum(axis=1)
    return odds


def _shares(weights: PageWeights, facts: Floats) -> Floats:
    return (facts - weights.typical) * weights.coefficients


def with_filler_odds(log_odds: Floats, odds: Floats) -> Floats:
    """Return `log_odds` with P(boilerplate) kept and the rest dealt between filler and news by the log-odds `odds`."""
    content = np.logaddexp(log_odds[:, _FILLER], log_odds[:, _NEWS])
    placed = log_odds.copy()
    placed[:, _FILLER] = content - np.logaddexp(0, -odds)
    placed[:, _NEWS] = content - np.logaddexp(0, odds)
    return placed


assert CONTEXT_NAMES[0] == "own words"  # noqa: S101 - what InPlace.own rests on
