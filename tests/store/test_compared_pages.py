"""Pages of the queue as versions are compared on them."""

from classifier.store.compared_pages import campaigns_of_texts, decided_pages, sample_page_ids, stored_pages
from classifier.store.dropping import drop_pages
from classifier.store.judging import judge_stale
from classifier.store.queue import add_pages
from classifier.text import fingerprint
from tests.store.conftest import NOW, OTHER, PAGE, TITLE, TITLES, add_spam, rule, spammed


def test_a_decided_text_is_placed_on_the_page_it_was_decided_on_else_the_oldest_it_stands_on(database):
    rule(database, 2, 0, "filler")  # the title of page 1 as well, dates masked
    assert decided_pages(database) == {fingerprint(TITLE): 2}
    drop_pages(database, [2])
    assert decided_pages(database) == {fingerprint(TITLE): 1}
    drop_pages(database, [1])
    assert decided_pages(database) == {}


def test_a_text_whose_ruling_was_taken_back_is_placed_nowhere(database):
    rule(database, 1, 0, "filler")
    rule(database, 1, 0, "undo", minutes=1)
    assert decided_pages(database) == {}


def test_a_page_is_read_with_the_verdicts_of_the_version_that_judged_it(database, model):
    (unjudged,) = stored_pages(database, [1, 99])
    assert (unjudged.model, unjudged.verdicts) == (None, ())
    judge_stale(database, model)
    (page,) = stored_pages(database, [1])
    assert page.texts == tuple(block.text for block in PAGE.blocks)
    expected = model.classify(PAGE.blocks, explain=False)
    assert [(v.label, v.needs_review, v.model) for v in page.verdicts] == [
        (v.label, v.needs_review, v.model) for v in expected
    ]


def test_a_sample_is_the_same_each_time_and_all_pages_where_there_are_few(database):
    assert sample_page_ids(database, 10) == ([1, 2], 2)
    add_pages(database, [spammed(number) for number in range(30)], added_at=NOW)
    drawn, of = sample_page_ids(database, 10)
    assert (len(set(drawn)), of) == (10, 32)
    assert sample_page_ids(database, 10) == (drawn, of)


def test_blocks_and_decided_texts_know_their_campaign(database, model):
    add_spam(database, model)
    page = next(page for page in stored_pages(database, [3]))
    at = next(n for n, text in enumerate(page.texts) if text.startswith(TITLES[0]))
    assert page.campaigns[at] is not None
    assert page.campaigns[0] is None
    rule(database, 3, at, "filler")
    assert campaigns_of_texts(database) == {fingerprint(page.texts[at]): page.campaigns[at]}
    assert OTHER.blocks


def test_a_decided_text_of_two_campaigns_belongs_to_the_one_on_more_pages(database, model):
    add_spam(database, model)  # campaign 1, on six pages
    others = [f"{n} Ways to {what}" for n, what in enumerate(("Clean Gutters", "Lease Forklifts", "Dye Wool"), 3)]
    add_pages(database, [spammed(number, [TITLES[0], *others], "b.example") for number in (40, 41)], added_at=NOW)
    judge_stale(database, model)
    rule(database, 3, 1, "filler")
    (page,) = stored_pages(database, [9])
    assert {1, *page.campaigns} >= {1, 2}, "the second run is a campaign of its own"
    text = next(text for text in page.texts if text.startswith(TITLES[0]))
    assert campaigns_of_texts(database) == {fingerprint(text): 1}
