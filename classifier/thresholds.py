"""Where a score becomes a verdict: chosen from scores of models that had not seen the block's site."""

import numpy as np
import numpy.typing as npt

from classifier.card import Thresholds
from classifier.weights import Floats

NEWS_FLAGGED = 0.01  # share of news that the threshold may flag
RIGHT_OUTSIDE = 0.99  # share of verdicts outside the review band that are right
LEAST_KNOWN = 0.5  # share of a block's words seen in training

Flags = npt.NDArray[np.bool_]


def choose_thresholds(scores: Floats, boilerplate: Floats, labels: npt.NDArray[np.str_]) -> Thresholds:
    """Choose the thresholds of a version.

    Args:
        scores: filler score of each block, 0..1, shape (n,).
        boilerplate: P(boilerplate) where that is the likeliest label, else 0, shape (n,).
        labels: what the blocks are, shape (n,).
    """
    ranked = (boilerplate == 0) & (labels != "boilerplate")
    filler = labels[ranked] == "filler"
    threshold = flagging_threshold(scores[ranked][~filler], NEWS_FLAGGED, of=int((labels == "news").sum()))
    low = _purest(-scores[ranked], ~filler)
    high = _purest(scores[ranked], filler)
    called = boilerplate > 0
    return Thresholds(
        filler=threshold,
        review_low=min(-low, threshold),
        review_high=max(high, threshold),
        boilerplate=min(1.0, _purest(boilerplate[called], labels[called] == "boilerplate")),
        known=LEAST_KNOWN,
        chosen=(
            f"filler: lowest score that flags at most {NEWS_FLAGGED:.0%} of news in cross-validation by site; "
            f"review band and boilerplate: what lies outside is right {RIGHT_OUTSIDE:.0%} of the time there"
        ),
    )


def flagging_threshold(news_scores: Floats, share: float, *, of: int) -> float:
    """Return the lowest score from which at most `share` of `of` news blocks are flagged."""
    allowed = int(share * of)
    ordered = np.sort(news_scores)[::-1]
    return float(np.nextafter(ordered[allowed], 2.0)) if allowed < len(ordered) else 0.0


def _purest(values: Floats, right: Flags) -> float:
    """Return the lowest value from which on upwards RIGHT_OUTSIDE of the blocks are right; above all if none."""
    order = np.argsort(-values, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.append(values[order][1:] != values[order][:-1], True) if len(order) else np.array([], dtype=bool)
    pure = np.flatnonzero((share >= RIGHT_OUTSIDE) & ends)
    return float(values[order][pure[-1]]) if len(pure) else float(np.nextafter(values.max(initial=0.0), 2.0))
