"""`python -m tests.bench.streaming FILE...`: a stream of a million blocks through the block stage, one thread.

The texts of the files (pages or labelled blocks, such as the measuring set's) come again and again, every tenth word
another each time, so that no block comes twice. In turn with it, on some of the same blocks: the textbook pipeline, and
fastText with equal n-grams where it is installed (the extra `compare-models`). Both are trained on the shipped pages.
"""

import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.training import train
from tests.bench.in_turn import seconds
from tests.bench.textbook import textbook

_BLOCKS = 1_000_000
_PIECE = 50_000  # blocks of the stream between two looks at the others
_SOME = 2_000  # blocks of a piece that the others judge
_CHANGED = 0.1  # share of words
_SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "cha", "der", "gan", "lin", "mor"]

Judge = Callable[[Sequence[str]], object]


def main(files: Sequence[str]) -> None:
    examples = read_examples([shipped_data()], notify=print)
    texts, labels = [e.text for e in examples], [e.label for e in examples]
    trained = train(examples, created_at=datetime.now(UTC), seed=0, promise=Fraction(1, 200), progress=lambda *_: None)
    model = Model(trained.weights, trained.card)
    model.log_odds(texts)  # the memory knows what was trained on, no more
    others: dict[str, Judge] = {"textbook": textbook(texts, labels).decision_function}
    if find_spec("fasttext"):
        others["fastText"] = _fasttext(texts, labels)
    print_rows(
        list(
            _rows(
                model.log_odds, others, _streamed([e.text for e in read_examples(list(map(Path, files)), notify=print)])
            )
        )
    )


def _rows(ours: Judge, others: dict[str, Judge], pieces: Iterator[list[str]]) -> Iterator[dict[str, float]]:
    for number, piece in enumerate(pieces, 1):
        rate = len(piece) / seconds(lambda piece=piece: ours(piece), time.process_time)
        row = {"blocks": number * _PIECE, "blocks a second": rate}
        for name, judge in others.items():
            some = piece[:_SOME]
            row[f"times {name}"] = (
                rate * seconds(lambda judge=judge, some=some: judge(some), time.process_time) / len(some)
            )
        row["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print("  ".join(f"{name}: {value:,.1f}" for name, value in row.items()), flush=True)
        yield row


def _streamed(texts: Sequence[str]) -> Iterator[list[str]]:
    chance = random.Random(0)
    words = [text.split() for text in texts]
    at = 0
    for _ in range(_BLOCKS // _PIECE):
        piece = [words[(at + n) % len(words)] for n in range(_PIECE)]
        at += _PIECE
        yield [" ".join(_made_word(chance) if chance.random() < _CHANGED else word for word in text) for text in piece]


def _made_word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))


def _fasttext(texts: Sequence[str], labels: Sequence[str]) -> Judge:
    fasttext = import_module("fasttext")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        rows = (f"__label__{label} {text}\n" for text, label in zip(texts, labels, strict=True))
        file.write_text("".join(rows), encoding="utf-8")
        options = {"wordNgrams": 2, "minn": 2, "maxn": 5, "dim": 16, "epoch": 5, "thread": 1, "verbose": 0}
        model = fasttext.train_supervised(str(file), **options)
    return lambda some: [model.f.predict(text + "\n", 3, 0.0, "strict") for text in some]


def print_rows(rows: Sequence[dict[str, float]]) -> None:
    for name in [name for name in rows[0] if name.startswith("times")]:
        values = [row[name] for row in rows]
        print(f"{name}: median {statistics.median(values):.1f}, range {min(values):.1f} to {max(values):.1f}")
    print(json.dumps(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
