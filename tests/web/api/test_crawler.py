"""The crawler of README does what README says."""

import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import waitress

from classifier.store.queue import get_page

ROOT = Path(__file__).parents[3]
CRAWLER = """\
import json, os, sys, urllib.request as web


def ask(what, page):
    headers = {"Authorization": "Bearer " + os.environ["NEWSIEVE_TOKEN"], "Content-Type": "application/json"}
    return json.load(
        web.urlopen(web.Request(f"http://127.0.0.1:8000/api/v1/{what}", json.dumps(page).encode(), headers))
    )


for url in sys.argv[1:]:
    page = {"url": url, "html": web.urlopen(url).read().decode(errors="replace")}
    blocks = ask("classify", page)["blocks"]
    print(*(block["text"] for block in blocks if block["label"] == "news"), sep="\\n")
    if any(block["needs_review"] for block in blocks):
        ask("pages", page)
"""


@pytest.fixture
def served(app):
    """The port of the desk, served on loopback."""
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.effective_port
    server.trigger.pull_trigger(server.close)
    thread.join()


@pytest.fixture
def site():
    """The port of a site that holds the demonstration pages."""
    handler = partial(SimpleHTTPRequestHandler, directory=ROOT / "web" / "demo")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_crawler_prints_the_news_and_queues_what_needs_a_look(served, site, secret, database, tmp_path):
    assert len([line for line in CRAWLER.splitlines() if line.strip()]) <= 12
    crawler = tmp_path / "crawler.py"
    crawler.write_text(CRAWLER.replace("127.0.0.1:8000", f"127.0.0.1:{served}"), encoding="utf-8")
    address = f"http://127.0.0.1:{site}/cup-final.html"
    environment = {**os.environ, "NEWSIEVE_TOKEN": secret}
    done = subprocess.run(
        [sys.executable, crawler, address], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = get_page(database, 1)
    assert page.page.address == address
    news = [block.text for block in page.page.blocks if page.stored[block.position].label == "news"]
    assert done.stdout.splitlines() == news


def test_the_crawler_is_the_one_of_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```python\n{CRAWLER}```" in readme
