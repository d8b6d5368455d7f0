"""`python -m tests.bench.growth --home HOME [--svg FILE]`: what one takes as blocks, pages and the vocabulary grow.

Microseconds of processor time on one thread, the sizes in turn, each ten times the one before. A line that stays level
says that the whole grows as fast as the work and no faster. With `--svg` the lines are drawn.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from classifier.blocks import Example
from classifier.fitting import block_weights, fit_block_stage
from classifier.labelled import read_examples, shipped_data
from classifier.model import ModelFiles
from classifier.plot_style import Colours, render
from classifier.registry import Registry
from classifier.scorer import Scorer
from tests.bench.crawl import label, write_crawl
from tests.bench.in_turn import Times, print_figures, seconds
from tests.bench.made_blocks import made_blocks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLOCKS, PAGES = (2_000, 20_000, 200_000), (100, 1_000, 10_000)
ROUNDS = 3
_TOLD = 20_000  # blocks that are scored with each vocabulary


def growth(examples: list[Example], files: ModelFiles) -> dict[str, Times]:
    """Return the microseconds that one takes, by how many there are."""
    made = {count: made_blocks(examples, count) for count in BLOCKS}
    texts = {count: [e.text for e in blocks] for count, blocks in made.items()}
    with threadpool_limits(1), tempfile.TemporaryDirectory() as folder:
        crawls = {count: Path(folder) / f"{count}.warc.gz" for count in PAGES}
        for count, crawl in crawls.items():
            write_crawl(crawl, count)
        weights = [block_weights(fit_block_stage(made[count])) for count in BLOCKS]
        vocabularies = {len(one.words.grams) + len(one.characters.grams): one for one in weights}
        return {
            "a block to be fitted, by blocks": _each({n: lambda n=n: fit_block_stage(made[n]) for n in BLOCKS}),
            "a block to be scored, by blocks": _each({n: lambda n=n: files.load().log_odds(texts[n]) for n in BLOCKS}),
            "a block to be scored, by n-grams of the vocabulary": _each(
                {n: lambda one=one: Scorer(one).score(texts[_TOLD]) for n, one in vocabularies.items()}, of=_TOLD
            ),
            "a page to be labelled, by pages": _each(
                {n: lambda n=n: label(crawls[n], files, workers=1) for n in PAGES}
            ),
        }


def _each(works: Mapping[int, Callable[[], object]], *, of: int = 0) -> Times:
    """Return the microseconds of one of as many as the number of each work, or as `of`."""
    times: Times = {f"{number:,} ": [] for number in works}
    for _ in range(ROUNDS):
        for number, work in works.items():
            times[f"{number:,} "].append(1e6 * seconds(work, time.process_time) / (of or number))
    return times


def drawn(figures: Mapping[str, Times]) -> bytes:
    """Return the lines of the medians as SVG, both axes in powers of ten."""
    return render(lambda figure, colours: _draw(figure, figures, colours), scheme="light")


def _draw(figure: "Figure", figures: Mapping[str, Times], colours: Colours) -> None:
    axes = figure.subplots()
    for (name, times), dash in zip(figures.items(), ("-", "--", ":", "-."), strict=True):
        sizes = [int(size.replace(",", "")) for size in times]
        axes.loglog(sizes, [statistics.median(each) for each in times.values()], dash, color=colours.curve, label=name)
    axes.set(xlabel="how many there are", ylabel="microseconds each", ylim=(1, 100_000))
    axes.legend(fontsize=8, frameon=False, loc="upper right")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder with a trained model")
    parser.add_argument("--svg", type=Path, help="file to draw the lines in")
    asked = parser.parse_args()
    registry = Registry(asked.home / "models")
    files = registry.files(registry.current().card.version)
    figures = growth(read_examples([shipped_data()], notify=print), files)
    print_figures(figures)
    print(json.dumps(figures))
    if asked.svg:
        asked.svg.write_bytes(drawn(figures))


if __name__ == "__main__":
    main()
