"""The whole thread: a page goes in, a moderator corrects a block, a retrained model takes over."""

import json
import re
import subprocess
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from classifier.blocks import Block, Page
from classifier.labelled import read_examples
from classifier.registry import Registry
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.browser.conftest import served  # noqa: F401 - the fixture
from tests.conftest import NEWSIEVE
from tests.store.conftest import NOW

TEXT = "Warden Quibble's almanac of river swimming, revisited"


def ask(opener, address, fields=None):
    data = urllib.parse.urlencode(fields).encode() if fields else None
    with opener.open(address, data) as answer:
        return answer.read().decode()


@pytest.fixture
def opener():
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def test_a_correction_becomes_the_next_model(newsieve, served, opener, home, tmp_path):  # noqa: F811 - the fixture
    (tmp_path / "page.txt").write_text(f"{TEXT}\nThe council said on Tuesday the pool would stay shut.\n")

    def judged():
        (row, _) = map(json.loads, newsieve("classify", tmp_path / "page.txt").stdout.splitlines())
        return row["label"], row["score"], row["model"]

    label, score, version = judged()
    target = "filler" if label != "filler" else "news"
    assert newsieve("queue", "add", tmp_path / "page.txt").returncode == 0

    page = re.search(r'href="(/pages/\d+)">[^<]*page\.txt', ask(opener, served))[1]
    text = ask(opener, served + page)
    block = re.search(rf'id="block-0".*?action="({page}/decide)">(.*?)</form>', text, re.DOTALL)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', block[2]))
    ask(opener, served + block[1], {**fields, "ruling": target})

    pages = NEWSIEVE.parents[2] / "training_data" / "pages"
    candidate = newsieve("train", pages).stdout.strip()
    assert judged()[2] == version, "a candidate changes nothing"
    card = next(m for m in map(json.loads, newsieve("models").stdout.splitlines()) if m["version"] == candidate)
    assert card["decided"] == 1
    assert not card["current"]
    kept = Registry(home / "models").report(candidate)
    assert kept is not None, "what was measured is kept with the version"

    report = json.loads(newsieve("evaluate", candidate, "--format", "json").stdout)
    assert report["model"] == candidate
    assert report["auc"]["value"] > 0.98

    assert newsieve("promote", candidate).returncode == 0
    after = judged()
    assert after[2] == candidate
    assert (after[1] > score) == (target == "filler")
    assert candidate in ask(opener, served + page), "the running page uses it at the next request"

    assert newsieve("rollback").stdout.strip() == version
    assert judged() == (label, score, version)
    assert version in ask(opener, served + page)


def test_decisions_that_spoil_the_model_are_refused_with_what_flips_and_nothing_changes(newsieve, home):
    """A person calls every fourth genuine block of the shipped pages filler."""
    version = Registry(home / "models").pointer().current
    pages = NEWSIEVE.parents[2] / "training_data" / "pages"
    news = [e for e in read_examples([pages], notify=print) if e.label == "news"][::4]
    database = open_database(home / "newsieve.db")
    page = Page("https://a.example/1", tuple(Block(e.text, n) for n, e in enumerate(news)), "a.example")
    (number,) = add_pages(database, [page], added_at=NOW)
    ruled = [Ruled(n, "filler", Shown(version, "news", 0.1)) for n in range(len(news))]
    decide(database, Act("mallory", NOW, page_id=number), ruled)
    drop_pages(database, [number])
    database.close()

    candidate = newsieve("train", pages).stdout.strip()
    done = newsieve("promote", candidate)
    assert done.returncode == 3, done.stderr
    assert re.search(r"golden: \d+ of \d+ golden blocks are wrong \(\w+ called \w+ \(0\.\d+\): '", done.stderr), (
        done.stderr
    )
    assert Registry(home / "models").pointer().current == version
    assert newsieve("promote", "--if-better").returncode == 3
    lost = json.loads(newsieve("compare", "current", candidate, "--format", "json").stdout)["sets"]
    assert any(one["lost"] for one in lost if one["name"] in {"golden", "holdout"})


def test_a_new_home_trains_its_first_model_by_itself(trained_home):
    """The session's home was made by `newsieve classify -` in an empty folder."""
    assert {"models"} <= {path.name for path in trained_home.iterdir()}
    (card,) = trained_home.glob("models/*/card.json")
    assert json.loads(card.read_text())["decided"] == 0


def test_the_secret_key_is_made_once_and_is_its_owners_alone(served, home):  # noqa: F811 - the fixture
    key = home / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_bytes()) == 32


def test_every_page_of_the_measuring_set_is_classified(newsieve):
    pages = NEWSIEVE.parents[3] / "shared" / "realworld" / "pages.jsonl"
    if not pages.exists():
        pytest.skip("the measuring set stands beside the checkout, not in it")
    done = newsieve("classify", pages)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5_000
    assert "Warning" not in done.stderr


def test_the_command_answers_to_version_and_help():
    assert subprocess.run([NEWSIEVE, "--version"], capture_output=True, text=True, check=True).stdout.startswith(
        "newsieve"
    )
