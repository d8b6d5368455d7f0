"""Which runs are nearly the same: what spinners do to one is seen through, and different ones are told apart."""

import random
from hashlib import sha256
from itertools import combinations, pairwise

import numpy as np
from datasketch import MinHash

from classifier.signatures import alike_pairs, signature_of, stored
from classifier.text import words_of

LISTS = [
    """9 Tips for Choosing the Perfect Wedding Photographer
How to Find the Best Casino Bonus Without a Deposit
7 Reasons to Hire a Personal Injury Lawyer Today
Top 10 Benefits of Buying Instagram Followers
Tips for Becoming a Good Boxer
What to Look for in a Used Forklift
Why Every Small Business Needs a Payday Loan Broker
The Ultimate Guide to Vaping for Beginners
5 Mistakes to Avoid When Selling Your Timeshare
How Long Do Dental Implants Really Last""",
    """How to Choose the Best Roofing Contractor in Your Area
Top 5 Online Slots With the Highest Payouts
9 Tips for Planning the Perfect Beach Wedding
Reasons to Hire a Car Accident Lawyer Today
The Ultimate Guide to Crypto Wallets for Beginners
What to Look for in an Essay Writing Service
Why Every Home Needs a Water Softener
5 Mistakes to Avoid When Buying Gold Coins
Tips for Becoming a Successful Day Trader
How Much Does It Cost to Move a Piano""",
    """Best Weight Loss Pills That Actually Work
Cheap Flights to Bali: Everything to Know Before You Book
Is Forex Trading a Good Way to Make Money
Garage Door Repair Done Right the First Time
Ten Signs Your Cat Needs a New Litter Box
CBD Oil for Dogs: What Vets Are Saying
Replica Watches That Look Like the Real Thing
Plumbing Emergencies and When to Call for Help
Betting on Football: a Beginner's Handbook
Essential Oils That Help You Sleep at Night""",
]
PARAGRAPHS = [
    """Finding the right online casino is easier than most players think. Begin with the licence, because a
house without one owes you nothing when a payment goes missing. Then read the terms of the welcome bonus
with care, since many offers demand that the sum be played forty times before a single coin can leave the
account. A generous site answers questions at any hour, pays within two days and never asks for documents
twice.""",
    """Finding a good personal injury lawyer matters most in the first days after a crash. Insurance firms
act fast, and whatever you sign in the hospital bed may cost you the claim. Look for an office that works
without a fee unless it wins, ask how many cases like yours it took to court last year, and bring every
photograph, bill and letter along when you meet for the free consultation.""",
    """A memory foam mattress changes how a tired body recovers overnight. The foam yields where shoulders
and hips press hardest and carries the spine in a straight line, which is why so many physiotherapists
recommend it to patients with a sore back. Before ordering, compare the density of the layers, the length of
the trial period and the cost of sending a king size bed back to the warehouse.""",
]
SYNONYMS = ["superb", "quickly", "folks", "obtain", "purchase", "assist", "plenty", "shop", "method", "guide"]


def nearly_the_same(one, other):
    """Tell whether a run would join the campaign that the other run founded."""
    founder, run = signature_of(other), signature_of(one)
    met = set(founder.bands()) & set(run.bands())
    return bool(met) and run.likeness(stored([founder.to_bytes()]))[0] >= run.alike


def titles(number):
    return LISTS[number].split("\n")


def spun(text, share, seed):
    rng = random.Random(seed)
    return " ".join(rng.choice(SYNONYMS) if rng.random() < share else word for word in text.split())


def changed(found, seed, count=1):
    """Return a list with some titles replaced by those of another list."""
    rng = random.Random(seed)
    new = list(found)
    for place in rng.sample(range(len(new)), count):
        new[place] = rng.choice(titles(2))
    return new


def test_dates_numbers_case_and_order_make_no_difference():
    dated = [f"{title} - May {n + 1}, 2019" for n, title in enumerate(titles(0))]
    other = [f"{title.upper()} - 2021-03-1{n}" for n, title in enumerate(titles(0))]
    assert signature_of(dated).to_bytes() == signature_of(list(reversed(other))).to_bytes()
    assert nearly_the_same(
        ["Top 11 Benefits of Buying Instagram Followers"], ["Top 25 Benefits of Buying Instagram Followers"]
    )


def test_a_list_with_a_title_changed_added_or_lacking_is_recognised_always_and_with_three_changed_nearly_always():
    for number in (0, 1):
        found = titles(number)
        for seed in range(50):
            assert nearly_the_same(changed(found, seed), found)
        assert nearly_the_same([*found, "Payday Loans Without a Credit Check"], found)
        assert nearly_the_same(found[1:], found)
        assert sum(nearly_the_same(changed(found, seed, 3), found) for seed in range(50)) >= 45


def test_a_paragraph_with_every_tenth_word_spun_is_recognised_and_with_every_seventh_mostly():
    for paragraph in PARAGRAPHS:
        assert sum(nearly_the_same([spun(paragraph, 0.10, seed)], [paragraph]) for seed in range(50)) >= 48
        assert sum(nearly_the_same([spun(paragraph, 0.15, seed)], [paragraph]) for seed in range(50)) >= 38


def test_different_lists_and_paragraphs_are_told_apart_also_when_they_follow_one_pattern():
    runs = [*(titles(n) for n in range(3)), *([paragraph] for paragraph in PARAGRAPHS)]
    assert not any(nearly_the_same(one, other) for one, other in combinations(runs, 2))
    assert not any(nearly_the_same(changed(titles(0), seed, 8), titles(0)) for seed in range(50))


def test_single_titles_after_one_pattern_are_different_runs():
    told = [title.split(" - ")[0] for number in (0, 1) for title in titles(number)]
    assert not any(nearly_the_same([one], [other]) for one, other in combinations(told, 2))
    assert not nearly_the_same(["Tips for Becoming a Good Boxer"], ["Tips for Becoming a Good Lawyer"])


def test_a_run_of_few_words_has_no_signature():
    assert signature_of(["Casino", "Read more", "2019"]) is None
    assert signature_of([]) is None
    assert signature_of(["Casino", "Poker", "Viagra", "Loans", "Slots"]) is not None


def test_signatures_stay_the_same_from_version_to_version_for_they_are_stored():
    signature = signature_of(titles(0))
    assert len(signature.to_bytes()) == 512
    assert sha256(signature.to_bytes()).hexdigest()[:16] == "7add0818beea5466"
    assert len(signature.bands()) == 24


def test_signatures_are_those_of_datasketch():
    text = " ".join(PARAGRAPHS[0].split())
    theirs = MinHash(num_perm=128, scheme="affine32")
    theirs.update_batch([f"{one} {other}".encode() for one, other in pairwise(["", *words_of(text)])])
    assert np.array_equal(signature_of([text]).values, theirs.hashvalues)


def test_texts_that_are_nearly_the_same_are_paired_once_each_whatever_stands_between():
    texts = ["Casino", PARAGRAPHS[0], PARAGRAPHS[1], spun(PARAGRAPHS[0], 0.02, 1), "", spun(PARAGRAPHS[1], 0.02, 2)]
    assert list(alike_pairs(texts)) == [(1, 3), (2, 5)]
    assert list(alike_pairs([])) == list(alike_pairs(["Casino"])) == []


def test_a_text_is_compared_with_the_first_eight_that_share_a_band_so_that_a_thousand_alike_take_no_million_pairs():
    found = list(alike_pairs([PARAGRAPHS[0]] * 300))
    assert found == [(one, other) for one in range(8) for other in range(one + 1, 300)]


def test_more_texts_than_are_signed_at_once_have_the_signatures_that_each_has_alone():
    many = [spun(PARAGRAPHS[n % 3], 0.3, n) for n in range(450)]
    signed = [signature_of([text]) for text in many]
    met = {
        (a, b)
        for (a, one), (b, other) in combinations(enumerate(signed), 2)
        if one.likeness(other.values[None])[0] >= one.alike and set(one.bands()) & set(other.bands())
    }
    found = set(alike_pairs(many))
    assert found <= met
    assert {number for pair in found for number in pair} == {number for pair in met for number in pair}
