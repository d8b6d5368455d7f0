"""`make bench`: speed as ratios of two things measured in turn in one run; medians and ranges, never a pass or a fail.

The second of each pair is the textbook way: a scikit-learn pipeline with word and character TF-IDF, and plain Python.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.registry import Registry
from classifier.training import train

ROUNDS = 7


def in_turn(ours: Callable[[], object], other: Callable[[], object]) -> dict[str, list[float]]:
    """Return the seconds of both and their ratio (other over ours: above 1, ours is faster), round by round."""
    rounds = [(seconds(ours), seconds(other)) for _ in range(ROUNDS)]
    return {
        "ours": [a for a, _ in rounds],
        "other": [b for _, b in rounds],
        "ratio": [b / a for a, b in rounds],
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


def main() -> None:
    examples = read_examples([shipped_data()], notify=print)
    fresh = [e.text for e in read_examples([shipped_data() / "holdout"], notify=print)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        registry = Registry(home / "models")
        now = datetime.now(UTC)
        trained = train(examples, decided=0, created_at=now, seed=0, progress=lambda *_: None)
        saved = registry.save(trained.pipeline, trained.weights, trained.card)
        registry.promote(saved, by="bench", at=now)
        (home / "page.txt").write_text("\n".join(fresh[:30]), encoding="utf-8")
        reference = textbook([e.text for e in examples], [e.label for e in examples])
        figures = {
            f"score {len(fresh)} blocks never seen, memory empty, against the textbook pipeline": in_turn(
                lambda: Model(trained.weights, trained.card).log_odds(fresh), lambda: reference.decision_function(fresh)
            ),
            "the same, memory warm": warm(Model(trained.weights, trained.card), reference, fresh),
            "newsieve classify page.txt, whole process, against `python -c pass`": in_turn(
                lambda: newsieve(home), lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)
            ),
        }
    for name, times in figures.items():
        print(f"{name}\n" + "".join(f"  {key:<6}{spread(values)}\n" for key, values in times.items()))
    print(json.dumps(figures))


def warm(model: Model, reference: Pipeline, texts: list[str]) -> dict[str, list[float]]:
    model.log_odds(texts)
    return in_turn(lambda: model.log_odds(texts), lambda: reference.decision_function(texts))


def newsieve(home: Path) -> None:
    command = [Path(sys.executable).with_name("newsieve"), "--home", home, "classify", home / "page.txt"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def spread(values: list[float]) -> str:
    return f"median {statistics.median(values):8.3f}   range {min(values):.3f} to {max(values):.3f}"


if __name__ == "__main__":
    main()
