"""Prints the figures of training_data/README.md: voices, coverage, and how far the voices read alike.

    python -m tests.bench.datasheet

Word 4-grams shared between voices and distinct openings say whether batches copy each other, the type-token ratio
(Johnson 1944; of 5,000 running words, so that sizes do not matter) whether they repeat themselves, and how well a model
tells the voices of one label apart whether they read as several hands.
"""

from collections import Counter, defaultdict

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from classifier.blocks import LABELS
from classifier.giveaways import given_away
from classifier.labelled import read_examples, shipped_data
from classifier.rows import read_rows
from classifier.text import words_of

Rows = list[dict]
_RUNNING_WORDS = 5_000


def main() -> None:
    folder = shipped_data()
    pages, holdout = (_pages(folder / name) for name in ("pages", "holdout"))
    print(f"{_counts(pages)} to train on; holdout: {_counts(holdout)}\n")
    _alike(pages)
    print()
    _coverage(pages)


def _pages(folder) -> Rows:
    return [row for file in sorted(folder.glob("*.jsonl")) for row in _rows(file)]


def _rows(file) -> Rows:
    with file.open("rb") as stream:
        return [row for _, row in read_rows(stream, name=str(file), row_format="jsonl", notify=print)]


def _blocks(pages: Rows) -> list[dict]:
    return [{**block, "voice": page["voice"], "beat": page["beat"]} for page in pages for block in page["blocks"]]


def _counts(pages: Rows) -> str:
    labels = Counter(block["label"] for block in _blocks(pages))
    total = labels.total()
    shares = ", ".join(f"{labels[label]:,} {label} ({labels[label] / total:.0%})" for label in reversed(LABELS))
    kinds = [{block["label"] for block in page["blocks"]} for page in pages]
    clean, only = sum("filler" not in kind for kind in kinds), sum("news" not in kind for kind in kinds)
    voices = len({page["voice"] for page in pages})
    return (
        f"{total:,} blocks on {len(pages):,} pages in {voices} voices: {shares}; {clean:,} pages clean "
        f"({clean / len(pages):.0%}), {only:,} without news ({only / len(pages):.0%})"
    )


def _alike(pages: Rows) -> None:
    texts = [(block["voice"], words_of(block["text"])) for block in _blocks(pages) if block["label"] != "boilerplate"]
    standing = defaultdict(set)
    for voice, words in texts:
        for gram in zip(words, words[1:], words[2:], words[3:], strict=False):
            standing[gram].add(voice)
    shared = sum(len(voices) > 1 for voices in standing.values())
    openings = Counter(tuple(words[:4]) for _, words in texts if len(words) >= 4)
    print(f"word 4-grams that stand in more than one voice: {shared / len(standing):.2%} of {len(standing):,}")
    print(f"distinct openings (first four words): {len(openings) / openings.total():.1%} of {openings.total():,}")
    running = defaultdict(list)
    for voice, words in texts:
        running[voice] += words[: _RUNNING_WORDS - len(running[voice])]
    ratios = [len(set(words)) / len(words) for words in running.values() if len(words) == _RUNNING_WORDS]
    print(
        f"type-token ratio of {_RUNNING_WORDS:,} running words: median {np.median(ratios):.3f}, "
        f"{min(ratios):.3f} to {max(ratios):.3f}, over {len(ratios)} voices with as many"
    )
    for label in ("news", "filler"):
        _told_apart(pages, label)
    facts = given_away(read_examples([shipped_data()], notify=print))
    print(f"dates, markers, typos, case and length alone tell filler from news: AUC {facts:.3f}")


def _told_apart(pages: Rows, label: str) -> None:
    """Print how often a model names the voice of a block whose page it has not seen."""
    found = [(b["text"], p["voice"], p["page"]) for p in pages for b in p["blocks"] if b["label"] == label]
    texts, voices, groups = zip(*found, strict=True)
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True, min_df=2), SGDClassifier(random_state=0, alpha=1e-5))
    guessed = cross_val_predict(model, texts, voices, groups=groups, cv=GroupKFold(5))
    right = np.mean(guessed == np.array(voices))
    print(
        f"voice of a {label} block named by a model: {right:.1%} of {len(texts):,}, chance {1 / len(set(voices)):.1%}"
    )


def _coverage(pages: Rows) -> None:
    blocks = _blocks(pages)
    cells = Counter((block["label"], block["kind"], block["beat"]) for block in blocks)
    beats = [beat for beat, _ in Counter(block["beat"] for block in blocks).most_common()]
    print(f"| kind | all | {' | '.join(beats)} |")
    print("|" + "---|" * (len(beats) + 2))
    for label in reversed(LABELS):
        kinds = Counter(block["kind"] for block in blocks if block["label"] == label)
        for kind, total in sorted(kinds.items()):
            row = " | ".join(str(cells[label, kind, beat]) for beat in beats)
            print(f"| {label} `{kind}` | {total} | {row} |")


if __name__ == "__main__":
    main()
