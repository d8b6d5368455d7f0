"""What one person's decisions do to the model: the weights without them, and what flips.

One Newton step on features that stay as they are (influence functions, Koh and Liang 2017, ICML, with the curvature of
what stays): the change of the weights solves a linear system, which conjugate gradients do with products that the
regression needs anyway. So a person is left out in seconds, not in a training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import softmax

from classifier.analysis import analyse
from classifier.blocks import LABELS, Example
from classifier.context import Flags, Floats, Numbers
from classifier.fitting import SETTINGS, Analysed, BlockFit
from classifier.regression import Solution, balanced

DRAWS = 3  # random removals of as many decisions of others that a person is compared with
OTHERS = "others' decisions"
_STEPS = 60  # of conjugate gradients, at most
_RESIDUAL = 0.02  # of the right-hand side, at which a change is known well enough to be compared


@dataclass(frozen=True, slots=True)
class Flips:
    """What is labelled otherwise once a person is left out, on one set of labelled blocks, each judged alone."""

    name: str  # of the set
    of: int  # blocks
    worse: int  # wrong with the person's decisions, right without them
    better: int  # right with them, wrong without


@dataclass(frozen=True, slots=True)
class Influence:
    """What leaving out one person changes."""

    person: str
    change: float  # of the weights: norm of the difference over their norm
    expected: tuple[float, ...]  # the same for as many random decisions of others, each draw; none without others
    flips: tuple[Flips, ...]


def influences(
    examples: Sequence[Example],
    data: Analysed,
    measured_on: dict[str, Sequence[Example]],
    *,
    seed: int,
    progress: Callable[[str], None],
) -> list[Influence]:
    """Return what leaving each person out changes, by name.

    Args:
        examples: what is trained on; those that somebody else decided as well stay when a person is left out.
        data: the same, analysed.
        measured_on: labelled blocks by the name of their set, none of them among `examples`.
        seed: of the random draws.
        progress: told whose influence is looked at.
    """
    leaving, random = Leaving(data), np.random.default_rng(seed)
    sets = [_Measured(name, blocks, leaving) for name, blocks in measured_on.items() if blocks]
    found = []
    for person in sorted({person for example in examples for person in example.people}):
        progress(f"leaving {person} out")
        alone = np.array([example.people == (person,) for example in examples])
        others = np.flatnonzero([bool(e.people) and person not in e.people for e in examples])
        draws = _draws(int(alone.sum()), others, len(examples), random)
        without, *random_ones = leaving.without([alone, *draws])
        decided = [examples[row] for row in others.tolist()]
        flips = [one.flips(without) for one in [*sets, *([_Measured(OTHERS, decided, leaving)] if decided else [])]]
        expected = tuple(map(leaving.change, random_ones))
        found.append(Influence(person, leaving.change(without), expected, tuple(flips)))
    return found


class Leaving:
    """Leaves examples out of a fitted regression."""

    def __init__(self, data: Analysed) -> None:
        self.fit = BlockFit(data)
        self.solution = self.fit.solution(data.weights)
        weights = balanced(data.labels, data.weights)
        self._share, self._penalty = weights[:, None] / weights.sum(), 1.0 / (SETTINGS["C"] * weights.sum())
        self._chances = softmax(self.solution.log_odds(self.fit.matrix), axis=1)
        self._errors = (self._chances - np.eye(len(LABELS))[data.labels]) * self._share

    def without(self, left_out: Sequence[Flags]) -> list[Solution]:
        """Return the regression without the examples of each of `left_out`, all at once: products cost less so."""
        gone = np.stack(left_out)[:, :, None]
        return [replace(self.solution, table=self.solution.table + change) for change in self._solved(gone)]

    def change(self, solution: Solution) -> float:
        """Return by how much the coefficients of `solution` differ: norm of the difference over norm."""
        ours = self.solution.table[:-1]
        return float(np.linalg.norm(solution.table[:-1] - ours) / np.linalg.norm(ours))

    def _solved(self, gone: Flags) -> Floats:
        """Return the change of coefficients and intercept without what is `gone`: textbook conjugate gradients.

        Args:
            gone: shape (n_left_out, n_examples, 1).
        """
        rest = np.stack([self._back(self._errors * one) for one in gone])
        found, way, size = np.zeros_like(rest), rest.copy(), _squares(rest)
        enough = _RESIDUAL**2 * size
        for _ in range(_STEPS):
            if (size <= enough).all():
                break
            bent = np.stack([self._curvature(*pair) for pair in zip(way, ~gone, strict=True)])
            step = _over(size, np.einsum("ijk,ijk->i", way, bent))
            found += step * way
            rest -= step * bent
            before, size = size, _squares(rest)
            way = rest + _over(size, before) * way
        return found

    def _curvature(self, way: Floats, stays: Flags) -> Floats:
        """Return the second derivative of the loss of what `stays` times `way`."""
        along = self.fit.matrix.times(way[:-1]) + way[-1]
        along = self._chances * (along - (self._chances * along).sum(axis=1, keepdims=True)) * self._share * stays
        bent = self._back(along)
        bent[:-1] += self._penalty * way[:-1]
        return bent

    def _back(self, rows: Floats) -> Floats:
        return np.concatenate([self.fit.matrix.transposed_times(rows), rows.sum(axis=0, keepdims=True)])


class _Measured:
    """One set of labelled blocks, and how the regression with everybody judges it."""

    def __init__(self, name: str, examples: Sequence[Example], leaving: Leaving) -> None:
        self._name, self._leaving = name, leaving
        self._found = analyse([example.text for example in examples])
        self._labels = np.array([LABELS.index(example.label) for example in examples])
        self._right = self._judged(leaving.solution)

    def flips(self, without: Solution) -> Flips:
        """Return what is right or wrong otherwise by the regression `without` somebody."""
        right = self._judged(without)
        worse, better = int((right & ~self._right).sum()), int((self._right & ~right).sum())
        return Flips(self._name, len(right), worse, better)

    def _judged(self, solution: Solution) -> Flags:
        right: Flags = self._leaving.fit.log_odds(solution, self._found).argmax(axis=1) == self._labels
        return right


def _draws(count: int, others: Numbers, of: int, random: np.random.Generator) -> list[Flags]:
    """Return random choices of `count` of the rows `others`, or of all of them where they are fewer."""
    found = []
    for _ in range(DRAWS if len(others) else 0):
        rows = np.zeros(of, dtype=np.bool_)
        rows[random.choice(others, min(count, len(others)), replace=False)] = True
        found.append(rows)
    return found


def _squares(values: Floats) -> Floats:
    squares: Floats = np.einsum("ijk,ijk->i", values, values)
    return squares


def _over(values: Floats, others: Floats) -> Floats:
    """Return quotients that scale arrays of shape (n, features, labels); 0 where there is nothing left to divide."""
    quotients: Floats = np.divide(values, others, out=np.zeros_like(values), where=others > 0)
    return quotients[:, None, None]
