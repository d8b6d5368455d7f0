"""Pinning a block as a test and reading a receipt in a real browser."""

import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_desk_in_browser import LOWEST_CONTRAST, decisions, open_page, said
from tests.conftest import run_newsieve

pytestmark = pytest.mark.browser


def pinned(home):
    with sqlite3.connect(home / "newsieve.db") as connection:
        return connection.execute("SELECT label, reason FROM pins").fetchall()


def test_a_block_is_pinned_by_mouse_and_deciding_against_it_asks_first(tab, served, home):
    open_page(tab, served, "budget-vote.txt")
    tab.locator("#block-0").get_by_role("link", name="pin as a test").click()
    tab.get_by_role("radio", name="news").check()
    tab.get_by_label("because").fill("The desk says so")
    tab.get_by_role("button", name="Pin as a test").click()
    tab.locator("#block-0 .pinned").wait_for()
    assert pinned(home) == [("news", "The desk says so")]
    tab.locator("#block-0").get_by_role("button", name="filler").click()
    tab.get_by_role("heading", name="Not saved yet").wait_for()
    assert decisions(home) == ["news"]
    tab.get_by_role("button", name="Say filler all the same").click()
    tab.locator("#block-0 .ruled").wait_for()
    assert tab.locator(".pinned").count() == 0
    assert decisions(home) == ["news", "filler"]


def test_one_key_leads_to_pinning_the_block_that_one_stands_on(key_tab, served, home):
    open_page(key_tab, served, "budget-vote.txt")
    key_tab.keyboard.press("j")
    key_tab.keyboard.press("p")
    key_tab.wait_for_url("**/blocks/1/pin", wait_until="load")
    key_tab.get_by_label("because").fill("Typed")
    key_tab.keyboard.press("Enter")
    key_tab.wait_for_url("**/pages/*", wait_until="load")
    said(key_tab, "and pinned as a test.")
    assert len(pinned(home)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_tests_and_receipts_fit_a_narrow_screen_and_axe_core_finds_nothing(browser, served, scheme):
    context = browser.new_context(viewport={"width": 360, "height": 900}, color_scheme=scheme, bypass_csp=True)
    tab = context.new_page()
    open_page(tab, served, "budget-vote.txt")
    tab.locator("#block-0").get_by_role("link", name="pin as a test").click()
    form = tab.url
    tab.get_by_label("because").fill("The desk says so " + "x" * 80)
    tab.get_by_role("button", name="Pin as a test").click()
    receipt = tab.locator("#block-0").get_by_role("link", name="receipt").get_attribute("href")
    for address in (form, served + "/pins", served + receipt, tab.url):
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert tab.evaluate(LOWEST_CONTRAST) >= 4.5, address
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address
    context.close()


def test_a_long_address_fits_a_narrow_screen_wherever_it_is_shown(browser, served, home, tmp_path):
    name = "x" * 150 + ".txt"
    (tmp_path / name).write_text("One block of the page with a long address.\n")
    assert run_newsieve("queue", "add", tmp_path / name, home=home).returncode == 0
    tab = browser.new_page(viewport={"width": 360, "height": 900})
    open_page(tab, served, name)
    tab.locator("#block-0").get_by_role("button", name="news").click()
    tab.locator("#block-0 .ruled").wait_for()
    names = ("pin as a test", "receipt", "history")
    shown = [tab.locator("#block-0").get_by_role("link", name=name).get_attribute("href") for name in names]
    for address in shown:
        tab.goto(served + address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360, address
    tab.close()
