"""Activity and the rubric in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classifier.store.opening import open_database
from tests.store.conftest import rule
from tests.store.test_pins import pin_block

pytestmark = pytest.mark.browser


@pytest.fixture
def decided(served, home):
    """A desk where somebody else and the person at it decided."""
    database = open_database(home / "newsieve.db")
    for position in range(4):
        rule(database, 1, position, "filler", "ben")
        rule(database, 1, position, "news", "local")
    database.close()
    return served


def test_an_act_is_found_and_taken_back(tab, decided):
    tab.goto(f"{decided}/activity")
    tab.get_by_label("person").select_option("local")
    tab.get_by_role("button", name="Show", exact=True).click()
    assert tab.get_by_role("row").count() == 5
    tab.get_by_role("button", name="Undo").first.click()
    assert "Took back: news on 1 text." in tab.get_by_role("status").inner_text()
    assert tab.get_by_role("button", name="Undo").count() == 3
    assert tab.url == f"{decided}/activity?person=local"
    tab.get_by_role("link", name="People").click()
    tab.get_by_label("decided in").select_option("ever")
    tab.get_by_role("button", name="Show").click()
    assert "0 of 3 texts" in tab.get_by_role("main").inner_text()


def test_the_rubric_opens_beside_the_blocks(tab, decided):
    tab.goto(f"{decided}/pages/1")
    headline = tab.get_by_text("what would the paper's own editor say")
    assert not headline.is_visible()
    tab.get_by_text("Rubric: what is news").click()
    assert headline.is_visible()


def test_all_decisions_are_downloaded(tab, decided, tmp_path):
    tab.goto(f"{decided}/activity")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="All as CSV").click()
    download.value.save_as(tmp_path / "all.csv")
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 9


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_runs_over_the_edge_and_axe_core_finds_nothing_to_mend(browser, decided, width, scheme):
    # the page's policy forbids the rules' script like any other foreign one; only this context may pass it by
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 800})
    tab = context.new_page()
    for address in ("/activity", "/activity?ruling=unsure", "/activity/people?days=", "/rubric", "/pages/1"):
        tab.goto(decided + address)
        for details in tab.locator("details").all():
            details.evaluate("details => { details.open = true }")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address
    context.close()


def test_on_a_narrow_screen_every_cell_says_what_it_is(browser, decided, home):
    database = open_database(home / "newsieve.db")
    pin_block(database, 5, "news", page_id=2)
    pin_block(database, 6, "filler", page_id=2)
    rule(database, 2, 6, "news", "ben")
    database.close()
    tab = browser.new_page(viewport={"width": 360, "height": 900})
    tab.goto(f"{decided}/pages/1?at=0")
    receipt = tab.locator("#block-0").get_by_role("link", name="receipt").get_attribute("href")
    for address in ("/activity", "/activity/people?days=", "/pins", receipt):
        tab.goto(decided + address)
        headings = set(tab.locator(".queue thead th").all_text_contents())
        shown = tab.locator(".queue td").filter(visible=True)
        names = [cell.get_attribute("data-name") for cell in shown.all()]
        assert len(names) >= 6, address
        assert set(names) <= headings, address
    tab.close()


def test_the_parts_of_a_receipt_stay_a_table_on_a_narrow_screen(browser, decided):
    tab = browser.new_page(viewport={"width": 360, "height": 900})
    tab.goto(f"{decided}/pages/1?at=0")
    tab.goto(decided + tab.locator("#block-0").get_by_role("link", name="receipt").get_attribute("href"))
    numbers = tab.locator(".weights td.number")
    assert numbers.count() > 3
    lines = (
        "e => { const all = document.createRange(); all.selectNodeContents(e); return all.getClientRects().length; }"
    )
    assert {number.evaluate(lines) for number in numbers.all()} == {1}
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.close()
