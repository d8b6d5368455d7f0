"""A served desk and Debian's Chromium. Without Chromium these tests are skipped; where it is required they fail."""

import os
import re
import shutil
import subprocess
import threading
from ctypes.util import find_library

import pytest

from tests.conftest import NEWSIEVE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    needed = {"chromium": CHROMIUM, "libatomic1": find_library("atomic")}
    missing = " ".join(package for package, found in needed.items() if not found)
    if missing and os.environ.get("NEWSIEVE_REQUIRE_BROWSER"):
        pytest.fail(f"NEWSIEVE_REQUIRE_BROWSER is set and the browser tests cannot run: apt-get install {missing}")
    if missing:
        pytest.skip(f"the browser tests need more: apt-get install {missing}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def served(home):
    """The address of a desk served by the installed command, with the demonstration pages in its queue."""
    with subprocess.Popen(
        [NEWSIEVE, "serve", "--demo", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
    ) as process:
        try:
            address = re.search(r"http://\S+", process.stderr.readline())[0]
            threading.Thread(target=process.stderr.read, daemon=True).start()  # so that its log never fills the pipe
            yield address
        finally:
            process.terminate()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def tab(request, browser):
    """A browser tab that notes what goes wrong in it."""
    yield from _tab(browser, java_script_enabled=request.param == "with JavaScript")


@pytest.fixture
def key_tab(browser):
    """A browser tab with JavaScript, which the keys need."""
    yield from _tab(browser)


def _tab(browser, **options):
    context = browser.new_context(**options)
    page = context.new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert page.faults == []
    context.close()
