"""The model page and the page to try in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from classifier.cli.home import utc_now
from classifier.plots import PLOTS
from classifier.store.blind_check import answer_blind
from classifier.store.decisions import Act
from classifier.store.opening import open_database
from classifier.store.queue import count_pages
from tests.store.conftest import add_judged, put_in_blind_check

pytestmark = pytest.mark.browser

TEXT = (
    "The council said on Tuesday that the pool would stay shut.\n9 Tips for Choosing the Perfect Wedding Photographer"
)
DROP = """([text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], "dropped.txt", {type: "text/plain"}));
  document.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


def queued(home):
    database = open_database(home / "newsieve.db")
    count = count_pages(database)
    database.close()
    return count


def test_pasted_text_is_judged_and_added_only_on_request(tab, served, home):
    before = queued(home)
    tab.goto(f"{served}/try")
    tab.get_by_label("Text or HTML").fill(TEXT)
    tab.get_by_role("button", name="Judge").click()
    tab.locator("#block-1 mark.filler").first.wait_for()
    assert queued(home) == before
    tab.get_by_role("button", name="Add to queue").click()
    tab.wait_for_url("**/pages/*", wait_until="load")
    assert tab.locator("h1").inner_text().startswith("pasted ")
    assert queued(home) == before + 1


def test_a_file_that_is_dropped_is_judged_at_once(key_tab, served):
    key_tab.goto(f"{served}/try")
    key_tab.evaluate(DROP, [TEXT])
    key_tab.locator("#block-1").wait_for()
    assert key_tab.locator(".summary .address").inner_text().startswith("dropped.txt ")


def test_what_is_too_large_is_said_before_it_is_sent_and_stays_where_it_was_typed(key_tab, served):
    key_tab.goto(f"{served}/try")
    key_tab.get_by_label("Text or HTML").evaluate("field => { field.value = 'é'.repeat(1_000_001) }")
    key_tab.get_by_role("button", name="Judge").click()
    key_tab.locator("#said").get_by_text("more than 2,000,000 bytes").wait_for()
    assert key_tab.get_by_label("Text or HTML").evaluate("field => field.value.length") == 1_000_001


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_plots_are_drawn_in_the_scheme_of_the_reader(browser, served, scheme):
    context = browser.new_context(color_scheme=scheme)
    tab, said = context.new_page(), []
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(f"{served}/model")
    for image in tab.locator(".plots img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.currentSrc").endswith(f"-{scheme}.svg")
        assert image.evaluate("image => image.naturalWidth") > 300
    # the plot of live figures comes with the first samples, in a place of its own
    assert tab.locator(".plots").first.locator("img").count() == len(PLOTS)
    assert said == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_runs_over_the_edge_and_axe_core_finds_nothing_to_mend(browser, served, width, scheme):
    # the page's policy forbids the rules' script like any other foreign one; only this context may pass it by
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 800})
    tab = context.new_page()
    for address in ("/model", "/try", "judged"):
        tab.goto(f"{served}/try" if address == "judged" else served + address)
        if address == "judged":
            tab.get_by_label("Text or HTML").fill(TEXT)
            tab.get_by_role("button", name="Judge").click()
            tab.locator("#block-1").wait_for()
        for details in tab.locator("details").all():
            details.evaluate("details => { details.open = true }")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, address
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], address
    context.close()


def test_the_live_figures_fit_a_wide_screen(browser, served, home, version):
    database = open_database(home / "newsieve.db")
    page = add_judged(database, removed=12, passed=12, version=version)
    samples = put_in_blind_check(database, page, *range(24), now=utc_now())
    for number, sample in enumerate(samples):
        answer_blind(database, Act("anna", utc_now(), page_id=page, blind=True), sample, ("filler", "news")[number % 2])
    database.close()
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    tab.goto(f"{served}/model")
    tables = tab.get_by_role("region", name="Live figures")
    assert tables.count() == 2
    assert [table.evaluate("e => e.scrollWidth - e.clientWidth") for table in tables.all()] == [0, 0]
    tab.close()
