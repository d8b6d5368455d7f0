"""Model versions on disk: save, load, promote, roll back.

::

    models/current.json        which version is current, which were before it, who promoted them: the one pointer
    models/shadow.json         which version judges beside it, unseen by moderators, if any
    models/VERSION/card.json, weights.npz, model.joblib, report.json

A version is written whole into a folder of another name and then renamed; it is never changed afterwards. Only
``weights.npz``, ``card.json`` and ``report.json`` are ever parsed; ``model.joblib`` is hashed, never unpickled.
Versions of before there were reports have none.
"""

import dataclasses
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

from classifier.card import Card
from classifier.disk import home_errors, only_one, sync_folder, write_whole
from classifier.errors import BusyError, ModelError, damaged_model
from classifier.model import Model, ModelFiles
from classifier.pointer import VERSION, Pointer, Shadow
from classifier.report import HoldoutReport
from classifier.weights import Weights

_FILES = ("weights.npz", "model.joblib")  # without which a version does not judge
_REPORT = "report.json"
_PROMOTION_WAIT = 10.0  # seconds


class Registry:
    """The model versions in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: Model | None = None
        self._shadowed: Model | None = None

    def versions(self) -> list[str]:
        """Return the saved versions, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(e.name for e in self.folder.iterdir() if VERSION.fullmatch(e.name) and e.is_dir())

    def names(self, text: str) -> bool:
        """Tell whether `text` has the form of a version, saved or not."""
        return bool(VERSION.fullmatch(text))

    def save(self, pipeline: Any, weights: Weights, card: Card, report: HoldoutReport | None = None) -> str:
        """Write a version, whole or not at all, and return its name. It does not become current."""
        import joblib  # noqa: PLC0415 - takes as long to import as NumPy, and judging needs none of it

        buffer = io.BytesIO()
        joblib.dump(pipeline, buffer)
        files = {"weights.npz": weights.to_bytes(), "model.joblib": buffer.getvalue()}
        if report is not None:
            files[_REPORT] = report.to_bytes()
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        files["card.json"] = dataclasses.replace(card, sha256=digests).to_bytes()
        with home_errors(self.folder):
            self._write(card.version, files)
        return card.version

    def card(self, version: str) -> Card:
        """Return the card of a version. Raises ModelError when it is missing or damaged."""
        path = self.folder / self._known(version) / "card.json"
        card = Card.from_bytes(_read(path), name=str(path))
        if card.version != version:
            raise damaged_model(f"{path}: is of version {card.version}")
        return card

    def report(self, version: str) -> HoldoutReport | None:
        """Return what was measured of a version when it was trained, None where nothing was kept.

        Raises ModelError when it is missing, damaged or of another version.
        """
        card = self.card(version)
        if _REPORT not in card.sha256:
            return None
        path = self.folder / version / _REPORT
        report = HoldoutReport.from_bytes(self._checked(card, _REPORT), name=str(path))
        if report.version != version:
            raise damaged_model(f"{path}: is of version {report.version}")
        return report

    def load(self, version: str) -> Model:
        """Return a version ready to judge. Raises ModelError when it is missing, damaged or foreign."""
        return self.files(version).load()

    def files(self, version: str) -> ModelFiles:
        """Return a version as bytes. Raises ModelError when it is missing, damaged or foreign."""
        card = self.card(version)
        _check_library(card)
        data = {name: self._checked(card, name) for name in _FILES}
        place = self.folder / version
        return ModelFiles(version, str(place), data["weights.npz"], _read(place / "card.json"))

    def pointer(self) -> Pointer:
        """Return which version is current. Raises ModelError when the pointer is damaged."""
        path = self.folder / "current.json"
        return Pointer.from_bytes(_read(path), name=str(path)) if path.exists() else Pointer(None, ())

    def current(self) -> Model:
        """Return the current version, loaded anew when the pointer has moved. Raises ModelError if there is none."""
        version = self.pointer().current
        if version is None:
            raise ModelError(f"{self.folder}: no model is current; `newsieve train`, then `newsieve promote VERSION`")
        if self._loaded is None or self._loaded.card.version != version:
            self._loaded = self.load(version)
        return self._loaded

    def current_or_none(self) -> Model | None:
        """Return the current version, None where there is none or it is damaged."""
        try:
            return self.current()
        except ModelError:
            return None

    def promote(self, version: str, *, by: str, at: datetime, despite: str = "", seen: Pointer | None = None) -> None:
        """Make `version` current: one file is replaced, so that readers see the old version or the new.

        `by` names who does it, `at` is the time, UTC, and `despite` why, where a comparison spoke against it; all are
        kept. With `seen`, what the promotion rests on: raises BusyError when another version is current by now.
        """
        self._known(version)
        with self._promoting():
            pointer = self.pointer_or_none()
            if seen is not None and pointer.current != seen.current:
                raise BusyError(f"{self.folder}: {pointer.current} became current meanwhile; promote again to compare")
            if pointer.current != version:
                self._point(pointer.promoted(version, by=by, at=at, despite=despite))

    def roll_back(self, *, by: str, at: datetime) -> str:
        """Make the version before the current one current again and return it. Raises ModelError if there is none."""
        with self._promoting():
            pointer = self.pointer()
            if not pointer.previous:
                raise ModelError(f"{self.folder}: nothing to roll back to; no version was current before this one")
            version = pointer.previous[-1]
            if version not in self.versions():
                raise ModelError(
                    f"{version}: was current before, but is no longer on disk; bring its folder back into "
                    f"{self.folder}, or promote another that `newsieve models` lists"
                )
            self.load(version)
            self._point(pointer.rolled_back(by=by, at=at))
            return version

    def shadow(self) -> Shadow | None:
        """Return which version is in the shadow. Raises ModelError when that is damaged."""
        path = self.folder / "shadow.json"
        return Shadow.from_bytes(_read(path), name=str(path)) if path.exists() else None

    def shadowed(self) -> Model | None:
        """Return the version in the shadow; None when there is none or it has become current. Raises ModelError."""
        shadow = self.shadow()
        if shadow is None or shadow.version == self.pointer_or_none().current:
            self._shadowed = None
        elif self._shadowed is None or self._shadowed.card.version != shadow.version:
            self._shadowed = self.load(shadow.version)
        return self._shadowed

    def put_in_shadow(self, shadow: Shadow | None) -> None:
        """Let a version judge beside the current one, or none. Raises ModelError when it cannot judge."""
        if shadow:
            self.load(shadow.version)
        with home_errors(self.folder):
            if shadow:
                write_whole(self.folder / "shadow.json", shadow.to_bytes())
            else:
                (self.folder / "shadow.json").unlink(missing_ok=True)

    @contextmanager
    def _promoting(self) -> Iterator[None]:
        with home_errors(self.folder), only_one(self._lock("promote"), what="promote", seconds=_PROMOTION_WAIT):
            yield

    @contextmanager
    def training(self) -> Iterator[None]:
        """Hold the right to train here, for this process alone; what a killed training left is cleared away.

        Raises BusyError when another process trains here, HomeError when nothing could be saved.
        """
        with home_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with only_one(self._lock("train"), what="train", seconds=0):
                for draft in self.folder.glob(".draft-*"):
                    shutil.rmtree(draft)
                Path(tempfile.mkdtemp(dir=self.folder, prefix=".draft-")).rmdir()  # better to fail now than at the end
                yield

    def _lock(self, task: str) -> Path:
        return self.folder / f".{task}.lock"

    def pointer_or_none(self) -> Pointer:
        """Return which version is current, none where the pointer is damaged."""
        try:
            return self.pointer()
        except ModelError:
            return Pointer(None, ())

    def _point(self, pointer: Pointer) -> None:
        write_whole(self.folder / "current.json", pointer.to_bytes())

    def _write(self, version: str, files: dict[str, bytes]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if (self.folder / version).exists():
            raise ModelError(f"{self.folder / version}: exists already; a version is never changed, train again")
        draft = Path(tempfile.mkdtemp(dir=self.folder, prefix=".draft-"))
        try:
            for name, data in files.items():
                write_whole(draft / name, data)
            draft.chmod(0o755)
            os.rename(draft, self.folder / version)  # noqa: PTH104 - Path.rename would do the same
            sync_folder(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _known(self, version: str) -> str:
        if not VERSION.fullmatch(version) or not (self.folder / version).is_dir():
            raise ModelError(f"{version}: no such model version in {self.folder}; `newsieve models` lists them")
        return version

    def _checked(self, card: Card, name: str) -> bytes:
        path = self.folder / card.version / name
        data = _read(path)
        if hashlib.sha256(data).hexdigest() != card.sha256.get(name):
            raise damaged_model(f"{path}: its SHA-256 differs from the card's")
        return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise damaged_model(f"{path}: {error.strerror or error}") from error


def _check_library(card: Card) -> None:
    made, here = card.libraries.get("scikit-learn", "?"), library_version("scikit-learn")
    if made.split(".")[0] != here.split(".")[0]:
        raise damaged_model(f"{card.version}: made by scikit-learn {made}, this is {here}")
