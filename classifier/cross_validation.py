"""Cross-fitted folds -> how blocks were judged by models that had not seen their voice, and the figures of that."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from classifier.card import CrossValidation, Thresholds
from classifier.context import Floats
from classifier.cross_fitting import Fold, Seen, cross_fitted_page_stage
from classifier.model import boilerplate_probability, filler_score
from classifier.page_stage import filler_odds, with_filler_odds
from classifier.thresholds import NEWS_FLAGGED, Judged, flagging_threshold


def judged_alone(folds: Sequence[Fold]) -> Judged:
    """Return how blocks were judged alone."""
    return _joined([_judged(fold.alone, fold.alone.log_odds) for fold in folds])


def judged_in_place(folds: Sequence[Fold]) -> Judged:
    """Return how blocks were judged on their page, by page stages fitted to other folds.

    Where pages do not hold both news and filler there is nothing to choose by, and blocks judged alone are returned.
    """
    if not {"news", "filler"} <= {label for fold in folds for label in fold.in_place.labels.tolist()}:
        return judged_alone(folds)
    return _joined([_judged_on_pages(fold, [other for other in folds if other is not fold]) for fold in folds])


def _judged_on_pages(fold: Fold, others: Sequence[Fold]) -> Judged:
    seen = fold.in_place
    odds = filler_odds(cross_fitted_page_stage(others), seen.facts)
    return _judged(seen, with_filler_odds(seen.log_odds, odds))


def _judged(seen: Seen, log_odds: Floats) -> Judged:
    return Judged(seen.labels, filler_score(log_odds), boilerplate_probability(log_odds), seen.familiar)


def _joined(parts: Sequence[Judged]) -> Judged:
    columns = [[getattr(part, name) for part in parts] for name in Judged.__slots__]
    return Judged(*(np.concatenate(column) for column in columns))


def figures(judged: Judged, thresholds: Thresholds, folds: int) -> CrossValidation:
    """Return the figures of a card: what `thresholds` would have done to `judged` blocks."""
    news, filler = judged.labels == "news", judged.labels == "filler"
    flagged = (judged.scores >= thresholds.filler) & (judged.boilerplate == 0)
    at_1_percent = flagging_threshold(judged.scores[news], int(NEWS_FLAGGED * news.sum()))
    return CrossValidation(
        folds=folds,
        grouped_by="voice",
        news=int(news.sum()),
        filler=int(filler.sum()),
        boilerplate=int((judged.labels == "boilerplate").sum()),
        auc=float(roc_auc_score(filler[news | filler], judged.scores[news | filler])),
        found_at_1_percent=float((judged.scores[filler] >= at_1_percent).mean()),
        news_lost=float(flagged[news].mean()),
        filler_missed=float((~flagged[filler]).mean()),
    )
