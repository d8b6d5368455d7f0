"""Campaigns: the same run on several pages is found, told, decided on as one, and taken back as one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from classifier.blocks import Block, Page
from classifier.errors import ConflictError, NotFoundError
from classifier.store.campaign_detail import campaign_pages, get_campaign
from classifier.store.campaign_listing import CampaignFilter, count_campaigns, list_campaigns
from classifier.store.campaign_ruling import decide_campaign, preview_campaign
from classifier.store.decisions import Act
from classifier.store.dropping import drop_pages
from classifier.store.history import redo, undo
from classifier.store.judging import judge_stale
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import campaign_bands, campaign_texts, campaigns, decisions, pages
from tests.store.conftest import NOW, TITLES, add_spam, all_rows, rule, rulings, spammed


@pytest.fixture
def spam(database, model):
    """Six pages of three sites with nearly the same run, a day apart; numbers 3 to 8, campaign 1."""
    add_spam(database, model)
    return database


def act(form=None, person="anna", campaign_id=1, **more):
    return Act(person, NOW + timedelta(days=9), "campaign", form, campaign_id=campaign_id, **more)


def decide(database, ruling, **more):
    shown = preview_campaign(database, 1, ruling)
    return decide_campaign(database, act(seen=shown.seen, **more), ruling, digest=shown.digest)


def standing(database):
    """Return the rulings of the campaign's titles on page 4."""
    return {position: ruling for position, ruling in rulings(database, 4).items() if 0 < position <= len(TITLES)}


def test_nearly_the_same_run_on_several_pages_is_one_campaign_with_since_when_and_where(spam):
    (listed,) = list_campaigns(spam, CampaignFilter(), limit=9)
    assert (listed.pages, listed.sites, listed.texts, listed.undecided) == (6, 3, 5, 5)
    assert (listed.first_seen, listed.last_seen) == (NOW, NOW + timedelta(days=5))
    assert listed.sample == "9 Tips for Choosing the Perfect Wedding Photographer - June 1, 2020"
    assert count_campaigns(spam, CampaignFilter()) == 1


def test_a_run_on_one_page_only_is_no_campaign_yet(spam):
    drop_pages(spam, [3, 4, 5, 6, 7])
    assert list_campaigns(spam, CampaignFilter(), limit=9) == []
    assert get_campaign(spam, 1).listed.pages == 1


def test_a_campaign_without_pages_is_forgotten_and_its_number_never_given_again(spam, model):
    drop_pages(spam, [3, 4, 5, 6, 7, 8])
    for table in (campaigns, campaign_bands, campaign_texts):
        assert all_rows(spam, table) == []
    with pytest.raises(NotFoundError, match="campaign 1: there is none"):
        get_campaign(spam, 1)
    with pytest.raises(NotFoundError):
        preview_campaign(spam, 1, "filler")
    with pytest.raises(NotFoundError):
        decide_campaign(spam, act(), "filler", digest="")
    add_pages(spam, [spammed(9)], added_at=NOW)
    judge_stale(spam, model)
    assert [row.id for row in all_rows(spam, campaigns)] == [2]


def test_what_is_counted_by_changes_is_what_counting_everything_anew_would_give(spam, model):
    drop_pages(spam, [3, 8])
    rule(spam, 4, 1, "filler")
    with spam.writing() as connection:
        connection.execute(sa.update(pages).values(model="older"))
    while judge_stale(spam, model):
        pass
    detail = get_campaign(spam, 1)
    found = [get_page(spam, page.id) for page in campaign_pages(spam, 1, limit=99)]
    assert detail.listed.pages == len(found) == 4
    assert dict(detail.sites) == {site: [p.page.site for p in found].count(site) for site in dict(detail.sites)}
    assert detail.listed.undecided == sum(ruled.texts for ruled in detail.ruled if ruled.ruling is None) == 3
    assert (detail.listed.first_seen, detail.listed.last_seen) == (
        min(page.added_at for page in found),
        max(page.added_at for page in found),
    )


def test_campaigns_are_listed_in_every_order_and_filtered_by_state_and_site(spam, model):
    others = [
        "Cheap Essay Writing Service Reviews",
        "Crypto Trading Signals That Really Work",
        "Buy Backlinks Online Now",
    ]
    for number in (20, 21):
        page = spammed(number, others, site=f"many{number}.example")
        add_pages(spam, [page], added_at=NOW + timedelta(days=number))
    judge_stale(spam, model)

    def listed(order="most pages", **wanted):
        return [c.id for c in list_campaigns(spam, CampaignFilter(**wanted), order=order, limit=9)]

    other = max(listed())
    assert listed() == listed("most sites") == [1, other]
    assert listed("newest") == [other, 1]
    assert [c.id for c in list_campaigns(spam, CampaignFilter(), limit=1, offset=1)] == [other]
    assert listed(site="many20.example") == [other]
    assert listed(site="nowhere.example") == []
    decide(spam, "filler")
    assert (listed(state="decided"), listed(state="undecided")) == ([1], [other])


def test_a_campaign_tells_sites_link_hosts_samples_that_differ_and_who_ruled_what(spam):
    rule(spam, 4, 1, "filler", "ben")
    rule(spam, 4, 2, "news", "cleo")
    detail = get_campaign(spam, 1)
    assert dict(detail.sites) == {"site0.example": 2, "site1.example": 2, "site2.example": 2}
    assert (detail.hosts, detail.more_hosts) == ((("spam.example", 6),), 0)
    assert [len(sample.blocks) for sample in detail.samples] == [4, 4]
    assert detail.samples[0].blocks[0].text.startswith(TITLES[0])
    assert detail.samples[1].blocks[3].text.startswith("Why Every Small Business")
    assert {(r.ruling, r.person, r.texts) for r in detail.ruled} == {
        (None, "", 3),
        ("filler", "ben", 1),
        ("news", "cleo", 1),
    }
    assert [page.id for page in campaign_pages(spam, 1, limit=4, offset=1)] == [7, 6, 5, 4]


def test_a_preview_tells_what_a_ruling_would_change_and_changes_nothing(spam):
    add_pages(spam, [Page("elsewhere", (Block(f"{TITLES[0]} - May 1, 2001", 0),), "elsewhere.example")], added_at=NOW)
    rule(spam, 4, 1, "news", "ben")
    rule(spam, 4, 2, "filler", "cleo")
    shown = preview_campaign(spam, 1, "filler")
    assert (shown.texts, shown.pages, shown.sites) == (5, 7, 4)
    assert (shown.agreeing, shown.changed, shown.same) == (5, 0, 1)
    assert [(r.ruling, r.person, r.texts) for r in shown.overruled] == [("news", "ben", 1)]
    assert preview_campaign(spam, 1, "news").changed == 5
    assert standing(spam) == {1: "news", 2: "filler"}


def test_one_decision_holds_for_every_text_of_every_page_and_is_taken_back_and_redone_as_a_whole(spam):
    rule(spam, 4, 1, "news", "ben")
    assert decide(spam, "filler")
    assert standing(spam) == dict.fromkeys((1, 2, 3, 4), "filler")
    assert rulings(spam, 3)[4] == "filler"
    done = get_campaign(spam, 1)
    assert (done.act.person, done.act.ruling, done.act.texts, done.listed.undecided) == ("anna", "filler", 5, 0)
    assert undo(spam, person="anna", now=NOW, act=done.act.id).texts == 5
    assert standing(spam) == {1: "news"}
    back = get_campaign(spam, 1)
    assert (back.act, back.listed.undecided) == (None, 4)
    redo(spam, person="anna", now=NOW)
    assert standing(spam) == dict.fromkeys((1, 2, 3, 4), "filler")


def test_each_decision_says_what_the_model_had_said_of_the_text_and_where_it_stood(spam, model):
    decide(spam, "filler")
    rows = all_rows(spam, decisions)
    assert {(row.shown_model, row.shown_label) for row in rows} == {(model.card.version, "filler")}
    oldest = next(row for row in rows if row.text.startswith(TITLES[0]))
    assert (oldest.address, oldest.site, oldest.position) == ("https://site0.example/0", "site0.example", 1)


def test_a_form_sent_twice_is_one_act(spam):
    shown = preview_campaign(spam, 1, "filler")
    assert decide_campaign(spam, act("f1", seen=shown.seen), "filler", digest=shown.digest)
    assert not decide_campaign(spam, act("f1", seen=shown.seen), "filler", digest=shown.digest)
    assert len(standing(spam)) == 4


def test_a_preview_that_is_no_longer_true_decides_nothing(spam, model):
    shown = preview_campaign(spam, 1, "filler")
    with pytest.raises(ConflictError, match=r"campaign 1: .* changed since the preview"):
        decide_campaign(spam, act(), "news", digest=shown.digest)
    add_pages(spam, [spammed(9, (*TITLES, "How to Sell a House Fast for Cash in Any Market"))], added_at=NOW)
    judge_stale(spam, model)
    with pytest.raises(ConflictError):
        decide_campaign(spam, act(seen=shown.seen), "filler", digest=shown.digest)
    shown = preview_campaign(spam, 1, "filler")
    rule(spam, 4, 1, "news", "ben")
    with pytest.raises(ConflictError):
        decide_campaign(spam, act(seen=shown.seen), "filler", digest=shown.digest)
    assert standing(spam) == {1: "news"}


def test_what_somebody_else_said_again_since_the_preview_is_not_overruled_unseen(spam):
    rule(spam, 4, 1, "news", "cleo")
    shown = preview_campaign(spam, 1, "filler")
    rule(spam, 4, 1, "news", "ben")
    with pytest.raises(ConflictError, match="ben has ruled"):
        decide_campaign(spam, act(seen=shown.seen), "filler", digest=shown.digest)
    assert standing(spam) == {1: "news"}


def test_a_page_that_arrives_with_the_same_texts_leaves_the_preview_true_and_is_decided_with_the_others(spam, model):
    shown = preview_campaign(spam, 1, "filler")
    add_pages(spam, [spammed(9)], added_at=NOW)
    judge_stale(spam, model)
    assert decide_campaign(spam, act(seen=shown.seen), "filler", digest=shown.digest)
    assert set(rulings(spam, 9).values()) == {"filler"}


def test_a_block_of_a_megabyte_is_told_in_part(database, model):
    long = " ".join(f"casino bonus number {n}" for n in range(45_000))
    for number in range(2):
        add_pages(database, [spammed(number, (long, *TITLES))], added_at=NOW)
    while judge_stale(database, model):
        pass
    detail = get_campaign(database, 1)
    assert len(detail.listed.sample) <= 300
    assert max(len(block.text) for sample in detail.samples for block in sample.blocks) <= 601
