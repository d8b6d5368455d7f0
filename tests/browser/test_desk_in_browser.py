"""The desk in a real browser: by mouse, by keyboard, with and without JavaScript, wide and narrow, light and dark."""

import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from classifier.store.opening import open_database
from tests.conftest import run_newsieve
from tests.store.conftest import add_judged, put_in_blind_check

pytestmark = pytest.mark.browser


def open_page(tab, served, name):
    tab.goto(served)
    tab.get_by_role("link", name=name).click()
    tab.wait_for_url("**/pages/*", wait_until="load")
    return tab


def decisions(home):
    with sqlite3.connect(home / "newsieve.db") as connection:
        return [ruling for (ruling,) in connection.execute("SELECT ruling FROM decisions ORDER BY id")]


def said(tab, sentence):
    """Wait until the desk says a sentence."""
    tab.locator("#said").get_by_text(sentence).wait_for()


def test_a_moderator_opens_a_page_and_corrects_a_block_by_mouse(tab, served, home):
    open_page(tab, served, "budget-vote.txt")
    block = tab.locator("#block-0")
    assert block.locator(".badge").inner_text().endswith("filler")
    block.get_by_role("button", name="news").click()
    tab.locator("#block-0 .ruled").wait_for()
    assert "ruled by local; the model says filler" in tab.locator("#block-0").inner_text()
    assert "at=1" in tab.url
    tab.locator("#block-0").get_by_role("button", name="withdraw").click()
    tab.locator("#block-0 .ruled").wait_for(state="detached")
    assert decisions(home) == ["news", "undo"]


def test_a_moderator_decides_a_run_accepts_the_page_and_is_led_to_the_next_by_mouse(tab, served, home):
    tab.goto(served)
    tab.get_by_role("button", name="Next page to check").click()
    tab.wait_for_url("**/pages/*", wait_until="load")
    first = tab.locator("h1").inner_text()
    tab.locator(".run-head").first.get_by_role("button", name="filler").click()
    said(tab, "Saved: run of")
    tab.get_by_role("button", name="Accept the page as shown").first.click()
    said(tab, "Accepted as shown")
    tab.get_by_role("button", name="Next page").first.click()
    expect(tab.locator("h1")).not_to_have_text(first)
    tab.get_by_role("button", name="Undo").first.click()
    said(tab, "Took back")
    assert tab.locator("h1").inner_text() == first
    assert len(decisions(home)) > 5


def test_a_moderator_works_by_keyboard_alone(tab, served):
    tab.goto(served)
    for _ in range(40):
        tab.keyboard.press("Tab")
        if tab.locator(":focus").inner_text().startswith("budget-vote"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/pages/*", wait_until="load")
    tab.locator("#block-0").get_by_role("button", name="filler").focus()
    tab.keyboard.press("Enter")
    tab.locator("#block-0 .ruled").wait_for()
    assert "at=1" in tab.url


def test_one_key_is_label_and_save_and_next_and_none_is_lost_however_fast(key_tab, served, home):
    open_page(key_tab, served, "budget-vote.txt")
    for key in "fnbu":
        key_tab.keyboard.press(key)
    expect(key_tab.locator(".block .ruled")).to_have_count(4)
    assert decisions(home) == ["filler", "news", "boilerplate", "unsure"]


def test_keys_undo_redo_skip_step_explain_and_show_themselves(key_tab, served, home):
    open_page(key_tab, served, "budget-vote.txt")
    press = key_tab.keyboard.press
    press("f")
    said(key_tab, "Saved: block 1 filler.")
    press("z")
    said(key_tab, "Took back: filler on 1 text.")
    assert key_tab.locator(".block.current").get_attribute("id") == "block-0"
    press("y")
    said(key_tab, "Did again: filler on 1 text.")
    press("s")
    press("k")
    assert key_tab.locator(".block.current").count() == 1
    press("w")
    assert key_tab.locator(".block.current .why[open]").count() == 1
    press("?")
    assert key_tab.get_by_role("dialog").is_visible()
    expect(key_tab.get_by_role("dialog").get_by_role("button", name="Close")).to_be_focused()
    press("Escape")
    assert decisions(home) == ["filler"]


def test_a_run_is_one_key_and_its_ends_are_moved_by_keys(key_tab, served, home):
    open_page(key_tab, served, "budget-vote.txt")
    first, last = (int(key_tab.locator(".run").first.get_attribute(f"data-{end}")) for end in ("first", "last"))
    key_tab.keyboard.press("Shift+ArrowUp")
    said(key_tab, f"The run is blocks {first + 1} to {last}.")
    key_tab.keyboard.press("]")
    said(key_tab, f"The run is blocks {first + 1} to {last + 1}.")
    key_tab.keyboard.press("[")
    said(key_tab, f"The run is blocks {first + 1} to {last}.")
    key_tab.keyboard.press("r")
    said(key_tab, f"Saved: run of {last - first} blocks filler.")
    assert decisions(home) == ["filler"] * (last - first)


def test_a_page_is_accepted_and_the_next_one_opened_with_two_keys(key_tab, served):
    open_page(key_tab, served, "budget-vote.txt")
    key_tab.keyboard.press("a")
    said(key_tab, "Accepted as shown")
    key_tab.keyboard.press("g")
    expect(key_tab.locator("h1")).not_to_have_text("budget-vote.txt")
    assert key_tab.get_by_text("You work on this page").is_visible()


def test_the_queue_hands_out_the_next_page_and_shows_its_keys_by_key(key_tab, served, home):
    key_tab.goto(served)
    key_tab.keyboard.press("?")
    assert key_tab.get_by_role("dialog").locator("kbd").all_inner_texts() == ["g", "?"]
    key_tab.keyboard.press("Escape")
    expect(key_tab.get_by_role("dialog")).to_be_hidden()  # keys pressed before are the dialog's
    key_tab.keyboard.press("f")  # of the review: nothing here
    key_tab.keyboard.press("g")
    key_tab.get_by_text("You work on this page").wait_for()
    key_tab.keyboard.press("f")
    said(key_tab, "Saved: block")
    key_tab.evaluate("history.back()")
    expect(key_tab.locator("h1")).to_contain_text("Queue")
    assert decisions(home) == ["filler"]


def test_what_is_not_saved_is_said_and_the_key_works_again_later(key_tab, served, home):
    open_page(key_tab, served, "budget-vote.txt")
    key_tab.route("**/decide", lambda route: route.abort(), times=1)
    # pressed before the answer: the second key is meant for the block after it
    key_tab.evaluate(
        "() => ['f', 'n'].forEach(key =>"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))"
    )
    said(key_tab, "Not saved: the desk does not answer.")
    key_tab.keyboard.press("f")
    said(key_tab, "Saved: block 1 filler.")
    assert decisions(home) == ["filler"]
    key_tab.faults.clear()  # the browser's own note of the request that was cut


def test_what_was_saved_and_is_followed_by_an_error_is_told_as_saved(key_tab, served):
    open_page(key_tab, served, "budget-vote.txt")
    elsewhere = {"status": 303, "headers": {"Location": "/nothing-here"}}
    key_tab.route("**/decide", lambda route: route.fulfill(**elsewhere), times=1)
    key_tab.keyboard.press("f")
    said(key_tab, "Saved, but what comes next cannot be shown. The desk has nothing at this address")
    key_tab.faults.clear()  # the browser's own note of the answer 404


def test_after_a_key_the_header_counts_what_waits_now(key_tab, served, home):
    database = open_database(home / "newsieve.db")
    page = add_judged(database, removed=3, passed=0)
    put_in_blind_check(database, page, 0, 1, 2)
    database.close()
    key_tab.goto(f"{served}/blind")
    key_tab.get_by_role("button", name="Begin").click()
    in_header = key_tab.locator("header a[aria-current=page] b")
    for key, said_there in (("f", "Saved: filler."), ("n", "Saved: news.")):
        key_tab.keyboard.press(key)
        said(key_tab, said_there)
        waiting = key_tab.locator("h1 .count").inner_text().split()[0]
        assert in_header.inner_text() == waiting


def test_keys_that_are_switched_off_do_nothing(key_tab, served, home):
    key_tab.goto(f"{served}/keys")
    key_tab.get_by_label("single-character keys are on").uncheck()
    key_tab.get_by_role("button", name="Keep these keys").click()
    key_tab.get_by_text("The keys are kept.").wait_for()
    open_page(key_tab, served, "budget-vote.txt")
    key_tab.keyboard.press("f")
    key_tab.locator("#block-0").get_by_role("button", name="news").click()
    said(key_tab, "Saved: block 1 news.")
    assert decisions(home) == ["news"]


def test_the_back_button_after_a_decision_leads_to_the_page_as_it_is(tab, served):
    open_page(tab, served, "budget-vote.txt")
    tab.locator("#block-2").get_by_role("button", name="boilerplate").click()
    tab.locator("#block-2 .ruled").wait_for()
    tab.goto(f"{served}/keys")
    tab.go_back()
    assert "ruled by local; the model says" in tab.locator("#block-2").inner_text()


def test_hidden_text_is_marked_and_links_are_text_never_links(tab, served):
    open_page(tab, served, "kilmarra")
    assert tab.get_by_text("hidden text").count() >= 2
    hosts = (
        tab.locator("main a").evaluate_all("links => links.map(link => link.host)")
        if tab.locator("main a").count()
        else []
    )
    assert set(hosts) <= {served.split("//")[1].rstrip("/")}


def test_scraped_scripts_never_run(tab, served, home, tmp_path):
    payloads = [
        "<script>document.title='owned'</script>",
        "<img src=x onerror=\"document.title='owned'\">",
        "\"><svg onload=document.title='owned'>",
        "javascript:document.title='owned'",
        "</p></li></ol></main><style>*{display:none}</style>",
        "{{ 7*7 }} ${7*7}",
    ]
    (tmp_path / "<b>xss.txt").write_text("\n".join(payloads))
    assert run_newsieve("queue", "add", tmp_path / "<b>xss.txt", home=home).returncode == 0
    open_page(tab, served, "xss.txt")
    assert "owned" not in tab.title()
    for number, payload in enumerate(payloads):
        assert tab.locator(f"#block-{number} .text").inner_text() == payload


def test_the_message_that_sticks_covers_nothing_of_the_block_one_stands_on(key_tab, served):
    open_page(key_tab, served, "kilmarra")
    key_tab.keyboard.press("n")
    said(key_tab, "Saved")
    for key in "j" * 12 + "k" * 8:
        key_tab.keyboard.press(key)
    message, block = (key_tab.locator(of).bounding_box() for of in ("#said", ".block.current"))
    assert block["y"] >= message["y"] + message["height"]


def test_more_filters_are_hidden_until_asked_for_and_stand_apart_then(key_tab, served):
    key_tab.goto(served)
    labels = key_tab.locator(".filter details label")
    assert not labels.first.is_visible()
    key_tab.get_by_text("more filters").click()
    first, second = (labels.nth(at).bounding_box() for at in (0, 1))
    assert second["x"] >= first["x"] + first["width"] + 8 or second["y"] > first["y"]


PAGES = ("/", "/?state=done", "/pages/1", "/pages/5", "/keys", "/pages/999")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_over_the_edge_and_text_can_be_told_from_its_ground(browser, served, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    for address in PAGES:
        tab.goto(served + address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
        assert tab.evaluate(LOWEST_CONTRAST) >= 4.5, address
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_core_finds_nothing_to_mend_on_any_page(browser, served, scheme):
    # the page's policy forbids the rules' script like any other foreign one; only this context may pass it by
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    tab = context.new_page()
    for address in PAGES:
        tab.goto(served + address)
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address
    context.close()


LOWEST_CONTRAST = """() => {
  // WCAG 2.2, contrast ratio of every element that holds text of its own against the nearest ground behind it
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = parts(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("body *")].filter(e => [...e.childNodes]
    .some(n => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility());
  return Math.min(...texts.map(e => {
    const pair = [parts(getComputedStyle(e).color), ground(e)].map(light).sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  }));
}"""
