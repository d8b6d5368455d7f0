"""Campaigns in the parts of a crawl."""

from classifier.bulk.campaigns import find_campaigns
from classifier.bulk.folder import parts_in
from tests.bulk.crawled import block, make_parts

TITLES = [
    "Nine tips for choosing the right patio heater for your garden",
    "How a family lawyer can protect what matters most after a breakup",
    "Best payout slots that accept small deposits this winter season",
]


def page(address, titles, **facts):
    news = block(address, "The council met on Tuesday to vote on the budget.", 0.1)
    return [news, *(block(address, title, 0.95, **facts) for title in titles), news]


def found(tmp_path, *parts):
    return find_campaigns(parts_in(make_parts(tmp_path / "out", *parts)))


def test_the_same_run_on_several_pages_is_a_campaign(tmp_path):
    parts = [
        page("a.example/1", TITLES, link_hosts=["spam.example"]),
        page("b.example/1", TITLES),
        page("b.example/2", TITLES),
    ]
    (campaign,) = found(tmp_path, parts[0], parts[1] + parts[2])
    assert (campaign.pages, campaign.sites, campaign.blocks) == (3, {"a.example", "b.example"}, 3)
    assert (campaign.sample, campaign.page) == (TITLES[0], "https://a.example/1")
    assert campaign.hosts == {"spam.example": 1}


def test_nearly_the_same_run_belongs_to_it_too_and_dates_are_of_no_account(tmp_path):
    dated = [[f"{title} - March {day}, 2020" for title in TITLES] for day in (3, 14)]
    (campaign,) = found(tmp_path, page("a.example/1", dated[0]), page("b.example/1", dated[1][::-1]))
    assert campaign.pages == 2


def test_a_run_on_one_page_is_none_however_often_it_stands_there(tmp_path):
    assert found(tmp_path, page("a.example/1", TITLES) + page("a.example/1", TITLES)) == []


def test_a_page_that_was_fetched_several_times_is_one_page(tmp_path):
    once, twice = page("a.example/1", TITLES), page("a.example/1", TITLES) + page("b.example/1", TITLES)
    (campaign,) = found(tmp_path, once, twice)
    assert campaign.pages == 2


def test_pages_of_an_unknown_site_are_no_site(tmp_path):
    (campaign,) = found(tmp_path, page("1", TITLES, site=""), page("2", TITLES, site=""))
    assert (campaign.pages, campaign.sites) == (2, set())


def test_a_run_of_too_few_words_is_none_on_however_many_pages(tmp_path):
    short = [row for n in range(3) for row in page(f"{n}.example/1", ["Casino bonus"])]
    assert found(tmp_path, short) == []


def test_other_runs_are_other_campaigns_those_on_most_pages_first(tmp_path):
    one = [row for n in range(2) for row in page(f"{n}.example/1", TITLES[:1])]
    two = [row for n in range(3) for row in page(f"{n}.example/2", TITLES[2:])]
    assert [campaign.pages for campaign in found(tmp_path, one, two)] == [3, 2]
