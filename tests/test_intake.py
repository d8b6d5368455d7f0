"""What went into a version is counted, and what no version could be told apart by is refused with the numbers."""

from dataclasses import replace

import pytest

from classifier.blocks import Example
from classifier.errors import TrainingDataError
from classifier.intake import Limits, counted, refuse_unfit


def example(label, number, *people, weight=1.0):
    return Example(
        f"{label} {number}", label, "p", "s", origin=f"pages/v01.jsonl:{number}", people=people, weight=weight
    )


def many(**counts):
    return [example(label, number) for label, count in counts.items() for number in range(count)]


def test_examples_are_counted_by_source_person_and_label():
    every = [*many(news=2, filler=1), example("filler", 9, "ann", "ben"), example("news", 9, "ann")]
    found = counted(every, conflicts=3, unsure=2, held_out=1, left_out=["person:zoe"])
    assert found.sources == {"v01.jsonl": {"filler": 1, "news": 2}, "decisions": {"filler": 1, "news": 1}}
    assert found.people == {"ann": {"filler": 1, "news": 1}, "ben": {"filler": 1}}
    assert (found.conflicts, found.unsure, found.held_out, found.left_out) == (3, 2, 1, ("person:zoe",))


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        ({"news": 50, "filler": 50}, "boilerplate has 0 examples, 0.0% of the weight"),
        ({"news": 50, "filler": 50, "boilerplate": 9}, "boilerplate has 9 examples"),
        (
            {"news": 20, "filler": 950, "boilerplate": 40},
            "filler has 950 examples, 94.1% of the weight; news has 20 examples, 2.0%",
        ),
    ],
)
def test_too_few_examples_or_a_tipped_balance_is_refused_with_the_numbers(counts, fault):
    with pytest.raises(TrainingDataError, match=fault):
        refuse_unfit(many(**counts), Limits())


def test_a_campaign_of_a_thousand_texts_does_not_tip_the_balance():
    campaign = [replace(one, weight=0.001) for one in many(filler=1_000)]
    refuse_unfit([*many(news=50, filler=50, boilerplate=20), *campaign], Limits())
