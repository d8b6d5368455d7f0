"""Campaigns in a real browser: one decision for all pages, by keyboard alone, at any width, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classifier.store.opening import open_database
from tests.store.conftest import add_spam


@pytest.fixture
def home(home, model):
    """A home with a campaign on six pages."""
    database = open_database(home / "newsieve.db")
    add_spam(database, model)
    database.close()
    return home


def test_a_campaign_is_decided_after_a_preview_and_taken_back_by_keyboard_alone(tab, served):
    tab.goto(f"{served}/campaigns")
    for name in ("Campaign 1", "filler…", "Call all 5 texts filler"):
        tab.get_by_role("link", name=name).or_(tab.get_by_role("button", name=name)).first.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_load_state()
    assert "Saved: campaign 1 filler" in tab.locator("#said").inner_text()
    tab.get_by_role("button", name="Undo this decision").focus()
    tab.keyboard.press("Enter")
    tab.get_by_text("Took back: filler on 5 texts").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_campaign_pages_have_no_fault_for_axe_core_and_nothing_runs_over_the_edge(browser, served, scheme):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740})
    page = context.new_page()
    for path in ("/campaigns", "/campaigns/1", "/campaigns/1/preview?ruling=filler"):
        page.goto(served + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert Axe().run(page).response["violations"] == []
    context.close()
