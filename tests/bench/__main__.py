"""`make bench`: speed as ratios of two things measured in turn in one run; medians and ranges, never a pass or a fail.

The second of each pair is the textbook way: a scikit-learn pipeline with word and character TF-IDF, and plain Python.
`python -m tests.bench 200000` fits to so many blocks (20,000 if not told).
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from classifier.blocks import Example
from classifier.fitting import fit_block_stage
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.registry import Registry
from classifier.training import Trained, train
from tests.bench.crawl import crawl_figures
from tests.bench.made_blocks import made_blocks, made_decisions

ROUNDS = 7


def in_turn(ours: Callable[[], object], other: Callable[[], object], *, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return the seconds of both and their ratio (other over ours: above 1, ours is faster), round by round."""
    measured = [(seconds(ours), seconds(other)) for _ in range(rounds)]
    return {
        "ours": [a for a, _ in measured],
        "other": [b for _, b in measured],
        "ratio": [b / a for a, b in measured],
    }


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def textbook(texts: list[str], labels: list[str]) -> Pipeline:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    features = FeatureUnion([("words", words), ("characters", characters)])
    regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
    return Pipeline([("features", features), ("regression", regression)]).fit(texts, labels)


def trained_on(examples: list[Example]) -> Trained:
    return train(examples, created_at=datetime.now(UTC), seed=0, promise=Fraction(1, 200), progress=lambda *_: None)


def fitting(examples: list[Example], count: int) -> dict[str, list[float]]:
    """Return the figures of fitting to `count` made blocks, once: the textbook way takes its time."""
    made = made_blocks(examples, count)
    texts, labels = [e.text for e in made], [e.label for e in made]
    return in_turn(lambda: fit_block_stage(made), lambda: textbook(texts, labels), rounds=1)


def main(fitted: str = "20000") -> None:
    examples = read_examples([shipped_data()], notify=print)
    fresh = [e.text for e in read_examples([shipped_data() / "holdout"], notify=print)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        registry = Registry(home / "models")
        trained = trained_on(examples)
        saved = registry.save(trained.pipeline, trained.weights, trained.card)
        registry.promote(saved, by="bench", at=datetime.now(UTC))
        (home / "page.txt").write_text("\n".join(fresh[:30]), encoding="utf-8")
        reference = textbook([e.text for e in examples], [e.label for e in examples])
        figures = {
            f"fit {int(fitted):,} made blocks, against the textbook pipeline": fitting(examples, int(fitted)),
            "train on the shipped pages and 20,000 made decisions, against the shipped pages alone": in_turn(
                lambda: trained_on([*examples, *made_decisions(examples, 20_000)]),
                lambda: trained_on(examples),
                rounds=1,
            ),
            f"score {len(fresh)} blocks never seen, memory empty, against the textbook pipeline": in_turn(
                lambda: Model(trained.weights, trained.card).log_odds(fresh), lambda: reference.decision_function(fresh)
            ),
            "the same, the memory knowing what it was trained on": knowing(
                trained, [e.text for e in examples], fresh, reference
            ),
            "the same, memory warm": warm(Model(trained.weights, trained.card), reference, fresh),
            **crawl_figures(registry),
            "newsieve classify page.txt, whole process, against `python -c pass`": in_turn(
                lambda: newsieve(home), lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)
            ),
        }
    for name, times in figures.items():
        print(f"{name}\n" + "".join(f"  {key:<6}{spread(values)}\n" for key, values in times.items()))
    print(json.dumps(figures))


def knowing(trained: Trained, known: list[str], texts: list[str], reference: Pipeline) -> dict[str, list[float]]:
    models = []
    for _ in range(ROUNDS):
        models.append(Model(trained.weights, trained.card))
        models[-1].log_odds(known)
    return in_turn(lambda: models.pop().log_odds(texts), lambda: reference.decision_function(texts))


def warm(model: Model, reference: Pipeline, texts: list[str]) -> dict[str, list[float]]:
    model.log_odds(texts)
    return in_turn(lambda: model.log_odds(texts), lambda: reference.decision_function(texts))


def newsieve(home: Path) -> None:
    command = [Path(sys.executable).with_name("newsieve"), "--home", home, "classify", home / "page.txt"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def spread(values: list[float]) -> str:
    return f"median {statistics.median(values):8.3f}   range {min(values):.3f} to {max(values):.3f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
