"""A model version at work: the blocks of a page in, verdicts with reasons out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np
import numpy.typing as npt

from classifier.abstention import abstention
from classifier.blocks import HIDDEN, LABELS, PRIOR, Block, Label, Reason, Verdict
from classifier.card import Card, Thresholds
from classifier.context import Floats
from classifier.page_stage import InPlace, judge_in_place
from classifier.parts import parts
from classifier.scorer import Scorer, Scores
from classifier.shape import SHAPE_NAMES
from classifier.weights import Weights

IN_BAND = "the score is in the review band"
"""The doubt of a verdict that only its score speaks against."""

_MUCH = 0.4  # share of a block's words that makes it doubtful when they read as filler
IN_PART = "much of it reads as filler by itself"
"""The doubt of a verdict of news that has filler in it."""

_BOILERPLATE, _FILLER, _NEWS = (LABELS.index(label) for label in ("boilerplate", "filler", "news"))


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model version as bytes, for processes that need not reach its home."""

    version: str
    place: str  # where they came from, for messages
    weights: bytes = field(repr=False)  # weights.npz
    card: bytes = field(repr=False)  # card.json

    def load(self) -> "Model":
        """Return the version ready to judge. Raises ModelError when it is damaged."""
        weights = Weights.from_bytes(self.weights, name=f"{self.place}/weights.npz")
        return Model(weights, Card.from_bytes(self.card, name=f"{self.place}/card.json"))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What both stages say of one block."""

    score: float
    boilerplate: float  # P(boilerplate) where that is the likeliest label, else 0
    known: float
    familiar: float


class Model:
    """One model version: its card and what it takes to judge blocks with it."""

    def __init__(self, weights: Weights, card: Card) -> None:
        self.card = card
        self._prior = float(weights.block.intercept[_FILLER] - weights.block.intercept[_NEWS])
        self._page = weights.page
        self._middle = _middle(card.thresholds)
        self._scorer = Scorer(weights.block)

    def classify(self, blocks: Sequence[Block], *, explain: bool | range = True) -> tuple[Verdict, ...]:
        """Return a verdict for each of the `blocks` of one page, in reading order.

        A lone block is judged by its own words, the blocks of a page in the light of each other. Without `explain`
        verdicts carry no reasons and come faster; a range of positions says which blocks to give reasons for.
        """
        explained = explain if isinstance(explain, range) else range(len(blocks) if explain else 0)
        texts = [block.text for block in blocks]
        if len(texts) < 2:
            scores, place, limits = self._scorer.score(texts), None, self.card.thresholds
            odds = scores.log_odds
        else:
            scores, words = self._scorer.score_page(texts)
            place = judge_in_place(self._page, scores.log_odds, texts, words, explain=len(explained) > 0)
            odds, limits = place.log_odds, self.card.page_thresholds
        reasons = [self._reasons(text, place, i) if i in explained else () for i, text in enumerate(texts)]
        return self._looked_into(texts, map(self._verdict, blocks, reasons, _judged(odds, scores), repeat(limits)))

    def classify_alone(self, texts: Sequence[str]) -> tuple[Verdict, ...]:
        """Return a verdict without reasons on each text, judged as a lone block; faster than one after the other."""
        scores = self._scorer.score(texts)
        blocks = [Block(text, 0) for text in texts]
        judged = _judged(scores.log_odds, scores)
        return self._looked_into(texts, map(self._verdict, blocks, repeat(()), judged, repeat(self.card.thresholds)))

    def limits(self, blocks: int) -> Thresholds:
        """Return where a score becomes a verdict on a page of so many `blocks`."""
        return self.card.thresholds if blocks < 2 else self.card.page_thresholds

    def threshold(self, blocks: int) -> float:
        """Return the score from which a block is labelled filler on a page of so many `blocks`."""
        return self.limits(blocks).filler

    def log_odds(self, texts: Sequence[str]) -> Floats:
        """Return the natural log-odds of each label, each text seen alone, shape (n_texts, len(LABELS))."""
        return self._scorer.score(texts).log_odds

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return the parts that add up to a lone block's log-odds of filler against news: words, facts, the prior."""
        return self._reasons(text, None, 0)

    def _reasons(self, text: str, place: InPlace | None, block: int) -> tuple[Reason, ...]:
        own = place.own if place else 1.0
        shares, facts = self._scorer.explain(text)
        spans = [Reason(text[span.start : span.end], own * _against_news(share), span) for span, share in shares]
        named = [
            Reason(name, own * _against_news(fact)) for name, fact in zip(SHAPE_NAMES, facts, strict=True) if fact.any()
        ]
        prior = own * self._prior + (place.prior if place else 0.0)
        return (*spans, *named, *(place.reasons[block] if place else ()), Reason(PRIOR, prior))

    def _looked_into(self, texts: Sequence[str], verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        """Return `verdicts` on `texts`, doubting those of news of which much reads as filler by itself."""
        told = list(verdicts)
        trusted = [n for n, verdict in enumerate(told) if verdict.label == "news" and not verdict.needs_review]
        cut = {n: found for n in trusted if (found := parts(texts[n]))}
        scores = iter(filler_score(self.log_odds([part for found in cut.values() for part in found])).tolist())
        for n, found in cut.items():
            filler = sum(len(part.split()) for part in found if next(scores) >= self._middle)
            if filler >= _MUCH * len(texts[n].split()):
                told[n] = replace(told[n], needs_review=True, doubt=IN_PART)
        return tuple(told)

    def _verdict(self, block: Block, reasons: tuple[Reason, ...], judged: _Judged, limits: Thresholds) -> Verdict:
        label: Label = "filler" if judged.score >= limits.filler else "news"
        if judged.boilerplate:
            label = "boilerplate"
        hidden = HIDDEN if block.hidden and label == "news" else ""
        doubt = (
            hidden
            or abstention(block.text, label, judged.known, judged.familiar, limits)
            or _doubt(label, judged, limits)
        )
        if block.hidden:
            reasons = (*reasons, Reason(HIDDEN, 0.0))
        return Verdict(label, judged.score, bool(doubt), doubt, reasons, self.card.version)


def _middle(limits: Thresholds) -> float:
    """Return the score in the middle of the review band, by its log-odds."""
    low, high = np.clip([limits.review_low, limits.review_high], 1e-9, 1 - 1e-9)
    return float(1 / (1 + np.sqrt((1 - low) / low * (1 - high) / high)))


def _judged(odds: Floats, scores: Scores) -> list[_Judged]:
    columns = (filler_score(odds), boilerplate_probability(odds), scores.known, scores.familiar)
    return [_Judged(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _doubt(label: Label, judged: _Judged, limits: Thresholds) -> str:
    if label == "boilerplate":
        return "may not be boilerplate" if judged.boilerplate < limits.boilerplate else ""
    return IN_BAND if limits.review_low <= judged.score <= limits.review_high else ""


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
