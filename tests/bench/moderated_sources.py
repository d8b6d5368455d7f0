"""Sources that nobody moderated yet, each with a model that was never trained on it."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from random import Random

from classifier.blocks import Example
from classifier.cross_fitting import Fold, cross_fit, cross_fitted_page_stage, pages_of, splits_by_voice
from classifier.cross_validation import judged_in_place
from classifier.fitting import block_weights, fit_block_stage
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.scorer import Scorer
from classifier.thresholds import choose_thresholds
from classifier.training import PAGE_WORDS
from classifier.weights import PageWeights
from tests.bench.learnt import Learnt

_PROMISE = Fraction(1, 200)
_WIDEST = 40  # pages that the widest run of a source stands on in the made crawl
_PAGES = 20  # of a source, at most
_FEWEST = 30  # news and filler blocks of a source: with fewer the rest soon says nothing


@dataclass(frozen=True, slots=True)
class Source:
    """The pages of one source; a block is known by its row, from 0, page by page in reading order."""

    name: str
    pages: tuple[tuple[Example, ...], ...]
    stands_on: tuple[int, ...]  # pages of the made crawl that each block's run stands on, itself counted

    @property
    def blocks(self) -> list[Example]:
        """The blocks of all pages."""
        return [block for page in self.pages for block in page]


@dataclass(frozen=True, slots=True)
class Base:
    """A model that has not seen some sources, ready to learn on."""

    learnt: Learnt  # the block stage
    page: PageWeights  # the page stage, which stays as it is
    scorer: Scorer
    threshold: float  # from which a verdict says filler, in place


def bases(*, voices: int, files: Sequence[Path]) -> Iterator[tuple[Base, list[Source]]]:
    """Yield models with sources that they were never trained on.

    First the holdout's voices and the sources of the filler on the labelled pages of `files`; then every n-th voice of
    the shipped pages, by models that were fitted without it; none for 0.
    """
    fitted = read_examples([shipped_data()], notify=print)
    folds = cross_fit(fitted, 0)
    held_out = read_examples(held_out_data()[:1], notify=print)
    yield _base(fitted, folds), sources([*held_out, *(example for file in files for example in by_filler(file))])
    for (rows, others), fold in zip(splits_by_voice(fitted, 0) if voices else [], folds, strict=False):
        unseen = sources([fitted[row] for row in others])[::voices]
        yield _base([fitted[row] for row in rows], [other for other in folds if other is not fold]), unseen


def sources(examples: Sequence[Example]) -> list[Source]:
    """Return the sources of pages, by voice, in order; those with too little news or filler are left out."""
    by_voice: dict[str, list[tuple[Example, ...]]] = defaultdict(list)
    for page in pages_of(examples):
        by_voice[page[0].hand].append(tuple(page))
    cut = [(name, pages[:_PAGES]) for name, pages in sorted(by_voice.items())]
    return [Source(name, tuple(pages), _spread(name, pages)) for name, pages in cut if _tells(pages)]


def _tells(pages: Sequence[Sequence[Example]]) -> bool:
    labels = [block.label for page in pages for block in page]
    return min(labels.count("news"), labels.count("filler")) >= _FEWEST


def _spread(name: str, pages: Sequence[Sequence[Example]]) -> tuple[int, ...]:
    """Return on how many pages each block stands when the source's runs of filler are injected as campaigns are.

    The n-th widest run stands on 1/n of the pages that the widest one stands on (as in :mod:`tests.bench.made_crawl`);
    which run is how wide is thrown. News and furniture stand once.
    """
    runs = [
        (label == "filler", len(list(run))) for page in pages for label, run in groupby(page, lambda block: block.label)
    ]
    ranks = list(range(1, 1 + sum(filler for filler, _ in runs)))
    Random(name).shuffle(ranks)
    wide = iter(max(1, _WIDEST // rank) for rank in ranks)
    return tuple(number for filler, size in runs for number in [next(wide) if filler else 1] * size)


def _base(examples: Sequence[Example], folds: Sequence[Fold]) -> Base:
    pipeline = fit_block_stage(examples)
    return Base(
        learnt=Learnt(pipeline, [example.text for example in examples], [example.label for example in examples]),
        page=cross_fitted_page_stage(folds),
        scorer=Scorer(block_weights(pipeline)),
        threshold=choose_thresholds(judged_in_place(folds), _PROMISE, words=PAGE_WORDS).filler,
    )


def by_filler(file: Path) -> list[Example]:
    """Read labelled pages that name their ``filler_source``, which stands for the voice; others are left out."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Example(block["text"], block["label"], row["page"], row["page"], voice=f"real {name}", position=position)
        for row in rows
        if (name := row.get("filler_source"))
        for position, block in enumerate(row["blocks"])
        if any(character.isalpha() for character in block["text"])
    ]
