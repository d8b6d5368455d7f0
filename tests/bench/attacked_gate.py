"""The gate of newsieve promote, asked about versions that learnt from an attacked queue."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction

from classifier.blocks import Example, Verdict
from classifier.comparison import DECISIONS, HOLDOUT, Comparison, Judged, compare_set
from classifier.digests import holdout_digest
from classifier.evaluation import count
from classifier.floors import HOLDOUT as FLOORS_SET_ON
from classifier.gate import Measured, Reason, reasons_against
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.places import Placed, judge_pages, placed
from classifier.training import join, train


class Gate:
    """The gate in front of the version that learnt from all shipped pages but those of an attacked queue."""

    def __init__(self, known: Sequence[Example]) -> None:
        self._known = list(known)
        self._holdout = placed(read_examples([shipped_data() / "holdout"], notify=print))
        self._golden = placed(read_examples([shipped_data() / "golden.jsonl"], notify=print), alone=True)
        self._current = _trained(self._known)
        # without the queue's pages it may break a floor by itself, which is no merit of the gate
        self._of_itself = {reason.name for reason in self._reasons(self._current, None)}

    def refuses(self, agreed: Sequence[Example]) -> tuple[str, ...]:
        """Return the names of the reasons against a version that learns what people agree on; none if it passes."""
        after = _trained(join(self._known, agreed))
        sets = {DECISIONS: placed(agreed, alone=True), HOLDOUT: self._holdout}
        compared = tuple(
            compare_set(name, list(map(Judged, places, _said(self._current, places), _said(after, places))))
            for name, places in sets.items()
        )
        comparison = Comparison(self._current.card.version, after.card.version, compared, None)
        found = self._reasons(after, comparison)
        return tuple(dict.fromkeys(reason.name for reason in found if reason.name not in self._of_itself))

    def _reasons(self, model: Model, comparison: Comparison | None) -> tuple[Reason, ...]:
        holdout = [place.example for place in self._holdout]
        measured = Measured(
            golden=tuple(zip(self._golden, _said(model, self._golden), strict=True)),
            pins=(),
            holdout=count(model.card.version, holdout, _said(model, self._holdout)),
            digest=holdout_digest(holdout),
        )
        return reasons_against(measured, comparison, digest=FLOORS_SET_ON)


def _said(model: Model, places: Sequence[Placed]) -> list[Verdict]:
    verdicts = judge_pages(model, [place.texts for place in places])
    return [verdicts[place.texts][place.position] for place in places]


def _trained(examples: Sequence[Example]) -> Model:
    now = datetime.now(UTC)
    trained = train(examples, created_at=now, seed=0, promise=Fraction(1, 200), progress=lambda *_: None)
    return Model(trained.weights, trained.card)
