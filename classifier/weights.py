"""The numbers a model version is made of: plain arrays, written and read without pickle."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifier.blocks import LABELS
from classifier.context import CONTEXT_NAMES, Floats
from classifier.errors import damaged_model
from classifier.shape import SHAPE_NAMES


@dataclass(frozen=True, slots=True)
class PartWeights:
    """One TF-IDF part: its n-grams with their idf and their coefficients."""

    grams: tuple[str, ...]  # sorted, each once
    idf: Floats  # shape (n,)
    coefficients: Floats  # shape (n, len(LABELS))
    unknown: float  # squared mass that any other n-gram adds to the part's length


@dataclass(frozen=True, slots=True)
class BlockWeights:
    """A fitted block stage."""

    intercept: Floats  # shape (len(LABELS),)
    words: PartWeights
    characters: PartWeights
    shape: Floats  # shape (len(SHAPE_NAMES), len(LABELS)), the scale folded in


@dataclass(frozen=True, slots=True)
class PageWeights:
    """A fitted page stage: a regression of filler against news over the facts of :mod:`classifier.context`."""

    intercept: float  # natural log-odds of a block of which every fact is typical
    coefficients: Floats  # shape (len(CONTEXT_NAMES),)
    typical: Floats  # shape (len(CONTEXT_NAMES),): the mean of each fact in training; reasons count from there


@dataclass(frozen=True, slots=True)
class Weights:
    """The two stages of a model."""

    block: BlockWeights
    page: PageWeights

    def to_bytes(self) -> bytes:
        """Return the weights as an uncompressed ``.npz`` archive; equal weights give equal bytes."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {
            "labels": np.array(LABELS),
            "intercept": self.block.intercept,
            "shape_names": np.array(SHAPE_NAMES),
            "shape": self.block.shape,
            "context_names": np.array(CONTEXT_NAMES),
            "page_intercept": np.array(self.page.intercept),
            "page_coefficients": self.page.coefficients,
            "page_typical": self.page.typical,
            **_packed("words", self.block.words),
            **_packed("characters", self.block.characters),
        }
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "Weights":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                names = tuple(tuple(arrays[name]) for name in ("labels", "shape_names", "context_names"))
                if names != (LABELS, SHAPE_NAMES, CONTEXT_NAMES):
                    raise damaged_model(f"{name}: made for other labels or facts")
                parts = (_unpacked("words", arrays), _unpacked("characters", arrays))
                page = PageWeights(float(arrays["page_intercept"]), arrays["page_coefficients"], arrays["page_typical"])
                return cls(BlockWeights(arrays["intercept"], *parts, arrays["shape"]), page)
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise damaged_model(f"{name}: not readable as weights ({error})") from error


def _packed(part: str, weights: PartWeights) -> dict[str, Any]:
    grams = np.frombuffer("\n".join(weights.grams).encode(), dtype=np.uint8)
    return {
        f"{part}_grams": grams,
        f"{part}_idf": weights.idf,
        f"{part}_coefficients": weights.coefficients,
        f"{part}_unknown": np.array(weights.unknown),
    }


def _unpacked(part: str, arrays: "np.lib.npyio.NpzFile") -> PartWeights:
    grams = tuple(arrays[f"{part}_grams"].tobytes().decode().split("\n"))
    idf, coefficients, unknown = (arrays[f"{part}_{name}"] for name in ("idf", "coefficients", "unknown"))
    return PartWeights(grams, idf, coefficients, float(unknown))
