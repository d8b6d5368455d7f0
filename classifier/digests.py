"""Which labelled examples something was made from, or measured on: the SHA-256 of them."""

import hashlib
import json
from collections.abc import Iterable

from classifier.blocks import Example


def in_order(examples: Iterable[Example]) -> list[Example]:
    """Return examples in their canonical order: whatever order they come in, the same model comes out."""
    return sorted(examples, key=_place)


def data_digest(ordered: Iterable[Example]) -> str:
    """Return the SHA-256 of examples in their canonical order."""
    digest = hashlib.sha256()
    for example in ordered:
        row = [example.page, example.position, example.site, example.voice, example.label, example.text]
        digest.update(json.dumps([*row, example.weight, example.people]).encode() + b"\n")
    return digest.hexdigest()


def holdout_digest(examples: Iterable[Example]) -> str:
    """Return the SHA-256 of the examples as read: figures of equal digests can be compared."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(json.dumps([example.page, example.position, example.label, example.text]).encode() + b"\n")
    return digest.hexdigest()


def _place(example: Example) -> tuple[str, int, str, str, str, str, float, tuple[str, ...]]:
    position = -1 if example.position is None else example.position
    said = (example.text, example.label, example.site, example.voice)
    return example.page, position, *said, example.weight, example.people
