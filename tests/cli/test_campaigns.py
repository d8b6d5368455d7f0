"""newsieve campaigns: the list, one campaign, and evidence as a file."""

import json

import pytest
from click.testing import CliRunner

from classifier.cli import main
from classifier.store.opening import open_database
from tests.bulk.crawled import make_parts
from tests.bulk.test_campaigns import TITLES as SPAM
from tests.bulk.test_campaigns import page
from tests.conftest import refused
from tests.store.conftest import TITLES, add_spam

HOSTS = "spam.example (3), 0.example (1)"


@pytest.fixture
def spammed_home(home, model):
    database = open_database(home / "newsieve.db")
    add_spam(database, model)
    database.close()
    return home


def test_campaigns_are_listed_as_json_lines_or_as_a_table(newsieve, spammed_home):
    (line,) = newsieve("campaigns", "list").stdout.splitlines()
    assert json.loads(line) == {
        "campaign": 1,
        "pages": 6,
        "sites": 3,
        "texts": 5,
        "undecided": 5,
        "first_seen": "2026-01-02T03:04:05Z",
        "last_seen": "2026-01-07T03:04:05Z",
        "sample": f"{TITLES[0]} - June 1, 2020",
    }
    table = newsieve("campaigns", "list", "--format", "table", "--limit", 1).stdout
    assert "5 of 5 undecided" in table
    assert TITLES[0] in table


def test_a_home_without_campaigns_says_so(newsieve):
    done = newsieve("campaigns", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No campaign" in done.stderr


def test_one_campaign_is_shown_with_sites_hosts_and_samples(newsieve, spammed_home):
    shown = newsieve("campaigns", "show", 1).stdout
    assert "5 texts on 6 pages of 3 sites" in shown
    assert "site0.example (2)" in shown
    assert "links to: spam.example (6)" in shown
    assert TITLES[1] in shown


def test_evidence_is_written_to_standard_output_or_to_a_file_for_all_sites_or_one(newsieve, spammed_home, tmp_path):
    everything = newsieve("campaigns", "evidence", 1).stdout
    assert "nearest to link spam" in everything
    assert everything.count("(2026-01-0") == 6
    file = tmp_path / "site0.txt"
    done = newsieve("campaigns", "evidence", 1, file, "--site", "site0.example", "--category", "hacked content")
    assert (done.returncode, done.stdout) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert "To whoever runs site0.example" in text
    assert "nearest to hacked content" in " ".join(text.split())
    assert "https://site0.example/3 (2026-01-05)" in text
    assert "https://site1.example" not in text


def test_an_unknown_campaign_site_or_category_is_refused(newsieve, spammed_home):
    assert "campaign 99" in refused(newsieve("campaigns", "show", 99))
    assert "campaign 99" in refused(newsieve("campaigns", "evidence", 99))
    assert "not seen on 'nowhere.example'" in refused(newsieve("campaigns", "evidence", 1, "--site", "nowhere.example"))
    assert newsieve("campaigns", "evidence", 1, "--category", "rudeness").returncode == 2
    assert newsieve("campaigns", "show", 2**31).returncode == 2


def test_the_campaigns_of_a_crawl_are_listed_with_options_before_its_folder_or_after(newsieve, tmp_path):
    pages = (page(f"{n}.example/1", SPAM) for n in range(3))
    folder = make_parts(tmp_path / "out", *pages, page("1.example/1", SPAM))
    for arguments in ((folder, "--limit", 3), ("--limit", 3, folder), ("crawl", folder)):
        (line,) = newsieve("campaigns", *arguments).stdout.splitlines()
        assert (json.loads(line)["pages"], json.loads(line)["sites"]) == (3, 3)


def test_the_campaigns_of_a_crawl_are_a_table_too_with_the_hosts_they_link_to(tmp_path):
    linked = [page(f"{n}.example/1", SPAM, link_hosts=["spam.example", f"{n}.example"]) for n in range(3)]
    folder = make_parts(tmp_path / "out", *linked)
    done = CliRunner().invoke(main, ["campaigns", "crawl", str(folder), "--format", "table"])
    assert " ".join(done.stdout.split()) == f"3 pages 3 sites 3 blocks {SPAM[0][:60].strip()} {HOSTS}"


def test_a_folder_that_is_not_there_is_named(newsieve, tmp_path):
    done = newsieve("campaigns", tmp_path / "nowhere")
    assert done.returncode == 2
    assert f"Directory '{tmp_path}/nowhere' does not exist" in done.stderr
    assert "holds no crawl" in refused(newsieve("campaigns", tmp_path))
    assert "No such command 'nowhere'" in newsieve("campaigns", "nowhere").stderr
