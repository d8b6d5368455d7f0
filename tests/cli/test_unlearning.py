"""What people decided is left out of training on request, and the next version is as if it had never been said."""

import json
from pathlib import Path

import pytest

from classifier.cli.home import Home
from classifier.cli.training_set import training_set
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.registry import Registry
from tests.conftest import run_newsieve

SAID = (
    ("anna", "filler", "Ten tips for renting a harbour boat this summer", "boats.example"),
    ("anna", "news", "The harbour master closed the east pier on Monday", "paper.example"),
    ("ben", "filler", "The mayor of the harbour town opened the new ferry line", "paper.example"),
    ("ben", "news", "Buy harbour boats cheap, cheapest harbour boats", "boats.example"),
)


@pytest.fixture
def little(tmp_path):
    """Labelled pages to train on in a few seconds."""
    folder = tmp_path / "little"
    folder.mkdir()
    for voice in ("v01", "v02"):
        (file,) = (shipped_data() / "pages").glob(f"{voice}*.jsonl")
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture
def both(tmp_path):
    return home_of(tmp_path / "both", "anna", "ben")


def home_of(path: Path, *people):
    rows = [act(person, ruling, text, site) for person, ruling, text, site in SAID if person in people]
    done = run_newsieve("import", "-", home=path, stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert done.returncode == 0, done.stderr
    return path


def act(person, ruling, text, site):
    shown = {"shown_model": "v", "shown_label": "news", "shown_score": 0.5}
    said = {"text": text, "address": f"https://{site}/1", "site": site, "position": 0, "ruling": ruling, **shown}
    return {"person": person, "acted_at": "2026-01-02T03:04:05Z", "kind": "block", "decisions": [said]}


def trained(home, *arguments):
    done = run_newsieve("train", *arguments, home=home)
    assert done.returncode == 0, done.stderr
    version = done.stdout.strip()
    return (home / "models" / version / "weights.npz").read_bytes(), Registry(home / "models").card(version).intake


def test_without_a_person_the_weights_are_byte_for_byte_those_of_a_home_they_never_decided_in(both, little, tmp_path):
    weights, intake = trained(both, little, "--without", "person:ben")
    never, _ = trained(home_of(tmp_path / "never", "anna"), little)
    assert weights == never
    assert trained(both, little)[0] != never, "what ben said makes a difference"
    assert intake.left_out == ("person:ben",)
    assert intake.people == {"anna": {"filler": 1, "news": 1}}


def test_what_is_forgotten_is_left_out_of_every_training_until_it_is_ended(both, little):
    asked, _ = trained(both, little, "--without", "site:boats.example")
    told = run_newsieve("forget", "site:boats.example", "--reason", "they asked us to", home=both)
    assert "2 of what people say now is left out" in told.stderr
    forgotten, intake = trained(both, little)
    assert forgotten == asked
    assert intake.left_out == ("site:boats.example",)
    assert "they asked us to" in run_newsieve("forget", home=both).stdout
    assert run_newsieve("forget", "site:boats.example", "--end", home=both).returncode == 0
    assert trained(both, little)[1].left_out == ()


def test_a_rule_that_fits_nothing_is_warned_of(both, little):
    unfitting = "Warning: person:Ben: fits nothing that people say now"
    assert unfitting in run_newsieve("forget", "person:Ben", home=both).stderr
    assert unfitting in run_newsieve("export", "labels", "--without", "person:Ben", home=both).stderr
    assert unfitting in run_newsieve("train", little, "--without", "person:Ben", home=both).stderr
    assert "fits nothing" not in run_newsieve("forget", "person:ben", home=both).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["train", "--without", "ben"], 1, "'ben': no rule for what to leave out; use person:NAME"),
        (["train", "--without", "since:soon"], 1, "'soon' is not a UTC date or time such as 2026-11-30"),
        (["forget", "site:www.boats.example"], 1, "sites go by their host without http:// and www."),
        (["forget", "import:x"], 1, "'x' is not its number"),
        (["forget", "person:ben", "--end"], 1, "person:ben: is not forgotten"),
        (["conflicts", "--settle", "abc", "news"], 1, "abc: no text in conflict"),
        (["conflicts", "--settle", "abc", "spam"], 2, "'spam' is not one of"),
    ],
)
def test_bad_input_is_one_sentence(both, arguments, code, sentence):
    done = run_newsieve(*arguments, home=both)
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_is_forgotten_in_a_home_without_decisions(tmp_path):
    done = run_newsieve("forget", "person:ben", home=tmp_path / "none")
    assert (done.returncode, "no moderation database yet" in done.stderr) == (1, True)
    assert run_newsieve("conflicts", home=tmp_path / "none").stderr.strip() == "Nobody disagrees"


def test_a_conflict_is_listed_and_left_out_and_settled_is_trained_on(tmp_path, little, capsys):
    home = tmp_path / "home"
    rows = [
        act(person, ruling, SAID[0][2], "boats.example") for person, ruling in (("anna", "filler"), ("ben", "news"))
    ]
    measured = read_examples(held_out_data(), notify=print)[0]
    rows.append(act("cleo", measured.label, measured.text, "paper.example"))
    run_newsieve("import", "-", home=home, stdin="".join(json.dumps(row) + "\n" for row in rows))
    intake = training_set(Home(home), [little], without=()).intake
    told = capsys.readouterr().err
    assert (intake.held_out, "Left out 1 decisions on texts that versions are measured on\n" in told) == (1, True)
    assert (intake.conflicts, "Left out 1 texts that people label differently" in told) == (1, True)
    (line,) = run_newsieve("conflicts", home=home).stdout.splitlines()
    conflict = json.loads(line)
    assert [(one["person"], one["ruling"]) for one in conflict["statements"]] == [("anna", "filler"), ("ben", "news")]
    done = run_newsieve("conflicts", "--settle", conflict["fingerprint"], "filler", home=home)
    assert (done.returncode, done.stderr.strip()) == (0, "Settled: filler")
    assert run_newsieve("conflicts", home=home).stdout == ""
    assert training_set(Home(home), [little], without=()).intake.conflicts == 0


def test_too_little_of_a_label_is_refused_with_the_numbers(tmp_path):
    rows = [{"text": f"Council votes on plan {n}", "label": "news", "page": f"p{n}"} for n in range(30)]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run_newsieve("train", tmp_path / "news.jsonl", home=tmp_path / "home")
    assert done.returncode == 1
    assert "filler has 0 examples, 0.0% of the weight" in done.stderr
