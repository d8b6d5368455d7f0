"""A model version that somebody changed is refused by name, and nothing that is hidden in one ever runs."""

import dataclasses
import hashlib
import json
import pickle
import zipfile
from pathlib import Path
from random import Random

import pytest

from classifier.errors import ModelError
from classifier.registry import Registry
from tests.conftest import add_version
from tests.store.conftest import NOW

FILES = ("weights.npz", "card.json", "model.joblib")


def test_a_changed_byte_in_any_part_of_any_file_is_noticed(registry, version):
    dice = Random(0)
    for file in FILES:
        path = registry.folder / version / file
        sound = path.read_bytes()
        for place in _places(path, sound, dice):
            path.write_bytes(sound[:place] + bytes([sound[place] ^ (1 << dice.randrange(8))]) + sound[place + 1 :])
            with pytest.raises(ModelError, match=rf"{file}.*roll back or train and promote"):
                Registry(registry.folder).current()
        path.write_bytes(sound)
    assert Registry(registry.folder).current().card.version == version


def _places(path, sound, dice):
    """Return a place in each group of a file's bytes: header and data of each array, each fact, each stretch."""
    if path.suffix == ".npz":
        with zipfile.ZipFile(path) as archive:
            arrays = archive.infolist()
        starts = [(array.header_offset, array.compress_size) for array in arrays]
        assert len(starts) >= 8
        heads = [start + dice.randrange(30) for start, _ in starts]
        return [*heads, *(start + 60 + dice.randrange(max(1, size - 60)) for start, size in starts), len(sound) - 10]
    if path.suffix == ".json":
        return [sound.index(f'"{fact}"'.encode()) + 1 for fact in json.loads(sound)]
    return [dice.randrange(n * len(sound) // 12, (n + 1) * len(sound) // 12) for n in range(12)]


@pytest.mark.parametrize("fact", ["thresholds", "page_thresholds", "sha256", "version", "libraries"])
def test_a_card_that_was_changed_by_hand_is_refused(registry, version, fact):
    path = registry.folder / version / "card.json"
    facts = json.loads(path.read_bytes())
    facts[fact] = {**facts[fact], "filler": 0.0} if isinstance(facts[fact], dict) else "20300101T000000Z-00000000"
    path.write_text(json.dumps(facts))
    with pytest.raises(ModelError, match=r"card\.json"):
        registry.current()


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def trap(home, registry, version, tmp_path):
    """Two versions whose model.joblib leaves a file behind when unpickled, with cards that vouch for it; that file."""
    left = tmp_path / "left-by-a-pickle"
    add_version(registry, version, "20300101T000000Z-00000000")
    for name in (version, "20300101T000000Z-00000000"):
        folder = registry.folder / name
        (folder / "model.joblib").write_bytes(pickle.dumps(Trap(left)))
        digest = hashlib.sha256((folder / "model.joblib").read_bytes()).hexdigest()
        card = registry.card(name)
        (folder / "card.json").write_bytes(
            dataclasses.replace(card, sha256={**card.sha256, "model.joblib": digest}).to_bytes()
        )
    pickle.loads(pickle.dumps(Trap(left)))
    assert left.exists()
    left.unlink()
    return left


def test_a_pickle_never_runs_whatever_command_is_called(newsieve, home, trap, tmp_path):
    page = tmp_path / "page.txt"
    page.write_text("The council voted on Tuesday.\nBest casino bonus\n")
    other = "20300101T000000Z-00000000"
    commands = [
        ("classify", page),
        ("clean", page),
        ("queue", "add", page),
        ("models",),
        ("evaluate",),
        ("compare", "current", other),
        ("shadow", other),
        ("promote", other),
        ("rollback",),
        ("pins", "--check"),
        ("report",),
        ("audit",),
        ("verify",),
    ]
    for command in commands:
        done = newsieve(*command)
        assert "Traceback" not in done.stderr, command
        assert not trap.exists(), command


def test_a_pickle_never_runs_while_serving(home, trap, database):
    from web import create_app

    app = create_app(registry=Registry(home / "models"), database=database, secret_key=b"k" * 32)
    for address in ("/", "/pages/1", "/model", "/pins", "/campaigns/1", "/try"):
        assert app.test_client().get(address).status_code == 200
    assert not trap.exists()


def test_arrays_of_objects_are_never_read(registry, version, tmp_path):
    import numpy as np

    left = tmp_path / "left-by-a-pickle"
    folder = registry.folder / version
    with np.load(folder / "weights.npz") as sound:
        arrays = {name: sound[name] for name in sound.files}
    np.savez(folder / "weights.npz", **{**arrays, next(iter(arrays)): np.array([Trap(left)], dtype=object)})
    card = registry.card(version)
    digest = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
    (folder / "card.json").write_bytes(
        dataclasses.replace(card, sha256={**card.sha256, "weights.npz": digest}).to_bytes()
    )
    with pytest.raises(ModelError, match=r"weights\.npz"):
        registry.current()
    assert not left.exists()


@pytest.mark.parametrize(
    "name", ["../../etc", "..", ".", "/etc", "a/b", "20300101T000000Z-00000000/..", "x\0y", "-" * 300]
)
def test_a_name_of_a_version_never_leads_out_of_the_folder(registry, name):
    with pytest.raises(ModelError, match="no such model version"):
        registry.promote(name, by="anna", at=NOW)
    with pytest.raises(ModelError, match="no such model version"):
        registry.card(name)
