"""Model versions on disk: whole, checked, and one pointer."""

import dataclasses
import errno
import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import joblib
import pytest

from classifier.card import Card
from classifier.errors import BusyError, HomeError, ModelError
from classifier.labelled import read_examples, shipped_data
from classifier.measuring import measure
from classifier.pointer import Pointer, Promotion, Shadow
from classifier.registry import Registry
from classifier.weights import Weights
from tests.conftest import add_version

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OTHER = "20300101T000000Z-00000000"


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


def test_a_version_that_names_no_scikit_learn_is_refused(registry, version):
    bare = dataclasses.replace(registry.card(version), libraries={})
    (registry.folder / version / "card.json").write_bytes(bare.to_bytes())
    with pytest.raises(ModelError, match=r"made by scikit-learn \?, this is"):
        registry.current()


def test_a_folder_with_the_card_of_another_version_is_refused(registry, version):
    other = add_version(registry, version, OTHER)
    (registry.folder / other / "card.json").write_bytes((registry.folder / version / "card.json").read_bytes())
    with pytest.raises(ModelError, match=rf"{other}/card.json: is of version {version}"):
        registry.load(other)


def test_a_file_that_its_card_vouches_for_and_that_cannot_be_read_is_named(registry, reported):
    assert registry.files(reported).version == reported
    vouched(registry, reported, "report.json", b"[]")
    with pytest.raises(ModelError, match=f"{reported}/report.json"):
        registry.report(reported)
    vouched(registry, reported, "weights.npz", b"[]")
    with pytest.raises(ModelError, match=f"{reported}/weights.npz: not readable as weights"):
        registry.current()


def vouched(registry, version, name, data):
    """Replace a file of a version, and its digest on the card."""
    (registry.folder / version / name).write_bytes(data)
    card = registry.card(version)
    digests = {**card.sha256, name: hashlib.sha256(data).hexdigest()}
    (registry.folder / version / "card.json").write_bytes(dataclasses.replace(card, sha256=digests).to_bytes())


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
    other = add_version(registry, version, OTHER)
    registry.promote(other, by="anna", at=NOW)
    assert registry.current().card.version == other
    assert registry.roll_back(by="ben", at=LATER) == version
    assert registry.current().card.version == version
    with pytest.raises(ModelError, match="nothing to roll back to"):
        registry.roll_back(by="ben", at=LATER)


def test_versions_can_be_rolled_back_one_by_one(registry, version):
    third = "20310101T000000Z-00000000"
    for name in (OTHER, third):
        registry.promote(add_version(registry, version, name), by="anna", at=NOW)
    assert [registry.roll_back(by="ben", at=LATER) for _ in range(2)] == [OTHER, version]


def test_a_version_that_is_gone_from_the_disk_is_not_rolled_back_to(registry, version):
    registry.promote(add_version(registry, version, OTHER), by="anna", at=NOW)
    (registry.folder / version).rename(registry.folder.parent / version)
    with pytest.raises(ModelError, match=rf"{version}: was current before, but is no longer on disk; bring its folder"):
        registry.roll_back(by="ben", at=LATER)
    assert registry.pointer().current == OTHER


def test_a_promotion_that_rests_on_a_comparison_is_refused_when_another_version_became_current_meanwhile(
    registry, version
):
    add_version(registry, version, OTHER)
    third = add_version(registry, version, "20310101T000000Z-00000000")
    seen = registry.pointer()
    registry.promote(OTHER, by="anna", at=NOW, seen=seen)
    with pytest.raises(BusyError, match=f"{OTHER} became current meanwhile; promote again to compare"):
        registry.promote(third, by="ben", at=NOW, seen=seen)
    assert registry.pointer().current == OTHER


def test_why_a_version_was_promoted_against_the_comparison_is_kept(registry, version):
    registry.promote(add_version(registry, version, OTHER), by="anna", at=NOW, despite="the sample is old")
    registry.roll_back(by="ben", at=LATER)
    registry.promote(OTHER, by="anna", at=LATER)
    assert [promotion.despite for promotion in registry.pointer().promotions[-3:]] == ["the sample is old", "", ""]


def test_in_a_home_without_versions_none_is_current_and_it_is_said_what_to_do(tmp_path):
    empty = Registry(tmp_path / "models")
    assert (empty.versions(), empty.pointer(), empty.current_or_none()) == ([], Pointer(None, ()), None)
    with pytest.raises(ModelError, match="no model is current; `newsieve train`, then `newsieve promote VERSION`"):
        empty.current()


def test_promoting_the_current_version_again_changes_nothing(registry, version):
    before = registry.pointer()
    registry.promote(version, by="anna", at=NOW)
    assert registry.pointer() == before


def test_another_process_sees_the_new_version_without_loading_anew(registry, version):
    other = add_version(registry, version, OTHER)
    reader = Registry(registry.folder)
    assert reader.current() is reader.current()
    registry.promote(other, by="anna", at=NOW)
    assert reader.current().card.version == other


@pytest.mark.parametrize("name", ["nothing", "../models", OTHER, "", "current.json"])
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
    other = add_version(registry, version, OTHER)
    registry.promote(other, by="anna", at=NOW)
    registry.roll_back(by="ben", at=LATER)
    assert registry.pointer().promotions[len(before) :] == (
        Promotion(other, NOW, "anna", version),
        Promotion(version, LATER, "ben", other),
    )


def test_a_pointer_of_before_promotions_were_kept_still_reads(registry, version):
    (registry.folder / "current.json").write_text(json.dumps({"current": version, "previous": []}))
    assert registry.pointer() == Pointer(version, ())
    other = add_version(registry, version, OTHER)
    registry.promote(other, by="anna", at=NOW)
    assert registry.pointer().promotions == (Promotion(other, NOW, "anna", version),)


def test_a_promotion_of_before_reasons_were_kept_still_reads(registry, version):
    made = {"version": version, "at": "2026-01-02T03:04:05+00:00", "by": "anna", "previous": None}
    facts = {"current": version, "previous": [], "promotions": [made]}
    (registry.folder / "current.json").write_text(json.dumps(facts))
    assert registry.pointer().promotions == (Promotion(version, NOW, "anna", None),)


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
    card = dataclasses.replace(model.card, version=OTHER)
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
    other = add_version(registry, reported, OTHER)
    with pytest.raises(ModelError, match=r"report.json: is of version"):
        registry.report(other)


def test_a_saved_version_is_whole_and_others_may_read_it(registry, version, tmp_path):
    new = Registry(tmp_path / "new" / "models")
    assert save_another(registry, version, new) == OTHER
    assert joblib.load(new.folder / OTHER / "model.joblib") == "the pipeline"
    assert (new.folder / OTHER).stat().st_mode & 0o777 == 0o755
    assert new.load(OTHER).card.version == OTHER


def test_a_version_that_cannot_be_saved_is_told_in_a_sentence_and_leaves_nothing(
    registry, version, tmp_path, monkeypatch
):
    drafts = []

    def full(draft, _target):
        drafts.append(draft)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    new = Registry(tmp_path / "models")
    with pytest.raises(HomeError, match=rf"make {new.folder} writable with room on its disk"):
        save_another(registry, version, new)
    assert [(draft.parent, draft.name[:7]) for draft in drafts] == [(new.folder, ".draft-")]  # what training clears
    assert not list(new.folder.iterdir())


def save_another(registry, version, new):
    """Save a version again, as another, in a registry."""
    weights = Weights.from_bytes((registry.folder / version / "weights.npz").read_bytes(), name="weights")
    return new.save("the pipeline", weights, dataclasses.replace(registry.card(version), version=OTHER))


def test_a_version_is_put_in_the_shadow_and_taken_out(registry, version):
    assert (registry.shadow(), registry.shadowed()) == (None, None)
    shadow = Shadow(add_version(registry, version, OTHER), NOW, "anna")
    registry.put_in_shadow(shadow)
    assert Registry(registry.folder).shadow() == shadow
    assert registry.shadowed().card.version == OTHER
    assert registry.shadowed() is registry.shadowed()
    third = add_version(registry, version, "20310101T000000Z-00000000")
    Registry(registry.folder).put_in_shadow(Shadow(third, NOW, "ben"))
    assert registry.shadowed().card.version == third
    registry.put_in_shadow(None)
    registry.put_in_shadow(None)
    assert (registry.shadow(), registry.shadowed()) == (None, None)


def test_a_version_that_becomes_current_is_in_the_shadow_no_more(registry, version):
    registry.put_in_shadow(Shadow(add_version(registry, version, OTHER), NOW, "anna"))
    registry.promote(OTHER, by="anna", at=LATER)
    assert registry.shadowed() is None


def test_what_cannot_judge_is_not_put_in_the_shadow(registry):
    with pytest.raises(ModelError, match="no such model version"):
        registry.put_in_shadow(Shadow(OTHER, NOW, "anna"))
    assert registry.shadow() is None


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", "[" * 100_000, '{"version": "x", "at": "2026-01-02", "by": "a"}'),
        f'{{"version": "{OTHER}", "at": 1, "by": "a"}}',
    ],
)
def test_a_damaged_shadow_is_named_and_can_be_cleared(registry, content):
    (registry.folder / "shadow.json").write_text(content)
    with pytest.raises(ModelError, match=r"shadow.json: damaged; `newsieve shadow --off` clears it"):
        registry.shadow()
    registry.put_in_shadow(None)
    assert registry.shadow() is None


@pytest.mark.parametrize(("text", "is_name"), [(OTHER, True), ("latest", False), ("", False)])
def test_a_version_is_known_by_the_form_of_its_name(registry, text, is_name):
    assert registry.names(text) is is_name
