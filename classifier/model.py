"""A model version at work: pages in, verdicts with reasons out."""

import math
from collections.abc import Sequence

import numpy as np

from classifier.blocks import HIDDEN, LABELS, PRIOR, Block, Label, Reason, Verdict
from classifier.card import Card
from classifier.scorer import Scorer
from classifier.shape import SHAPE_NAMES
from classifier.weights import Floats, Weights

_BOILERPLATE, _FILLER, _NEWS = (LABELS.index(label) for label in ("boilerplate", "filler", "news"))


class Model:
    """One model version: its card and what it takes to judge blocks with it."""

    def __init__(self, weights: Weights, card: Card) -> None:
        self.card = card
        self._prior = float(weights.intercept[_FILLER] - weights.intercept[_NEWS])
        self._scorer = Scorer(weights)

    def classify(self, blocks: Sequence[Block], *, explain: bool = True) -> tuple[Verdict, ...]:
        """Return a verdict for each of `blocks`; without `explain` they carry no reasons and come faster."""
        texts = [block.text for block in blocks]
        scores = self._scorer.score(texts)
        reasons = [self.reasons(text) if explain else () for text in texts]
        return tuple(map(self._verdict, blocks, scores.log_odds, scores.known, reasons))

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return the natural log-odds of each label, shape (n_texts, len(LABELS))."""
        return self._scorer.score(texts).log_odds

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return the parts that add up to the log-odds of filler against news, in reading order, then the facts."""
        shares, facts = self._scorer.explain(text)
        spans = [Reason(text[span.start : span.end], _against_news(share), span) for span, share in shares]
        named = [Reason(name, _against_news(fact)) for name, fact in zip(SHAPE_NAMES, facts, strict=True) if fact.any()]
        return (*spans, *named, Reason(PRIOR, self._prior))

    def _verdict(self, block: Block, log_odds: Floats, known: float, reasons: tuple[Reason, ...]) -> Verdict:
        score = filler_score(log_odds)
        probability = float(np.exp(log_odds[_BOILERPLATE] - np.logaddexp.reduce(log_odds)))
        label: Label = "filler" if score >= self.card.thresholds.filler else "news"
        if log_odds.argmax() == _BOILERPLATE:
            label = "boilerplate"
        hidden = HIDDEN if block.hidden and label == "news" else ""
        doubt = hidden or self._doubt(label, score, probability, known)
        if block.hidden:
            reasons = (*reasons, Reason(HIDDEN, 0.0))
        return Verdict(label, score, bool(doubt), doubt, reasons, self.card.version)

    def _doubt(self, label: Label, score: float, probability: float, known: float) -> str:
        limits = self.card.thresholds
        if known < limits.known:
            return "mostly words the model has never seen"
        if label == "boilerplate":
            return "may not be boilerplate" if probability < limits.boilerplate else ""
        return "the score is in the review band" if limits.review_low <= score <= limits.review_high else ""


def filler_score(log_odds: Floats) -> float:
    """Return P(filler) / (P(filler) + P(news)) of one block's log-odds, 0..1."""
    return 1 / (1 + math.exp(min(700.0, -_against_news(log_odds))))


def _against_news(values: Floats) -> float:
    return float(values[_FILLER] - values[_NEWS])
