"""Hostile text in a real browser: every page shows it; nothing runs, nothing is loaded, nothing is reported."""

import pytest

from classifier.registry import Registry
from classifier.store.opening import open_database
from classifier.store.queue import get_page
from classifier.text import fingerprint
from tests.hostile import MARKUP, fill

pytestmark = pytest.mark.browser


@pytest.fixture
def hostile(served, home):
    """The address of a desk full of hostile text, and addresses of its pages."""
    database = open_database(home / "newsieve.db")
    before = len(list(_numbers(database)))
    fill(database, Registry(home / "models").current())
    page = get_page(database, before + 1)
    text = fingerprint(page.page.blocks[9].text)
    paths = ["/", "/campaigns", "/activity", "/activity/people", "/activity/conflicts", "/pins", "/blind", "/model"]
    paths += [
        f"/pages/{page.id}",
        f"/texts/{text}",
        f"/verdicts/{page.verdict_id(2)}",
        f"/pages/{page.id}/blocks/3/pin",
    ]
    paths += [f"/campaigns/{number}" for number in range(1, 6)]
    database.close()
    return served, paths


def _numbers(database):
    import sqlalchemy as sa

    from classifier.store.schema import pages

    with database.reading() as connection:
        return connection.scalars(sa.select(pages.c.id)).all()


def test_hostile_text_is_shown_and_nothing_of_it_runs(key_tab, hostile):
    address, paths = hostile
    ran, asked = [], []
    key_tab.expose_function("pwned", lambda *_: ran.append("ran"))
    key_tab.add_init_script("addEventListener('securitypolicyviolation', event => pwned(event.violatedDirective))")
    key_tab.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    key_tab.on("request", lambda request: asked.append(request.url))
    shown = 0
    for path in paths:
        answer = key_tab.goto(f"{address}{path}")
        if answer.status == 404 and path.startswith("/campaigns/"):
            key_tab.faults.clear()  # the browser notes the status of a campaign that is not there
            continue
        assert answer.status == 200, path
        shown += MARKUP[0] in key_tab.inner_text("main")
        for element in key_tab.locator("main summary").all()[:20]:
            element.click()
        key_tab.mouse.move(200, 300)
        key_tab.keyboard.press("Tab")
    assert shown >= 4
    key_tab.goto(f"{address}/try")
    key_tab.locator("textarea").first.fill("<!doctype html>" + " ".join(MARKUP))
    key_tab.get_by_role("button", name="Judge").first.click()
    key_tab.wait_for_load_state("networkidle")
    assert ran == []
    assert key_tab.evaluate("document.querySelectorAll('main script, main iframe, main svg, main style').length") == 0
    assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}
