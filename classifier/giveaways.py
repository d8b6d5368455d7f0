"""What must not tell filler from news: dates, list markers, typos, case and length, which spammers change at will."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifier.blocks import Example
from classifier.text import DATE, Token, tokens, words

MOST_GIVEN_AWAY = 0.65  # area under the ROC curve
_MARKERS = ("-", "*", "•", "–", "·")
_FOLDS = 5


def given_away(examples: Sequence[Example]) -> float | None:
    """Return how well superficial facts alone tell filler from news: AUC, cross-validated by voice.

    None unless each of the two labels stands with 5 voices (or on 5 sites, where voices are unknown).
    """
    ranked = [example for example in examples if example.label != "boilerplate"]
    voices = [example.hand for example in ranked]
    filler = np.array([example.label == "filler" for example in ranked])
    if min(len({v for v, f in zip(voices, filler, strict=True) if f == label}) for label in (True, False)) < _FOLDS:
        return None
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    scores = cross_val_predict(
        model, _facts(ranked), filler, groups=voices, cv=StratifiedGroupKFold(_FOLDS), method="decision_function"
    )
    return float(roc_auc_score(filler, scores))


def _facts(examples: Sequence[Example]) -> np.ndarray:
    found = [tokens(example.text) for example in examples]
    pages: dict[str, set[str]] = defaultdict(set)
    for example, block in zip(examples, found, strict=True):
        for word in _words(block):
            pages[word].add(example.page)
    unique = {word for word, standing in pages.items() if len(standing) == 1}
    return np.array([_fact(example.text, block, unique) for example, block in zip(examples, found, strict=True)])


def _fact(text: str, block: list[Token], unique: set[str]) -> list[float]:
    written = [text[token.start : token.end] for token in block]
    long_words = [word for word in written if len(word) > 3 and word[0].isalpha()]
    letters = [letter for letter in text if letter.isalpha()]
    dates = list(DATE.finditer(text))
    small = [word for token in block if text[token.start].islower() for word in words(token.text)]
    return [
        any(date.end() >= len(text.rstrip(" .)")) - 1 for date in dates),
        any(date.start() < 3 for date in dates),
        bool(written) and (written[0] in _MARKERS or written[0].rstrip(".)").isdigit()),
        np.log1p(len(text)),
        _share([letter.isupper() for letter in letters]),
        _share([word[0].isupper() for word in long_words]),
        text[:1].islower(),
        _share([word in unique for word in small]),  # a word on one page only and no name: most typos are such
    ]


def _words(block: list[Token]) -> list[str]:
    return [word for token in block for word in words(token.text)]


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
