"""Prints how well filler that was written to get past the model is found: the table of classifier/README.md.

    python -m tests.bench.evasion [--home HOME] [LABELLED_FILE]...

Every attack is made on all filler blocks of the shipped holdout, or of the files named, in place on their pages and
alone, and judged by the current version of HOME, or else by a model trained for it from the shipped pages. "Found" is
the share labelled filler; the drop is of what is labelled filler or marked for review, against the same blocks as they
were, with Newcombe's interval for paired shares. News is then written the same way, and counted where it is labelled
filler. A block that was cut counts as most of its pieces do; news that was cut as its worst piece.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np

from classifier.blocks import Block, Example, Label, Verdict
from classifier.context import Flags
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.model import Model
from classifier.paired import share_interval
from classifier.proportion import Proportion
from classifier.registry import Registry
from classifier.training import train
from tests.bench.attacks import ATTACKS, Attack, Change

_PAGES, _ALONE = "in place", "alone"


@dataclass(frozen=True, slots=True)
class Caught:
    """What became of the blocks of one label, one flag a block."""

    found: Flags  # labelled filler
    caught: Flags  # labelled filler, or marked for review


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attack does to the blocks of a set."""

    attack: str
    place: str  # judged in place or alone
    before: Caught  # filler as it was
    after: Caught  # filler after the attack
    news: Caught  # news after the attack
    plain_news: Caught  # news as it was

    @property
    def drop(self) -> float:
        """How much less filler is caught after the attack, -1..1."""
        return float(self.before.caught.mean() - self.after.caught.mean())


def outcomes(model: Model, examples: Sequence[Example], attacks: Sequence[Attack] = ATTACKS) -> Iterator[Outcome]:
    """Yield what each attack does, in place and alone."""
    for place in (_PAGES, _ALONE):
        pages = _pages(examples, alone=place == _ALONE)
        before, plain = (_judged(model, pages, label, _unchanged) for label in ("filler", "news"))
        for attack in attacks:
            after, news = (_judged(model, pages, label, attack.change) for label in ("filler", "news"))
            yield Outcome(attack.name, place, before, after, news, plain)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.evasion")
    parser.add_argument("--home", type=Path, default=None, help="whose current version judges")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args(arguments)
    examples = read_examples(asked.files or held_out_data()[:1], notify=print)
    model = Registry(asked.home / "models").current() if asked.home else fitted()
    print("| attack | judged | filler found | found or marked | drop in points | news flagged | news marked |")
    print("|---|---|---|---|---|---|---|")
    told: set[str] = set()
    for outcome in outcomes(model, examples):
        if outcome.place not in told:
            told.add(outcome.place)
            _row("none", outcome.place, outcome.before, outcome.before, outcome.plain_news)
        _row(outcome.attack, outcome.place, outcome.before, outcome.after, outcome.news)


def fitted() -> Model:
    """Return a model trained from the shipped pages."""
    made = datetime(2026, 1, 1, tzinfo=UTC)
    examples = read_examples([shipped_data()], notify=print)
    trained = train(examples, created_at=made, seed=0, promise=Fraction(1, 200), progress=lambda *_: None)
    return Model(trained.weights, trained.card)


def _row(name: str, place: str, before: Caught, after: Caught, news: Caught) -> None:
    low, high = share_interval(before.caught, after.caught)
    drop = before.caught.mean() - after.caught.mean()
    shares = (after.found, after.caught, news.found, news.caught & ~news.found)
    found, caught, flagged, marked = (f"{Proportion(int(s.sum()), len(s)).value:.1%}" for s in shares)
    print(
        f"| {name} | {place} | {found} | {caught} | {100 * drop:+.1f} [{-100 * high:.1f}, {-100 * low:.1f}] "
        f"| {flagged} ({int(news.found.sum())}) | {marked} |",
        flush=True,
    )


def _unchanged(text: str, _dice: Random) -> Sequence[str]:
    return [text]


def _pages(examples: Sequence[Example], *, alone: bool) -> list[list[Example]]:
    pages: dict[object, list[Example]] = {}
    for number, example in enumerate(examples):
        pages.setdefault(number if alone or example.position is None else example.page, []).append(example)
    return [sorted(page, key=lambda example: example.position or 0) for page in pages.values()]


def _judged(model: Model, pages: Sequence[Sequence[Example]], label: Label, change: Change) -> Caught:
    rows = [row for page in pages for row in _of_page(model, page, label, change)]
    found, caught = (np.array(column, dtype=np.bool_) for column in zip(*rows, strict=True))
    return Caught(found, caught)


def _of_page(model: Model, page: Sequence[Example], label: Label, change: Change) -> Iterator[tuple[bool, bool]]:
    """Yield whether each block of `label` is found and caught on its page, all of that label being changed."""
    if all(example.label != label for example in page):
        return
    written = [change(e.text, Random(crc32(e.text.encode()))) if e.label == label else [e.text] for e in page]
    texts = [text for texts in written for text in texts]
    verdicts = iter(model.classify([Block(text, n) for n, text in enumerate(texts)], explain=False))
    enough = 0.5 if label == "filler" else 0.0
    for example, pieces in zip(page, written, strict=True):
        told = [next(verdicts) for _ in pieces]
        if example.label == label:
            yield _share(v.label == "filler" for v in told) > enough, _share(map(_is_caught, told)) > enough


def _is_caught(verdict: Verdict) -> bool:
    return verdict.label == "filler" or verdict.needs_review


def _share(flags: Iterator[bool]) -> float:
    return float(np.mean(list(flags)))


if __name__ == "__main__":
    main()
