"""newsieve audit names who labels against everybody, and newsieve quarantine keeps them out of training."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from classifier.audit import Audit, PersonAudit
from classifier.bursts import Burst
from classifier.cli.audit_text import as_json, as_text
from classifier.labelled import read_examples, shipped_data
from classifier.registry import Registry
from classifier.suspicion import Comparison
from tests.conftest import refused, run_newsieve

FLIPPED = {"news": "filler", "filler": "news", "boilerplate": "filler"}


@pytest.fixture(scope="module")
def little(tmp_path_factory):
    """Labelled pages to train on in a few seconds."""
    return folder_of(tmp_path_factory.mktemp("little"), "v01", "v02", "v03", "v04")


@pytest.fixture(scope="module")
def blocks():
    """Blocks of two voices that are not among those pages."""
    paths = [path for voice in ("v05", "v06") for path in (shipped_data() / "pages").glob(f"{voice}*")]
    return list({example.text: example for example in read_examples(paths, notify=print)}.values())


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, blocks):
    """A home where zoe says the opposite of what is true; only read."""
    rows = [*said("anna", blocks[:80]), *said("ben", blocks[80:160]), *said("zoe", blocks[160:220], FLIPPED)]
    return home_of(tmp_path_factory.mktemp("attacked") / "home", rows)


def folder_of(folder: Path, *voices):
    for voice in voices:
        (file,) = (shipped_data() / "pages").glob(f"{voice}*.jsonl")
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def said(person, examples, flipped=None):
    for number, example in zip(count(), examples, strict=False):
        shown = {"shown_model": "v", "shown_label": example.label, "shown_score": 0.5, "position": number}
        ruling = (flipped or {}).get(example.label, example.label)
        decision = {"text": example.text, "address": example.page, "site": example.site, "ruling": ruling, **shown}
        at = f"2026-01-02T0{number // 60}:{number % 60:02}:00Z"
        yield {"person": person, "acted_at": at, "kind": "block", "decisions": [decision]}


def home_of(home: Path, rows):
    done = run_newsieve("import", "-", home=home, stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert done.returncode == 0, done.stderr
    return home


def test_who_labels_against_everybody_is_named_with_numbers_and_nobody_else(attacked, little):
    done = run_newsieve("audit", "--data", little, "--format", "json", "--alarm", home=attacked)
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    people = {one["person"]: one for one in found["people"]}
    assert [name for name, one in people.items() if one["suspected"]] == ["zoe"]
    assert people["zoe"]["texts"] == 60
    assert people["zoe"]["likely_wrong"]["p"] < 1e-6
    assert people["zoe"]["influence"]["change"] > 0
    assert len(people["zoe"]["influence"]["expected"]) == 3
    assert sum(one["people"] == ["zoe"] for one in found["likely_wrong"]) > 10
    assert [burst["person"] for burst in found["bursts"]] == ["zoe"] * len(found["bursts"])
    assert f"Audited {found['examples']:,} blocks in " in done.stderr


def test_the_text_says_the_same_and_one_person_can_be_asked_for(attacked, little):
    done = run_newsieve("audit", "--data", little, "--person", "anna", "--most", 3, home=attacked)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Suspected: nobody\n\nanna, 80 texts\n")
    assert "zoe" not in done.stdout


def test_bursts_are_told_with_their_times_and_sites_and_who_is_alone_has_nobody_beside_them():
    begun, nothing = datetime(2026, 1, 2, 3, 4), Comparison(0, 0, 0, 0, 1, 1)
    burst = Burst("zoe", begun, begun + timedelta(minutes=15), "filler", 20, 25, "a.example", 0.02, 1e-9)
    alone = PersonAudit("zoe", 25, nothing, nothing, influence=None)
    found = Audit(25, (), (), (), people=(alone,), bursts=(burst, replace(burst, site=None)))
    text, told = as_text(found, 5), "  zoe, 2026-01-02 03:04 to 03:19 UTC: 20 of 25 acts say filler"
    assert f"{told}, all on a.example; of the others' acts 2.0%, P 1e-09\n" in text
    assert f"{told}; of the others' acts 2.0%, P 1e-09\n" in text
    assert "likely wrong                  nothing to compare\n" in text
    assert json.loads(as_json(found, 5))["people"][0]["influence"] is None


def test_a_home_without_decisions_has_nothing_to_audit_but_files(tmp_path, little):
    done = run_newsieve("audit", home=tmp_path / "new")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nobody has decided anything yet" in done.stderr
    found = run_newsieve("audit", "--data", little, "--alarm", home=tmp_path / "new")
    assert found.returncode == 0, found.stderr
    assert "Labels that are likely wrong: " in found.stdout


def test_one_person_alone_is_suspected_by_nobody(tmp_path, blocks, little):
    home = home_of(tmp_path / "home", said("zoe", blocks[:60], FLIPPED))
    done = run_newsieve("audit", "--data", little, "--alarm", home=home)
    assert done.returncode == 0, done.stderr
    assert "Nobody else decided, so there is nobody to compare with." in done.stdout


def test_who_is_in_quarantine_is_not_trained_on_until_it_ends(tmp_path, blocks, little):
    home = home_of(tmp_path / "home", [*said("anna", blocks[:5]), *said("zoe", blocks[5:10], FLIPPED)])
    begun = run_newsieve("quarantine", "zoe", "--reason", "odd labels", "--needed", 4, home=home)
    assert "zoe is in quarantine until 4 golden blocks in a row" in begun.stderr
    intake = trained(home, little)
    assert (intake.left_out, set(intake.people)) == (("person:zoe",), {"anna"})
    listed = json.loads(run_newsieve("quarantine", home=home).stdout)
    assert (listed["person"], listed["needed"], listed["ended_at"]) == ("zoe", 4, None)
    assert "odd labels" in run_newsieve("quarantine", "--format", "table", home=home).stdout
    audited = run_newsieve("audit", "--data", little, "--format", "json", home=home)
    assert "Left out, being in quarantine: zoe" in audited.stderr
    assert [one["person"] for one in json.loads(audited.stdout)["people"]] == ["anna"]
    assert run_newsieve("quarantine", "--end", "zoe", home=home).returncode == 0
    assert trained(home, little).left_out == ()


def trained(home, little):
    done = run_newsieve("train", little, home=home)
    assert done.returncode == 0, done.stderr
    return Registry(home / "models").card(done.stdout.strip()).intake


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["audit", "--person", "nobody"], 1, "'nobody': nobody of that name decided anything"),
        (["quarantine", "nobody"], 1, "'nobody': nobody of that name has an account or decided anything"),
        (["quarantine", "nobody", "--end"], 1, "nobody: not in quarantine"),
        (["quarantine", "--end"], 2, "--end needs the person"),
        (["quarantine", "zoe", "--needed", "0"], 2, "0 is not in the range"),
        (["audit", "--data", "nowhere.jsonl"], 1, "nowhere.jsonl: No such file"),
    ],
)
def test_bad_input_is_one_sentence(attacked, arguments, code, sentence):
    done = run_newsieve(*arguments, home=attacked)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_is_put_into_quarantine_twice(tmp_path, blocks):
    home = home_of(tmp_path / "home", said("zoe", blocks[:1]))
    assert run_newsieve("quarantine", "zoe", home=home).returncode == 0
    assert "zoe: in quarantine already" in refused(run_newsieve("quarantine", "zoe", home=home))


def test_a_home_without_a_database_has_nobody_to_put_into_quarantine(tmp_path):
    assert "no moderation database yet" in refused(run_newsieve("quarantine", "zoe", home=tmp_path))
    assert "Nobody is or was in quarantine" in run_newsieve("quarantine", home=tmp_path).stderr
