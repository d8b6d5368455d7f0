"""Where a score becomes a verdict: chosen on scores of models that had not seen the voice, promised in counts."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

from classifier.card import Thresholds
from classifier.context import Flags, Floats

NEWS_FLAGGED = 0.01  # share of news that a figure called "found at 1 %" flags
RIGHT_OUTSIDE = 0.99  # share of verdicts outside the review band that are right
CONFIDENCE = 0.95  # of the promise, one-sided
LEAST_KNOWN = 0.5  # share of a block's words seen in training
RAREST = 0.002  # share of blocks of unseen voices that count as unlike everything seen


@dataclass(frozen=True, slots=True)
class Judged:
    """Blocks judged by models that had not seen their voice; arrays of shape (n_blocks,)."""

    labels: npt.NDArray[np.str_]  # what the blocks are
    scores: Floats  # filler score, 0..1
    boilerplate: Floats  # P(boilerplate) where that is the likeliest label, else 0
    familiar: Floats  # share of the idf mass of character n-grams seen in training, 0..1


def choose_thresholds(judged: Judged, promise: Fraction, *, words: int) -> Thresholds:
    """Choose the thresholds of a version.

    Args:
        judged: cross-validated scores.
        promise: the share of genuine blocks that may be flagged at most, such as 1/200.
        words: below how many words a verdict of news or filler needs review.
    """
    ranked = (judged.boilerplate == 0) & (judged.labels != "boilerplate")
    scores, filler = judged.scores[ranked], judged.labels[ranked] == "filler"
    genuine = int((judged.labels == "news").sum())
    allowed = most_flagged(genuine, promise)
    threshold = flagging_threshold(scores[~filler], max(0, allowed))
    called = judged.boilerplate > 0
    return Thresholds(
        filler=threshold,
        promise=told(genuine, int((scores[~filler] >= threshold).sum()), promise),
        review_low=min(-_purest(-scores, ~filler), threshold),
        review_high=max(_purest(scores, filler), threshold),
        boilerplate=min(1.0, _purest(judged.boilerplate[called], judged.labels[called] == "boilerplate")),
        known=LEAST_KNOWN,
        familiar=float(np.quantile(judged.familiar, RAREST)),
        words=words,
        chosen=(
            "filler: the lowest score that keeps the promise in cross-validation by voice; "
            f"review band and boilerplate: what lies outside is right {RIGHT_OUTSIDE:.0%} of the time there"
        ),
    )


def upper_bound(flagged: int, of: int) -> float:
    """Return the one-sided upper 95 % bound of a share, 0..1 (Clopper and Pearson 1934)."""
    return float(betaincinv(flagged + 1, of - flagged, CONFIDENCE)) if flagged < of else 1.0


def most_flagged(genuine: int, promise: Fraction) -> int:
    """Return how many of `genuine` blocks may be flagged with `promise` kept; -1 when not even none will do."""
    flagged = -1
    while flagged + 1 < genuine and upper_bound(flagged + 1, genuine) <= promise:
        flagged += 1
    return flagged


def told(genuine: int, flagged: int, promise: Fraction) -> str:
    """Return the promise in words and counts, or what it would take to make it."""
    if upper_bound(flagged, genuine) <= promise:
        return (
            f"of {genuine:,} genuine blocks from voices not trained on, {flagged:,} are flagged: at most {promise}, "
            f"one-sided {CONFIDENCE:.0%} bound"
        )
    needed = int(np.ceil(np.log(1 - CONFIDENCE) / np.log1p(-float(promise))))
    return f"cannot promise {promise}; needs {max(1, needed - genuine):,} more genuine blocks"


def flagging_threshold(news_scores: Floats, allowed: int) -> float:
    """Return the lowest score from which at most `allowed` of the news blocks are flagged."""
    ordered = np.sort(news_scores)[::-1]
    return float(np.nextafter(ordered[allowed], 2.0)) if allowed < len(ordered) else 0.0


def _purest(values: Floats, right: Flags) -> float:
    """Return the lowest value from which on upwards RIGHT_OUTSIDE of the blocks are right; above all if none."""
    order = np.argsort(-values, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.append(values[order][1:] != values[order][:-1], True) if len(order) else np.array([], dtype=bool)
    pure = np.flatnonzero((share >= RIGHT_OUTSIDE) & ends)
    return float(values[order][pure[-1]]) if len(pure) else float(np.nextafter(values.max(initial=0.0), 2.0))
