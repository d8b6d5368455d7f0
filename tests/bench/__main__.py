"""`make bench`: speed as ratios of two things measured in turn in one run; medians and ranges, never a pass or a fail.

The second of each pair is the textbook way: a scikit-learn pipeline with word and character TF-IDF, and plain Python.
A quarter of an hour, most of it the textbook pipeline's fit to 200,000 blocks; `python -m tests.bench.fitting` measures
fitting alone.
"""

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from sklearn.pipeline import Pipeline

from classifier.blocks import Example
from classifier.labelled import read_examples, shipped_data
from classifier.model import Model
from classifier.registry import Registry
from classifier.training import Trained, train
from tests.bench.crawl import crawl_figures
from tests.bench.fitting import fitting
from tests.bench.growth import growth
from tests.bench.in_turn import ROUNDS, in_turn, print_figures
from tests.bench.made_blocks import made_decisions
from tests.bench.textbook import textbook


def trained_on(examples: list[Example]) -> Trained:
    return train(examples, created_at=datetime.now(UTC), seed=0, promise=Fraction(1, 200), progress=lambda *_: None)


def main() -> None:
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
            **fitting(examples),
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
            **growth(examples, registry.files(saved)),
            "newsieve classify page.txt, whole process, against `python -c pass`": in_turn(
                lambda: newsieve(home), lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)
            ),
        }
    print_figures(figures)
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


if __name__ == "__main__":
    main()
