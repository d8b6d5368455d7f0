"""Takes the pictures of README: every page of the desk, wide and narrow, light and dark, on one sheet a page.

    python -m tests.browser.screenshots [FOLDER]

A desk is served with the demonstration pages from a new home (which trains a model), a few decisions
are made, and each page is photographed by Debian's Chromium.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.conftest import NEWSIEVE

PAGES = {
    "queue": "/",
    "review": "/pages/2",
    "campaigns": "/campaigns",
    "try": "/try",
    "model": "/model",
    "activity": "/activity",
}
_VIEWS = ((1440, "light"), (1440, "dark"), (360, "light"), (360, "dark"))
_HEIGHT = 1000  # CSS pixels
_SHRUNK = 2  # of the pictures, so that they stay small
_GAP = 12


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, _desk(Path(home)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        _work(browser.new_page(), address)
        for name, path in PAGES.items():
            sheet = _sheet([_photograph(browser, address + path, *view) for view in _VIEWS])
            sheet.save(folder / f"{name}.webp", quality=80)
            print(folder / f"{name}.webp", (folder / f"{name}.webp").stat().st_size, "bytes")


@contextmanager
def _desk(home: Path) -> Iterator[str]:
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    command = [str(NEWSIEVE), "serve", "--demo", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        try:
            yield next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        finally:
            process.terminate()
            process.stderr.close()


def _work(tab: Page, address: str) -> None:
    """Decide a little, so that there is something to see."""
    tab.goto(f"{address}/pages/2")
    for key in ("f", "s", "n", "u"):
        tab.keyboard.press(key)
        tab.wait_for_timeout(400)


def _photograph(browser: Browser, address: str, width: int, scheme: str) -> Image.Image:
    context = browser.new_context(viewport={"width": width, "height": _HEIGHT}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(address)
    picture = Image.open(io.BytesIO(tab.screenshot()))
    context.close()
    return picture.convert("RGB").resize((width // _SHRUNK, _HEIGHT // _SHRUNK), Image.Resampling.LANCZOS)


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    width = sum(picture.width for picture in pictures) + _GAP * (len(pictures) - 1)
    sheet, left = Image.new("RGB", (width, _HEIGHT // _SHRUNK), "#888888"), 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + _GAP
    return sheet


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("web/screenshots"))
