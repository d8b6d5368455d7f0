"""Model versions on disk: whole, checked, and one pointer."""

import dataclasses
import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from classifier.card import Card
from classifier.errors import BusyError, ModelError
from classifier.labelled import read_examples, shipped_data
from classifier.measuring import measure
from classifier.pointer import Pointer, Promotion
from classifier.registry import Registry
from classifier.weights import Weights
from tests.conftest import add_version

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize("file", ["weights.npz", "model.joblib", "card.json"])
def test_a_version_that_misses_a_file_is_refused(registry, version, file):
    (registry.folder / version / file).unlink()
    with pytest.raises(ModelError, match=f"{file}: No such file"):
        registry.current()


@pytest.mark.parametrize("file", ["weights.npz", "model.joblib", "card.json"])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 0.999])
def test_a_changed_byte_anywhere_is_noticed(registry, version, file, place):
    path = registry.folder / version / file
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=f"{file}: .*roll back or train and promote a new version"):
        registry.current()


def test_a_version_of_another_major_scikit_learn_is_refused(registry, version):
    card = registry.card(version)
    foreign = dataclasses.replace(card, libraries={**card.libraries, "scikit-learn": "99.1"})
    (registry.folder / version / "card.json").write_bytes(foreign.to_bytes())
    with pytest.raises(ModelError, match=r"made by scikit-learn 99\.1"):
        registry.current()


def test_judging_never_unpickles(home):
    """A model.joblib that would run code when unpickled, with a card that vouches for it, runs nothing."""
    code = """
import dataclasses, hashlib, pickle, sys
from pathlib import Path
from classifier.registry import Registry
from tests.conftest import add_version
class Trap:
    def __reduce__(self):
        return print, ("unpickled",)
registry = Registry(Path(sys.argv[1]))
version = registry.pointer().current
folder = registry.folder / version
(folder / "model.joblib").write_bytes(pickle.dumps(Trap()))
card = registry.card(version)
digest = hashlib.sha256((folder / "model.joblib").read_bytes()).hexdigest()
(folder / "card.json").write_bytes(dataclasses.replace(card, sha256={**card.sha256, "model.joblib": digest}).to_bytes())
registry.current()
print("sklearn" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code, home / "models"], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_promoting_swaps_the_pointer_and_rolling_back_swaps_it_back(registry, version):
    other = add_version(registry, version, "20300101T000000Z-00000000")
    registry.promote(other, by="anna", at=NOW)
    assert registry.current().card.version == other
    assert registry.roll_back(by="ben", at=LATER) == version
    assert registry.current().card.version == version
    with pytest.raises(ModelError, match="nothing to roll back to"):
        registry.roll_back(by="ben", at=LATER)


def test_promoting_the_current_version_again_changes_nothing(registry, version):
    before = registry.pointer()
    registry.promote(version, by="anna", at=NOW)
    assert registry.pointer() == before


def test_another_process_sees_the_new_version_without_loading_anew(registry, version):
    other = add_version(registry, version, "20300101T000000Z-00000000")
    reader = Registry(registry.folder)
    assert reader.current() is reader.current()
    registry.promote(other, by="anna", at=NOW)
    assert reader.current().card.version == other


@pytest.mark.parametrize("name", ["nothing", "../models", "20300101T000000Z-00000000", "", "current.json"])
def test_only_saved_versions_can_be_promoted_or_loaded(registry, name):
    with pytest.raises(ModelError, match="no such model version"):
        registry.promote(name, by="anna", at=NOW)
    with pytest.raises(ModelError, match="no such model version"):
        registry.load(name)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"current": "x"}'])
def test_a_damaged_pointer_is_named_and_can_be_set_anew(registry, version, content):
    (registry.folder / "current.json").write_text(content)
    with pytest.raises(ModelError, match=r"current.json: damaged"):
        registry.current()
    registry.promote(version, by="anna", at=NOW)
    assert registry.current().card.version == version


def test_a_version_is_never_written_over(registry, version):
    with pytest.raises(ModelError, match="exists already"):
        registry._write(version, {})


def test_drafts_are_no_versions(registry, version):
    (registry.folder / ".draft-x").mkdir()
    assert registry.versions() == [version]


def test_a_second_training_is_refused_while_one_runs(registry):
    busy = pytest.raises(BusyError, match="another `newsieve train` is at work")
    with registry.training(), busy, Registry(registry.folder).training():
        pass


def test_what_a_killed_training_left_is_cleared_by_the_next(registry, version):
    (registry.folder / ".draft-left").mkdir()
    with registry.training():
        assert not list(registry.folder.glob(".draft-*"))
    assert registry.versions() == [version]


def test_a_card_survives_being_written_and_read(registry, version):
    card = registry.card(version)
    assert Card.from_bytes(card.to_bytes(), name="card") == card
    assert json.loads(card.to_bytes())["thresholds"]["filler"] == card.thresholds.filler


def test_who_promoted_and_rolled_back_what_and_when_is_kept(registry, version):
    before = registry.pointer().promotions
    other = add_version(registry, version, "20300101T000000Z-00000000")
    registry.promote(other, by="anna", at=NOW)
    registry.roll_back(by="ben", at=LATER)
    assert registry.pointer().promotions[len(before) :] == (
        Promotion(other, NOW, "anna", version),
        Promotion(version, LATER, "ben", other),
    )


def test_a_pointer_of_before_promotions_were_kept_still_reads(registry, version):
    (registry.folder / "current.json").write_text(json.dumps({"current": version, "previous": []}))
    assert registry.pointer() == Pointer(version, ())
    other = add_version(registry, version, "20300101T000000Z-00000000")
    registry.promote(other, by="anna", at=NOW)
    assert registry.pointer().promotions == (Promotion(other, NOW, "anna", version),)


@pytest.mark.parametrize(
    "promotions", [[{}], [1], 1, [{"version": "x", "at": "2026-01-02", "by": "a", "previous": None}]]
)
def test_a_pointer_with_damaged_promotions_is_named(registry, version, promotions):
    facts = {"current": version, "previous": [], "promotions": promotions}
    (registry.folder / "current.json").write_text(json.dumps(facts))
    with pytest.raises(ModelError, match=r"current.json: damaged"):
        registry.pointer()


@pytest.fixture
def reported(registry, version):
    """The version with a report, as training saves it, whether or not the test's home has one."""
    holdout = read_examples([shipped_data() / "holdout"], notify=print)
    data = measure(registry.load(version), holdout).to_bytes()
    (registry.folder / version / "report.json").write_bytes(data)
    card = registry.card(version)
    digests = {**card.sha256, "report.json": hashlib.sha256(data).hexdigest()}
    (registry.folder / version / "card.json").write_bytes(dataclasses.replace(card, sha256=digests).to_bytes())
    return version


def test_a_version_that_is_saved_with_a_report_has_it(registry, reported):
    model, report = registry.load(reported), registry.report(reported)
    card = dataclasses.replace(model.card, version="20300101T000000Z-00000000")
    weights = Weights.from_bytes((registry.folder / reported / "weights.npz").read_bytes(), name="weights")
    renamed = dataclasses.replace(report, version=card.version)
    saved = registry.save(None, weights, card, renamed)
    assert registry.report(saved) == renamed
    assert registry.card(saved).sha256.keys() == {"weights.npz", "model.joblib", "report.json"}


def test_a_version_without_a_report_judges_and_has_none(registry, version):
    card = registry.card(version)
    digests = {name: digest for name, digest in card.sha256.items() if name != "report.json"}
    (registry.folder / version / "card.json").write_bytes(dataclasses.replace(card, sha256=digests).to_bytes())
    assert registry.report(version) is None
    assert registry.current().card.version == version


@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_a_changed_report_is_noticed_and_does_not_stop_the_judging(registry, reported, place):
    path = registry.folder / reported / "report.json"
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"report.json: its SHA-256 differs"):
        registry.report(reported)
    assert registry.current().card.version == reported


def test_a_report_of_another_version_is_refused(registry, reported):
    other = add_version(registry, reported, "20300101T000000Z-00000000")
    with pytest.raises(ModelError, match="is of version"):
        registry.report(other)
