"""One source under moderation: what is decided of it, what the model says of the rest, and how right it is there."""

from itertools import accumulate, pairwise

import numpy as np

from classifier.context import Flags, Floats, Numbers
from classifier.model import boilerplate_probability, filler_score
from classifier.page_stage import facts_of, filler_odds, with_filler_odds
from classifier.store.judging import doubt_of, runs_of
from classifier.text import fingerprint
from classifier.thresholds import NEWS_FLAGGED, flagging_threshold
from tests.bench.moderated_sources import Base, Source

_FEWEST = 5  # undecided filler texts: of fewer no share is told


class Moderated:
    """A source of which some blocks are decided; arrays have a row a block."""

    def __init__(self, base: Base, source: Source, covariance: Floats, *, weight: float, in_place: bool) -> None:
        self._base, self._source, self._covariance, self._weight = base, source, covariance, weight
        self._in_place = in_place
        texts = [block.text for block in source.blocks]
        self.labels = np.array([block.label for block in source.blocks])
        self.stands_on = np.array(source.stands_on)
        _, first, self._text = np.unique([fingerprint(t) for t in texts], return_index=True, return_inverse=True)
        self._once = np.isin(np.arange(len(texts)), first)
        self.pages = [slice(*ends) for ends in pairwise(accumulate(map(len, source.pages), initial=0))]
        self.page = np.repeat(np.arange(len(source.pages)), [len(page) for page in source.pages])
        self._words = [base.scorer.score_page([block.text for block in page])[1] for page in source.pages]
        self.decided = np.zeros(len(texts), dtype=bool)
        self._before = base.learnt.log_odds(texts)
        self._judge(self._before)

    def decide(self, rows: Numbers) -> None:
        """Let truth answer on some blocks, and on whatever has their texts."""
        self.decided |= np.isin(self._text, self._text[rows])

    def run_of(self, row: int) -> Numbers:
        """Return the run that one key decides together with a block: called filler, and filler in truth; or itself."""
        here = self.pages[self.page[row]]
        for first, last in runs_of(self._called_filler()[here].tolist()):
            run = np.arange(here.start + first, here.start + last + 1)
            if row in run and (self.labels[run] == "filler").all():
                return run
        return np.array([row])

    def learn(self) -> None:
        """Learn all that is decided, each text once."""
        rows = np.flatnonzero(self.decided & self._once)
        labels = self.labels[rows].tolist()
        self._judge(self._base.learnt.after(self._before, self._covariance, rows, labels, self._weight))

    @property
    def texts_decided(self) -> int:
        """How many texts are decided."""
        return int((self.decided & self._once).sum())

    def found(self) -> float:
        """Return the share of the undecided filler found where 1 % of the undecided news, at least one, is flagged."""
        left = ~self.decided & self._once & (self.labels == "filler")
        return float((self.scores[left] >= self._bound()).mean()) if left.sum() >= _FEWEST else float("nan")

    def settled(self) -> float:
        """Return the share of the made crawl's filler blocks that are decided, or found as :meth:`found` says."""
        filler = self.labels == "filler"
        done = filler & (self.decided | (self.scores >= self._bound()))
        return float(self.stands_on[done].sum() / self.stands_on[filler].sum())

    def doubt(self) -> Floats:
        """Return the doubt of each block as the desk stores it."""
        doubts = np.array([doubt_of(score, self._base.threshold) for score in self.scores.tolist()])
        return np.where(self.boilerplate, 0.0, doubts)

    def _bound(self) -> float:
        news = self.scores[~self.decided & self._once & (self.labels == "news")]
        return flagging_threshold(news, max(1, round(NEWS_FLAGGED * len(news))))

    def _called_filler(self) -> Flags:
        by_model = (self.scores >= self._base.threshold) & ~self.boilerplate
        return np.where(self.decided, self.labels == "filler", by_model)

    def _judge(self, alone: Floats) -> None:
        odds = self._placed(alone) if self._in_place else alone
        self.scores = filler_score(odds)
        self.boilerplate = boilerplate_probability(odds) > 0

    def _placed(self, alone: Floats) -> Floats:
        placed = alone.copy()
        for page, here, words in zip(self._source.pages, self.pages, self._words, strict=True):
            facts, _ = facts_of(alone[here], [block.text for block in page], words)
            placed[here] = with_filler_odds(alone[here], filler_odds(self._base.page, facts))
        return placed
