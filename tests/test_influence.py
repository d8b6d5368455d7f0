"""Leaving a person out in one step comes close to training without them."""

import numpy as np
import pytest

from classifier.blocks import Example
from classifier.fitting import BlockFit, analysed
from classifier.influence import OTHERS, Leaving, influences

NEWS = "The {} council voted on Tuesday to close the {}, officials said in a statement."
FILLER = "Top {} tips for choosing the best {} casino bonus, order cheap now"
FURNITURE = "Share this {} on {}"
WORDS = ("harbour", "school", "bridge", "library", "market", "station", "museum", "theatre", "ferry", "garden")


def example(label, text, person, number):
    people = (person,) if person else ()
    return Example(text, label, f"page {number}", f"site {number % 5}", people=people)


def blocks(person, turned=False):
    found = []
    for number, (one, other) in enumerate(zip(WORDS, reversed(WORDS), strict=True)):
        news, filler = (FILLER, NEWS) if turned else (NEWS, FILLER)
        for label, form in (("news", news), ("filler", filler), ("boilerplate", FURNITURE)):
            text = form.format(f"{person} {one}", f"{person} {other}").strip()
            found.append(example(label, text, person, number))
    return found


@pytest.fixture(scope="module")
def examples():
    return [*blocks(""), *blocks("anna"), *blocks("hostile", turned=True)]


def test_one_step_without_some_examples_is_nearly_the_refit(examples):
    data = analysed(examples)
    leaving, gone = Leaving(data), np.array([e.people == ("anna",) for e in examples])
    (without,) = leaving.without([gone])
    refit = BlockFit(data).solution(np.where(gone, 1e-9, data.weights))
    step = without.table[:-1] - leaving.solution.table[:-1]
    change = refit.table[:-1] - leaving.solution.table[:-1]
    assert (step * change).sum() / np.linalg.norm(step) / np.linalg.norm(change) > 0.8
    assert leaving.change(without) > 0


def test_who_labels_against_everybody_makes_what_others_decided_come_out_wrong(examples):
    held_out = [Example("The ferry council voted on Monday, officials said.", "news", "golden", "golden")]
    told = []
    found = influences(examples, analysed(examples), {"golden": held_out}, seed=0, progress=told.append)
    assert [one.person for one in found] == ["anna", "hostile"]
    assert told == ["leaving anna out", "leaving hostile out"]
    flips = {one.person: {set_.name: set_ for set_ in one.flips} for one in found}
    assert flips["hostile"][OTHERS].worse >= flips["anna"][OTHERS].worse
    assert flips["hostile"]["golden"].of == 1
    assert all(len(one.expected) == 3 for one in found)


def test_one_person_alone_is_compared_with_nobody():
    examples = [*blocks(""), *blocks("anna")]
    (found,) = influences(examples, analysed(examples), {}, seed=0, progress=lambda _: None)
    assert (found.expected, found.flips) == ((), ())
    assert found.change > 0
