"""People's statements become examples that all stand behind, weighed by campaign; conflicts are left out."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.consensus import Statement, conflicts, consensus
from classifier.text import fingerprint

NOW = datetime(2026, 1, 2)
SPUN = (
    "Ten reasons why the best {} casino bonus of the year is waiting for every new player who signs up {}, from the "
    "first free spins on the house to the loyalty points that seasoned guests of the tables exchange for cash at night"
)
acts = count(1)


def said(person, ruling, text="Council votes on the harbour", site="a.example", **options):
    act = options.pop("act", None) or next(acts)
    at = NOW + timedelta(minutes=act)
    return Statement(person, ruling, fingerprint(text), text, f"https://{site}/1", site, act, at, **options)


def test_what_two_people_agree_on_is_one_example_of_both():
    (example,) = consensus([said("ben", "filler"), said("anna", "filler")]).examples
    assert (example.label, example.people, example.weight) == ("filler", ("anna", "ben"), 1.0)


def test_a_text_that_people_label_differently_is_a_conflict_and_no_example():
    found = consensus([said("anna", "news"), said("ben", "filler")])
    assert found.examples == ()
    assert [[one.person for one in conflict.statements] for conflict in found.conflicts] == [["anna", "ben"]]


def test_who_is_unsure_abstains():
    found = consensus([said("anna", "news"), said("ben", "unsure"), said("ben", "unsure", "Another text")])
    assert [(e.label, e.people) for e in found.examples] == [("news", ("anna",))]
    assert (found.conflicts, found.unsure) == ((), 1)


def test_a_conflict_that_is_settled_is_an_example_of_who_settled_it():
    (example,) = consensus([said("anna", "news"), said("ben", "filler"), said("zoe", "news", settles=True)]).examples
    assert (example.label, example.people) == ("news", ("zoe",))


def test_a_settled_text_is_in_conflict_again_when_somebody_says_otherwise_afterwards():
    settled = [said("anna", "news"), said("ben", "filler"), said("zoe", "news", settles=True)]
    (conflict,) = conflicts([*settled, said("anna", "filler")])
    assert [one.person for one in conflict.statements] == ["zoe", "anna"]


def test_the_texts_of_one_campaign_decision_count_together_as_one_example():
    titles = ["Tips for new landlords", "A guide to the best pool cleaners", "Why your dog needs a dentist"]
    act = next(acts)
    found = consensus([said("anna", "filler", title, act=act, of_campaign=True) for title in titles])
    assert [e.weight for e in found.examples] == [pytest.approx(1 / 3)] * 3


def test_texts_decided_with_one_key_on_a_run_count_each():
    act = next(acts)
    found = consensus([said("anna", "filler", title, act=act) for title in ("Tips for landlords", "Pool cleaners")])
    assert [e.weight for e in found.examples] == [1.0, 1.0]


def test_spun_texts_count_together_as_one_example_and_never_stand_on_both_sides_of_a_split():
    names = ("Malta", "Cyprus", "Dublin", "Prague")
    spun = [said("anna", "filler", SPUN.format(name, "today"), f"{name.lower()}.example") for name in names]
    found = consensus([*spun, said("anna", "news", "Council votes on the harbour", "paper.example")])
    by_site = {e.site: e for e in found.examples}
    assert [by_site[f"{name.lower()}.example"].weight for name in names] == [0.25] * 4
    assert len({by_site[f"{name.lower()}.example"].voice for name in names}) == 1
    assert by_site["paper.example"].weight == 1.0
    assert by_site["paper.example"].voice != by_site["malta.example"].voice


def test_nearly_the_same_texts_of_two_labels_do_not_share_their_weight():
    found = consensus([said("anna", "filler", SPUN.format("Malta", "")), said("anna", "news", SPUN.format("Bonn", ""))])
    assert [e.weight for e in found.examples] == [1.0, 1.0]
    assert len({e.voice for e in found.examples}) == 1


def test_the_texts_of_one_site_never_stand_on_both_sides_of_a_split():
    found = consensus([said("anna", "news", "Council votes"), said("ben", "filler", "Pool cleaners")])
    assert len({e.voice for e in found.examples}) == 1


def test_nothing_said_is_no_example():
    assert consensus([]).examples == ()


SENTENCES = st.tuples(
    st.sampled_from(["anna", "ben", "zoe"]),
    st.sampled_from(["news", "filler", "boilerplate", "unsure"]),
    st.sampled_from([SPUN.format(a, b) for a in ("x", "y", "z") for b in ("now", "then")] + ["Council votes", "Pools"]),
    st.sampled_from(["a.example", "b.example", ""]),
)


@given(st.lists(SENTENCES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_statements_changes_nothing(sentences, random):
    newest = {
        (person, text): (number, ruling, site) for number, (person, ruling, text, site) in enumerate(sentences, 1)
    }
    every = [said(person, ruling, text, site, act=number) for (person, text), (number, ruling, site) in newest.items()]
    shuffled = random.sample(every, len(every))
    assert consensus(shuffled) == consensus(every)
