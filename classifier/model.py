"""A model version at work: pages in, verdicts with reasons out."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

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
        odds = scores.log_odds
        rules = (filler_score(odds), boilerplate_probability(odds), scores.known)
        return tuple(map(self._verdict, blocks, reasons, *(column.tolist() for column in rules)))

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return the natural log-odds of each label, shape (n_texts, len(LABELS))."""
        return self._scorer.score(texts).log_odds

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return the parts that add up to the log-odds of filler against news, in reading order, then the facts."""
        shares, facts = self._scorer.explain(text)
        spans = [Reason(text[span.start : span.end], _against_news(share), span) for span, share in shares]
        named = [Reason(name, _against_news(fact)) for name, fact in zip(SHAPE_NAMES, facts, strict=True) if fact.any()]
        return (*spans, *named, Reason(PRIOR, self._prior))

    def _verdict(
        self, block: Block, reasons: tuple[Reason, ...], score: float, boilerplate: float, known: float
    ) -> Verdict:
        label: Label = "filler" if score >= self.card.thresholds.filler else "news"
        if boilerplate:
            label = "boilerplate"
        hidden = HIDDEN if block.hidden and label == "news" else ""
        doubt = hidden or self._doubt(label, score, boilerplate, known)
        if block.hidden:
            reasons = (*reasons, Reason(HIDDEN, 0.0))
        return Verdict(label, score, bool(doubt), doubt, reasons, self.card.version)

    def _doubt(self, label: Label, score: float, boilerplate: float, known: float) -> str:
        limits = self.card.thresholds
        if known < limits.known:
            return "mostly words the model has never seen"
        if label == "boilerplate":
            return "may not be boilerplate" if boilerplate < limits.boilerplate else ""
        return "the score is in the review band" if limits.review_low <= score <= limits.review_high else ""


def filler_score(log_odds: npt.ArrayLike) -> Floats:
    """Return P(filler) / (P(filler) + P(news)), 0..1, of log-odds with the labels on the last axis."""
    odds = np.asarray(log_odds)
    return np.asarray(1 / (1 + np.exp(np.minimum(700.0, odds[..., _NEWS] - odds[..., _FILLER]))))


def boilerplate_probability(log_odds: Floats) -> Floats:
    """Return P(boilerplate) where that is the likeliest label, else 0, of log-odds with the labels on the last axis."""
    probability = np.exp(log_odds[..., _BOILERPLATE] - np.logaddexp.reduce(log_odds, axis=-1))
    return np.where(log_odds.argmax(axis=-1) == _BOILERPLATE, probability, 0.0)


def _against_news(values: Floats) -> float:
    return float(values[_FILLER] - values[_NEWS])
