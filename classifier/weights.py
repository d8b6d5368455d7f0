"""The numbers a model version is made of: plain arrays, written and read without pickle."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.blocks import LABELS
from classifier.errors import damaged_model
from classifier.shape import SHAPE_NAMES

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PartWeights:
    """One TF-IDF part: its n-grams with their idf and their coefficients."""

    grams: tuple[str, ...]  # sorted, each once
    idf: Floats  # shape (n,)
    coefficients: Floats  # shape (n, len(LABELS))


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted block stage."""

    intercept: Floats  # shape (len(LABELS),)
    words: PartWeights
    characters: PartWeights
    shape: Floats  # shape (len(SHAPE_NAMES), len(LABELS)), the scale folded in

    def to_bytes(self) -> bytes:
        """Return the weights as an uncompressed ``.npz`` archive; equal weights give equal bytes."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {
            "labels": np.array(LABELS),
            "intercept": self.intercept,
            "shape_names": np.array(SHAPE_NAMES),
            "shape": self.shape,
            **_packed("words", self.words),
            **_packed("characters", self.characters),
        }
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, *, name: str) -> "Weights":
        """Read what :meth:`to_bytes` wrote. Raises ModelError, naming `name`, for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                if tuple(arrays["labels"]) != LABELS or tuple(arrays["shape_names"]) != SHAPE_NAMES:
                    raise damaged_model(f"{name}: made for other labels or facts")
                parts = (_unpacked("words", arrays), _unpacked("characters", arrays))
                return cls(arrays["intercept"], *parts, arrays["shape"])
        except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
            raise damaged_model(f"{name}: not readable as weights ({error})") from error


def _packed(part: str, weights: PartWeights) -> dict[str, Any]:
    grams = np.frombuffer("\n".join(weights.grams).encode(), dtype=np.uint8)
    return {f"{part}_grams": grams, f"{part}_idf": weights.idf, f"{part}_coefficients": weights.coefficients}


def _unpacked(part: str, arrays: "np.lib.npyio.NpzFile") -> PartWeights:
    grams = tuple(arrays[f"{part}_grams"].tobytes().decode().split("\n"))
    return PartWeights(grams, arrays[f"{part}_idf"], arrays[f"{part}_coefficients"])
