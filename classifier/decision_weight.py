"""How much a moderator's decision counts beside a shipped example: chosen by cross-validation, never by taste."""

import math
from collections.abc import Sequence

import numpy as np

from classifier.blocks import LABELS, Example
from classifier.card import TriedWeight
from classifier.context import Floats
from classifier.cross_fitting import Split
from classifier.fitting import Analysed, BlockFit

WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
ENOUGH = 30  # groups of decided examples, from which there is something to choose by
_MOST = 10_000  # examples that one trial fits to
_DIGITS = 4  # of a log loss, at which two are told apart


def weights_to_try(examples: Sequence[Example]) -> tuple[float, ...]:
    """Return the weights worth trying, ascending; none where the decided groups or their labels are too few."""
    decided = [e for e in examples if e.people]
    enough = len({e.hand for e in decided}) >= ENOUGH and len({e.label for e in decided}) > 1
    return WEIGHTS if enough else ()


def held_out_log_odds(data: Analysed, split: Split, weights: Sequence[float]) -> list[Floats]:
    """Return the log-odds of a fold's decided blocks, by a fit to the other voices for each weight of a decision.

    Of very many examples every second or third is fitted to, each counting for those left out: that finds the same
    weight. Each fit begins where the one before ended.
    """
    rows, others = split
    step = -(-len(rows) // _MOST)
    seen, solution = data.rows(rows[::step]), None
    fit, unseen = BlockFit(seen), data.found.rows(others[data.decided[others]])
    log_odds = []
    for weight in weights:
        solution = fit.solution(step * seen.weighing_decisions(weight), solution)
        log_odds.append(fit.log_odds(solution, unseen))
    return log_odds


def tried_weights(
    examples: Sequence[Example], splits: Sequence[Split], weights: Sequence[float], folds: Sequence[Sequence[Floats]]
) -> tuple[TriedWeight, ...]:
    """Return how each of `weights` did on all folds together, of which :func:`held_out_log_odds` told each."""
    decided = [examples[row] for _, others in splits for row in others if examples[row].people]
    log_odds = [np.concatenate(parts) for parts in zip(*folds, strict=True)]
    return tuple(TriedWeight(w, mean_log_loss(decided, odds)) for w, odds in zip(weights, log_odds, strict=True))


def chosen_weight(tried: Sequence[TriedWeight]) -> float:
    """Return the weight with the lowest log loss, of equal ones that nearest to 1; 1 where none was tried."""
    best = min(tried, key=lambda one: (one.log_loss, abs(math.log(one.weight))), default=TriedWeight(1.0, 0.0))
    return best.weight


def mean_log_loss(examples: Sequence[Example], log_odds: Floats) -> float:
    """Return the mean log loss of held-out decided examples, each group (:attr:`Example.hand`) having one vote.

    Args:
        examples: at least one; inside its group each counts by its weight.
        log_odds: of each label, by a model that has not seen the group, shape (n_examples, len(LABELS)).
    """
    labels = np.array([LABELS.index(e.label) for e in examples])
    losses = np.logaddexp.reduce(log_odds, axis=1) - log_odds[np.arange(len(labels)), labels]
    _, groups = np.unique([e.hand for e in examples], return_inverse=True)
    weights = np.array([e.weight for e in examples])
    means = np.bincount(groups, losses * weights) / np.bincount(groups, weights)
    return round(float(means.mean()), _DIGITS)
