"""`python -m tests.bench.repeats`: what one verdict for a text on several sites is worth.

Every run of filler of the shipped holdout is put into five pages of its news, and every article into five pages with
other runs of filler, each page a site of its own. A made crawl: real repeats are not among the labelled data.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby

import numpy as np

from classifier.blocks import Example
from classifier.bulk.repeats import quarter
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.pages import split_blocks
from classifier.proportion import Proportion
from classifier.training import train

_PLACES = 5  # pages that each run and each article stands on

Run = tuple[Example, ...]


def main() -> None:
    examples = read_examples([shipped_data()], notify=print)
    trained = train(examples, created_at=datetime.now(UTC), seed=0, promise=Fraction(1, 200), progress=lambda *_: None)
    model, found = Model(trained.weights, trained.card), defaultdict[tuple[str, str], list[float]](list)
    for page in _made_pages(random.Random(0)):
        blocks = split_blocks([example.text for example in page], address="").blocks
        for example, verdict in zip(page, model.classify(blocks, explain=False), strict=True):
            if verdict.label != "boilerplate":
                found[example.text, example.label].append(verdict.score)
    threshold = model.card.page_thresholds.filler
    for label, name in (("filler", "filler found"), ("news", "news flagged")):
        texts = [scores for (_text, said), scores in found.items() if said == label and len(scores) > 1]
        places = sum(map(len, texts))
        alone = Proportion(sum(score >= threshold for scores in texts for score in scores), places)
        once = Proportion(sum(len(scores) for scores in texts if _said(scores) >= threshold), places)
        print(f"{name}: page by page {_told(alone)}, one verdict a text {_told(once)}")


def _said(scores: list[float]) -> float:
    return sorted(scores, reverse=True)[int(quarter(np.array(len(scores)))) - 1]


def _told(share: Proportion) -> str:
    low, high = share.interval
    return f"{100 * share.value:.1f} % [{100 * low:.1f}, {100 * high:.1f}] of {share.of:,} places"


def _made_pages(chance: random.Random) -> Iterator[list[Example]]:
    holdout = read_examples([shipped_data() / "holdout"], notify=print)
    pages = [list(page) for _, page in groupby(holdout, lambda example: example.page)]
    articles = [tuple(e for e in page if e.label == "news") for page in pages]
    articles = [article for article in articles if len(article) > 2]
    runs = [tuple(run) for page in pages for label, run in groupby(page, lambda e: e.label) if label == "filler"]
    for run in runs:
        yield from (_page(article, run, chance) for article in chance.sample(articles, _PLACES))
    for article in articles:
        yield from (_page(article, run, chance) for run in chance.sample(runs, _PLACES))


def _page(article: Run, run: Run, chance: random.Random) -> list[Example]:
    at = chance.randint(0, len(article))
    return [*article[:at], *run, *article[at:]]


if __name__ == "__main__":
    main()
