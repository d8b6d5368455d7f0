"""The desk in a real browser: by mouse, by keyboard, with and without JavaScript, wide and narrow, light and dark."""

import sqlite3

import pytest

from tests.conftest import run_newsieve

pytestmark = pytest.mark.browser


def open_page(tab, served, name):
    tab.goto(served)
    tab.get_by_role("link", name=name).click()
    tab.wait_for_url("**/pages/*", wait_until="load")
    return tab


def test_a_moderator_opens_a_page_and_corrects_a_block_by_mouse(tab, served, home):
    open_page(tab, served, "budget-vote.txt")
    block = tab.locator("#block-0")
    assert block.locator(".badge").inner_text().endswith("filler")
    block.get_by_role("button", name="news").click()
    tab.locator("#block-0 .ruled").wait_for()
    assert "ruled; the model says filler" in tab.locator("#block-0").inner_text()
    assert tab.url.endswith("#block-1")
    tab.locator("#block-0").get_by_role("button", name="undo").click()
    tab.locator("#block-0 .ruled").wait_for(state="detached")
    assert "ruled" not in tab.locator("#block-0").inner_text()
    with sqlite3.connect(home / "newsieve.db") as connection:
        assert connection.execute("SELECT ruling FROM decisions ORDER BY id").fetchall() == [("news",), ("undo",)]


def test_a_moderator_works_by_keyboard_alone(tab, served):
    tab.goto(served)
    for _ in range(20):
        tab.keyboard.press("Tab")
        if tab.locator(":focus").inner_text().startswith("budget-vote"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/pages/*", wait_until="load")
    tab.locator("#block-0").get_by_role("button", name="filler").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#block-1", wait_until="load")
    tab.locator("#block-0 .ruled").wait_for()
    tab.keyboard.press("Tab")
    assert tab.locator("#block-1 button:focus").count() == 1


def test_the_back_button_after_a_decision_leads_to_the_page_as_it_is(tab, served):
    open_page(tab, served, "budget-vote.txt")
    tab.locator("#block-2").get_by_role("button", name="boilerplate").click()
    tab.locator("#block-2 .ruled").wait_for()
    tab.go_back()
    assert "ruled; the model says" in tab.locator("#block-2").inner_text()


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


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_over_the_edge_and_text_can_be_told_from_its_ground(browser, served, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    for address in (served, f"{served}/pages/1", f"{served}/pages/5", f"{served}/pages/999"):
        tab.goto(address)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate(LOWEST_CONTRAST) >= 4.5, address
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
