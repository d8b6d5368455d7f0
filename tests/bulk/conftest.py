"""A folder of parts and the order of a run, with the model of the whole test run."""

from pathlib import Path

import pytest

from classifier.bulk.folder import Folder
from classifier.bulk.work import Order
from classifier.model import ModelFiles
from classifier.registry import Registry


@pytest.fixture(scope="session")
def files(trained_home) -> ModelFiles:
    registry = Registry(trained_home / "models")
    return registry.files(registry.current().card.version)


@pytest.fixture
def order(files, tmp_path: Path):
    """The order of a run into a folder that it has claimed."""
    folder = Folder(tmp_path / "out", files.version, "parquet")
    with folder.claimed(again=False):
        yield Order(files, folder, None)
