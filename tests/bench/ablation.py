"""Prints what each part of the model is worth: the table of classifier/README.md.

    python -m tests.bench.ablation [LABELLED_FILE]...

Every variant of the block stage is measured by cross-validation over voices, on the holdout and on the files named,
each block alone; every variant of the page stage by cross-validation over voices, on the labelled pages and those made
of them. Intervals of the AUC are bootstraps over pages.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np

from classifier.blocks import Example
from classifier.context import CONTEXT_NAMES, Floats
from classifier.cross_fitting import Fold, Seen, cross_fit, splits_by_voice
from classifier.cross_validation import judged_in_place
from classifier.evaluation import auc, found_at_1_percent
from classifier.fitting import SETTINGS, fit_block_stage
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.model import filler_score
from classifier.text import DATE

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
Settings = Mapping[str, float]


def main(files: Sequence[str]) -> None:
    fitted = read_examples([shipped_data()], notify=print)
    sets = {"holdout": read_examples(held_out_data()[:1], notify=print)}
    sets |= {Path(file).name: read_examples([Path(file)], notify=print) for file in files}
    _table("block stage", ["cross-validation by voice", *sets])
    for name, settings, more in _block_variants(fitted):
        pipeline = fit_block_stage([*fitted, *more], settings)
        measured = [_figures(examples, _scores(pipeline, examples)) for examples in sets.values()]
        _row(name, [_cross_validated(fitted, settings, more), *measured])
    print()
    _table("page stage", ["cross-validation by voice, pages and pages made of them"])
    folds = cross_fit(fitted, 0)
    _row("block stage alone", [_in_place(folds, ["own words"])])
    _row("as shipped", [_in_place(folds, CONTEXT_NAMES)])
    for name in CONTEXT_NAMES[1:]:
        _row(f"without {name}", [_in_place(folds, [kept for kept in CONTEXT_NAMES if kept != name])])


def _block_variants(fitted: Sequence[Example]) -> Iterator[tuple[str, Settings, list[Example]]]:
    """Yield what a variant is called, its settings, and examples to add to the fitted ones."""
    yield "as shipped", SETTINGS, []
    tried = {
        "C": (0.5, 8.0),
        "word_scale": (0.0, 1.0, 4.0),
        "shape_scale": (0.0, 0.5, 1.0),
        "min_df": (1, 4),
        "unknown_mass": (0.0, 1.0),
        "balanced": (0.0,),
    }
    for name, values in tried.items():
        for value in values:
            yield f"{name} = {value:g}", {**SETTINGS, name: value}, []
    yield "more: every sentence by itself", SETTINGS, _sentences(fitted)
    yield "more: dates and markers dropped", SETTINGS, _undated(fitted)
    yield "more: every second block cut short", SETTINGS, _cut_short(fitted)


def _sentences(fitted: Sequence[Example]) -> list[Example]:
    parts = [(e, part) for e in fitted for part in _SENTENCE_END.split(e.text) if part != e.text]
    return [replace(example, text=part) for example, part in parts if len(part.split()) > 4]


def _undated(fitted: Sequence[Example]) -> list[Example]:
    bare = [(e, DATE.sub("", e.text.lstrip("-*•–0123456789.) ")).rstrip(" -–|,()")) for e in fitted]
    return [replace(example, text=text) for example, text in bare if text and text != example.text]


def _cut_short(fitted: Sequence[Example]) -> list[Example]:
    long = [example for example in fitted if len(example.text.split()) > 12][::2]
    lengths = Random(0)
    return [replace(e, text=" ".join(e.text.split()[: lengths.randint(6, 12)])) for e in long]


def _scores(pipeline, examples: Sequence[Example]) -> Floats:
    return filler_score(pipeline.decision_function([example.text for example in examples]))


def _cross_validated(fitted: Sequence[Example], settings: Settings, more: Sequence[Example]) -> str:
    scores = np.zeros(len(fitted))
    for rows, others in splits_by_voice(fitted, 0):
        unseen = {fitted[row].voice for row in others}
        added = [example for example in more if example.voice not in unseen]
        pipeline = fit_block_stage([*(fitted[row] for row in rows), *added], settings)
        scores[others] = _scores(pipeline, [fitted[row] for row in others])
    return _figures(fitted, scores)


def _in_place(folds: Sequence[Fold], names: Sequence[str]) -> str:
    """Return the figures of a page stage that sees only the facts `names`, every other being made zero."""
    seen = np.array([name in names for name in CONTEXT_NAMES], dtype=float)

    def blinded(part: Seen) -> Seen:
        return replace(part, facts=part.facts * seen)

    blind = [replace(f, in_place=blinded(f.in_place), recomposed=blinded(f.recomposed)) for f in folds]
    both = [replace(f, in_place=Seen.joined([f.in_place, f.recomposed])) for f in blind]
    found = judged_in_place(both)
    ranked = [
        (Example("", label, str(n), ""), float(score))
        for n, (label, score) in enumerate(zip(found.labels, found.scores, strict=True))
    ]
    return _told(ranked)


def _figures(examples: Sequence[Example], scores: Floats) -> str:
    return _told([(example, float(score)) for example, score in zip(examples, scores, strict=True)])


def _told(ranked: Sequence[tuple[Example, float]]) -> str:
    content = [(example, score) for example, score in ranked if example.label != "boilerplate"]
    area = auc(content, seed=0)
    low, high = area.interval
    return f"{area.value:.4f} [{low:.3f}, {high:.3f}] | {found_at_1_percent(content).value:.1%}"


def _table(name: str, columns: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(f'{column}: AUC | found at 1 %' for column in columns)} |")
    print("|---|" + "---|" * (2 * len(columns)))


def _row(name: str, cells: Sequence[str]) -> None:
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
