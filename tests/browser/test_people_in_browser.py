"""Accounts in a real browser: a session that ends in mid-work loses nothing, by key and without JavaScript."""

import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_desk_in_browser import decisions, open_page
from tests.conftest import run_newsieve

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def window(request, browser):
    """A tab at a phone's width. What the console says of an ended session (401) is expected here."""
    context = browser.new_context(java_script_enabled=request.param, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def log_in(window):
    window.get_by_label("Name").fill("anna")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_label("Password").press("Enter")


def end_sessions(home):
    with sqlite3.connect(home / "newsieve.db") as connection:
        connection.execute("UPDATE sessions SET ended_at = started_at")


def no_violations(window):
    assert Axe().run(window).violations_count == 0
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_session_that_ends_in_mid_work_loses_nothing_and_sends_nothing_by_itself(window, served, home, request):
    run_newsieve("users", "add", "anna", "--password-stdin", home=home, stdin=f"{PASSWORD}\n")
    scripts = request.node.callspec.params["window"]
    window.goto(served)
    assert "/login" in window.url
    log_in(window)
    open_page(window, served, "budget-vote.txt")
    end_sessions(home)
    window.locator("#block-0").get_by_role("button", name="news").click()
    window.get_by_text("After logging in you are asked whether to send it").wait_for()
    if scripts:
        no_violations(window)
    log_in(window)
    window.get_by_text("You were about to say news of block 1 of budget-vote.txt").wait_for()
    assert decisions(home) == []
    if scripts:
        no_violations(window)
    window.get_by_role("button", name="Send it now").click()
    window.locator("#block-0 .ruled").wait_for()
    assert decisions(home) == ["news"]
    window.goto(f"{served}/account")
    window.get_by_role("button", name="Log out").click()
    window.wait_for_url("**/login")
    window.goto(served)
    assert "/login" in window.url


def test_the_fields_of_a_log_in_are_of_one_width(browser, served, home):
    assert run_newsieve("users", "add", "anna", "--password-stdin", home=home, stdin="a" * 12 + "\n").returncode == 0
    for width, wanted in ((360, 300), (1440, 380)):
        tab = browser.new_page(viewport={"width": width, "height": 900})
        tab.goto(f"{served}/login")
        boxes = [tab.get_by_label(name).bounding_box() for name in ("Name", "Password")]
        assert boxes[0]["width"] == boxes[1]["width"] >= wanted
        assert tab.get_by_role("button", name="Log in").bounding_box()["y"] > boxes[1]["y"] + boxes[1]["height"]
        tab.close()
