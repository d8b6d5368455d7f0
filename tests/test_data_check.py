"""newsieve data check: every sort of fault is found where it stands, and the shipped data have none."""

import hashlib
import json

import pytest

from classifier.data_check import MOST_CHARACTERS, check_data
from classifier.giveaways import MOST_GIVEN_AWAY, given_away
from classifier.labelled import held_out_data, read_examples, shipped_data

NEWS = "The harbour board approved a second berth for the island ferry on Monday evening."
FILLER = "Our movers in Portland offer the best prices for a stress free move of your home."


@pytest.fixture
def faults_of(tmp_path):
    """Writes rows to a file and returns the faults found in it, as (row, what)."""

    def check(*rows, held_out=()):
        files = []
        for name, content in (("pages", rows), ("held", held_out)):
            files.append(tmp_path / f"{name}.jsonl")
            lines = (row if isinstance(row, str) else json.dumps(row) for row in content)
            files[-1].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        _, faults = check_data(files[:1], files[1:] if held_out else [], notify=print)
        return [(fault.place.rpartition("/")[2], fault.what) for fault in faults]

    return check


def row(text, label="news", **more):
    return {"text": text, "label": label, **more}


def test_sound_rows_have_no_faults(faults_of):
    assert faults_of(row(NEWS), row(FILLER, "filler")) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (
            row(NEWS, "fillr"),
            "label is 'fillr'; use 'news', 'filler' or 'boilerplate', or say what it means, as in "
            "--map 'THEIRS=filler'",
        ),
        (row(5), "text is not a string; a labelled block needs words"),
        (row("  "), "text is empty; a labelled block needs words"),
        ({"text": NEWS}, "a block lacks 'text' or 'label'; use objects with both"),
        ({"page": "p", "blocks": "x"}, "blocks is not a list; use a list of objects with 'text' and 'label'"),
        (row("a bc" * MOST_CHARACTERS), "a block of 20,000 characters; cut it, 5,000 are allowed"),
        (
            row("The mayor donâ€™t agree with the vote."),
            "encoding debris in 'The mayor donâ€™t agree with the vote.'; repair the text",
        ),
        (
            row("Lost \ufffd letters in a headline"),
            "encoding debris in 'Lost � letters in a headline'; repair the text",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_still_checked(faults_of, bad, fault):
    found = faults_of(row(FILLER, "filler"), bad, row("Short", "fillr"))
    assert ("pages.jsonl:2", fault) in found
    assert any(place == "pages.jsonl:3" and what.startswith("label is 'fillr'; use 'news',") for place, what in found)


def test_broken_json_is_a_fault(faults_of):
    ((place, what),) = faults_of(row(NEWS), "{broken")
    assert place == "pages.jsonl:2"
    assert what.startswith("broken JSON")


def test_two_labels_for_one_text_are_a_fault_whatever_its_date_and_case(faults_of):
    ((place, what),) = faults_of(row("Tips for dogs - 4 May 2019"), row("TIPS for dogs - May 6, 2021", "boilerplate"))
    assert place == "pages.jsonl:1"
    assert what.startswith("boilerplate and news for the same text 'Tips for dogs - 4 May 2019'")


def test_a_text_twice_is_a_fault_but_furniture_may_repeat(faults_of):
    ((_, what),) = faults_of(row(NEWS), row(NEWS), row("Share this", "boilerplate"), row("Share this", "boilerplate"))
    assert "stands again in" in what


def test_what_is_measured_on_may_not_nearly_stand_in_what_is_fitted(faults_of):
    near = NEWS.replace("Monday", "Tuesday") + " The vote was unanimous."
    long = "The harbour board approved " + "a second berth for the island ferry and the pilots who guide it " * 2
    ((place, what),) = faults_of(row(NEWS), row(long), held_out=[row(long + "today"), row(FILLER, "filler"), row(near)])
    assert place == "held.jsonl:1"
    assert "nearly stands in" in what


def test_a_site_belongs_to_one_voice(faults_of):
    found = faults_of(row(NEWS, site="a.example", voice="v1"), row(FILLER, "filler", site="a.example", voice="v2"))
    assert found == [("a.example", "a site of the voices v1, v2; a site belongs to one voice")]


def test_dates_markers_and_case_that_give_the_label_away_are_a_fault(faults_of):
    rows = [row(f"council report number {n} of the ward", voice=f"v{n % 6}") for n in range(60)]
    rows += [
        row(f"Deal Number {n} Of The Shop - May {n % 28 + 1}, 2020", "filler", voice=f"v{n % 6}") for n in range(60)
    ]
    ((place, what),) = faults_of(*rows)
    assert place == "all"
    assert what.startswith("dates, markers, typos, case and length alone tell filler from news (AUC 1.000)")


def test_the_shipped_data_have_no_faults():
    examples, faults = check_data([shipped_data()], held_out_data(), notify=print)
    assert faults == []
    assert len(examples) > 9_000


def test_superficial_facts_do_not_separate_the_shipped_classes():
    """Dates, list markers, typos, case and length: a model on these alone stays under 0.65 AUC."""
    assert given_away(read_examples([shipped_data()], notify=print)) < MOST_GIVEN_AWAY == 0.65


def test_data_that_are_measured_on_are_not_held_against_themselves():
    examples, faults = check_data([shipped_data() / "holdout"], held_out_data(), notify=print)
    assert faults == []
    assert 1_500 < len(examples) < 2_000


def test_filler_of_a_single_voice_can_be_checked(faults_of):
    rows = [row(f"{NEWS} {n}", voice=f"v{n % 6}") for n in range(30)]
    assert faults_of(*rows, *(row(f"{FILLER} {n}", "filler", voice="v0") for n in range(5))) == []


def test_a_page_name_used_twice_is_a_fault(faults_of):
    page = {"page": "p1", "blocks": [row(NEWS)]}
    ((place, what),) = faults_of(page, {"page": "p1", "blocks": [row(FILLER, "filler")]})
    assert place == "pages.jsonl:1"
    assert what.startswith("page pages/p1 stands again in")


def test_the_holdout_is_what_was_measured_when_its_figures_were_written():
    """The holdout may grow, but never quietly: whoever changes it writes new figures and a new digest."""
    texts = (e for e in read_examples([shipped_data() / "holdout"], notify=print))
    digest = hashlib.sha256(json.dumps([[e.page, e.label, e.text] for e in texts]).encode()).hexdigest()
    assert digest == "d82e2118282e0c23c4b35d865505b96e70bbbf94a8851e9815cf395e186925dd"
