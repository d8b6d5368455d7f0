"""A model version at work: the blocks of a page in, verdicts with reasons out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from classifier.abstention import abstentions
from classifier.blocks import HIDDEN, LABELS, PRIOR, Block, Reason, Verdict
from classifier.card import Card, Thresholds
from classifier.context import Flags, Floats, Numbers
from classifier.page_stage import InPlace, judge_in_place
from classifier.parts import parts, rows
from classifier.scorer import Scorer, Scores
from classifier.shape import SHAPE_NAMES
from classifier.weights import Weights

IN_BAND = "the score is in the review band"
"""The doubt of a verdict that only its score speaks against."""

_MUCH = 0.4  # share of a block's words that makes it doubtful when they read as filler
IN_PART = "much of it reads as filler by itself"
"""The doubt of a verdict of news that has filler in it."""
IN_ROW = "some words in a row read as filler by themselves"
"""The doubt of a verdict of news in which a few words, as of a title, are filler."""

_HIDDEN = (Reason(HIDDEN, 0.0),)
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


class Model:
    """One model version: its card and what it takes to judge blocks with it."""

    def __init__(self, weights: Weights, card: Card) -> None:
        self.card = card
        self._prior = float(weights.block.intercept[_FILLER] - weights.block.intercept[_NEWS])
        self._page = weights.page
        self._middle, self._bold = _middle(card.thresholds), _bold(card.thresholds)
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
        reasons = [(*why, *_HIDDEN) if block.hidden else why for block, why in zip(blocks, reasons, strict=True)]
        hidden = np.array([block.hidden for block in blocks], dtype=np.bool_)
        return self._verdicts(_Judged(texts, hidden, odds, scores), limits, reasons)

    def classify_alone(self, texts: Sequence[str]) -> tuple[Verdict, ...]:
        """Return a verdict without reasons on each text, judged as a lone block; faster than one after the other."""
        scores = self._scorer.score(texts)
        judged = _Judged(texts, np.zeros(len(texts), dtype=np.bool_), scores.log_odds, scores)
        return self._verdicts(judged, self.card.thresholds, [()] * len(texts))

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

    def _verdicts(
        self, judged: "_Judged", limits: Thresholds, reasons: Sequence[tuple[Reason, ...]]
    ) -> tuple[Verdict, ...]:
        score, boilerplate = filler_score(judged.odds), boilerplate_probability(judged.odds)
        labels = np.where(score >= limits.filler, _FILLER, _NEWS)
        labels[boilerplate > 0] = _BOILERPLATE
        doubts = _doubts(judged, labels, score, boilerplate, limits)
        trusted = [n for n in np.flatnonzero(labels == _NEWS).tolist() if not doubts[n]]
        for n, doubt in self._looked_into(judged.texts, trusted):
            doubts[n] = doubt
        version = self.card.version
        return tuple(
            Verdict(LABELS[label], score, bool(doubt), doubt, why, version)
            for label, score, doubt, why in zip(labels.tolist(), score.tolist(), doubts, reasons, strict=True)
        )

    def _looked_into(self, texts: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yield the numbers of those texts of which a part or a row of words reads as filler by itself, with which."""
        cut = [(n, parts(texts[n]), rows(texts[n])) for n in numbers]
        scores = filler_score(self.log_odds([part for _, *both in cut for some in both for part in some]))
        for n, some, others in cut:
            by_part, by_row, scores = np.split(scores, [len(some), len(some) + len(others)])
            filler = sum(len(some[i].split()) for i in np.flatnonzero(by_part >= self._middle).tolist())
            if some and filler >= _MUCH * len(texts[n].split()):
                yield n, IN_PART
            elif (by_row >= self._bold).any():
                yield n, IN_ROW


@dataclass(frozen=True, slots=True)
class _Judged:
    """Texts and what both stages say of them."""

    texts: Sequence[str]
    hidden: Flags  # shape (n_texts,)
    odds: Floats  # log-odds in their place, one column a label, shape (n_texts, len(LABELS))
    scores: Scores


def _doubts(judged: _Judged, labels: Numbers, score: Floats, boilerplate: Floats, limits: Thresholds) -> list[str]:
    """Return why a person should look at each text, in words; empty where nothing speaks against the verdict."""
    news, furniture, scores = labels == _NEWS, labels == _BOILERPLATE, judged.scores
    doubts = abstentions(
        judged.texts,
        signs=scores.signs,
        known=scores.known,
        familiar=scores.familiar,
        news=news,
        boilerplate=furniture,
        limits=limits,
    )
    weak = furniture & (boilerplate < limits.boilerplate)
    in_band = ~furniture & (limits.review_low <= score) & (score <= limits.review_high)
    for n in np.flatnonzero(weak | in_band).tolist():
        doubts[n] = doubts[n] or (IN_BAND if in_band[n] else "may not be boilerplate")
    for n in np.flatnonzero(judged.hidden & news).tolist():
        doubts[n] = HIDDEN
    return doubts


def _middle(limits: Thresholds) -> float:
    """Return the score in the middle of the review band, by its log-odds."""
    low, high = np.clip([limits.review_low, limits.review_high], 1e-9, 1 - 1e-9)
    return float(1 / (1 + np.sqrt((1 - low) / low * (1 - high) / high)))


def _bold(limits: Thresholds) -> float:
    """Return the score with four fifths of the log-odds from which a lone block is filler."""
    threshold = np.clip(limits.filler, 1e-9, 1 - 1e-9)
    return float(1 / (1 + ((1 - threshold) / threshold) ** 0.8))


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
