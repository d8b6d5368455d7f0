"""The model page: the card in words, figures, plots and versions; it only shows."""

import dataclasses
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime

import pytest

from classifier.labelled import read_examples, shipped_data
from classifier.measuring import measure
from classifier.plot_style import SCHEMES
from classifier.plots import PLOTS
from classifier.registry import Registry
from classifier.store.blind_check import answer_blind
from classifier.store.decisions import Act
from classifier.store.opening import open_database
from tests.conftest import add_version
from tests.store.conftest import add_judged, put_in_blind_check
from web import create_app
from web.current import now

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NEXT = "20300101T000000Z-00000000"


@pytest.fixture(scope="module")
def report(model):
    return measure(model, read_examples([shipped_data() / "holdout"], notify=print))


@pytest.fixture
def registry(home):
    return Registry(home / "models")


@pytest.fixture
def client(home, registry):
    database = open_database(home / "newsieve.db")
    yield create_app(registry=registry, database=database, secret_key=b"k" * 32).test_client()
    database.close()


@pytest.fixture
def older(registry):
    """The home's version as one of before reports and promotions were kept."""
    version = registry.pointer().current
    card = registry.card(version)
    digests = {name: digest for name, digest in card.sha256.items() if name != "report.json"}
    keep(registry, dataclasses.replace(card, sha256=digests))
    (registry.folder / "current.json").write_text(json.dumps({"current": version, "previous": []}))
    return version


@pytest.fixture
def newer(registry, older, report):
    """A next version, with a report, promoted by anna."""
    add_version(registry, older, NEXT)
    data = dataclasses.replace(report, version=NEXT).to_bytes()
    (registry.folder / NEXT / "report.json").write_bytes(data)
    card = registry.card(NEXT)
    digests = {**card.sha256, "report.json": hashlib.sha256(data).hexdigest()}
    keep(registry, dataclasses.replace(card, decided=17, voices=99, sha256=digests))
    registry.promote(NEXT, by="<anna>", at=NOW)
    return NEXT


def keep(registry, card):
    (registry.folder / card.version / "card.json").write_bytes(card.to_bytes())


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_card_is_told_in_words_with_promise_threshold_and_review_band(client, registry, older):
    card, text = registry.card(older), words(client.get("/model").text)
    assert f"{sum(card.examples.values()):,} labelled blocks" in text
    assert f"{card.voices:,} voices" in text
    assert card.page_thresholds.promise in text
    assert f"filler from a score of {card.page_thresholds.filler:.4f} on" in text
    assert f"from {card.page_thresholds.review_low:.4f} to {card.page_thresholds.review_high:.4f}" in text


def test_a_version_of_before_reports_says_what_is_missing_and_how_to_get_it(client, older):
    answer = client.get("/model")
    assert answer.status_code == 200
    assert "No figures were kept with this version" in answer.text
    assert f"newsieve evaluate {older}" in answer.text
    assert "by whom was not kept" in answer.text
    assert "There is no version before this one" in answer.text
    assert "<picture>" not in answer.text


def test_figures_stand_with_counts_and_intervals(client, newer, report):
    text = words(client.get("/model").text)
    lost = next(figure for figure in report.figures if figure.name == "news lost")
    assert f"news lost {lost.value:.1%} ({lost.hits} of {lost.of}) [{lost.low:.1%}, {lost.high:.1%}]" in text
    assert re.search(r"AUC, news against filler 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]", text)


def test_every_plot_has_both_schemes_a_text_alternative_and_its_numbers(client, newer, report):
    text = client.get("/model").text
    pictures = re.findall(r"<picture>.*?</picture>", text, re.DOTALL)
    assert len(pictures) == len(PLOTS)
    for picture in pictures:
        assert re.search(r'media="\(prefers-color-scheme: dark\)" srcset="[^"]*-dark\.svg"', picture)
        assert re.search(r'src="[^"]*-light\.svg" alt="[^"]{80,}"', picture)
    assert text.count("<summary>The numbers") == len(PLOTS)
    assert f"({report.bins[0].filler} of {report.bins[0].blocks})" in text


def test_what_changed_since_the_last_version_is_side_by_side_and_the_rest_is_counted(client, newer, older):
    text = words(client.get("/model").text)
    assert re.search(r"voices \d+ 99 ", text)
    assert re.search(r"decided by moderators \d+ 17 ", text)
    assert re.search(r"[1-9]\d other facts are the same in both", text)
    assert "The two cannot be set side by side" in text


def test_figures_of_the_same_holdout_are_side_by_side(client, registry, newer, report):
    again = add_version(registry, newer, "20310101T000000Z-00000000")
    data = dataclasses.replace(report, version=again).to_bytes()
    (registry.folder / again / "report.json").write_bytes(data)
    card = registry.card(again)
    keep(registry, dataclasses.replace(card, sha256={**card.sha256, "report.json": hashlib.sha256(data).hexdigest()}))
    registry.promote(again, by="ben", at=NOW)
    text = words(client.get("/model").text)
    assert re.search(r"needs review (\S+ \(\d+ of [\d,]+\) \[\S+ \S+\]) \1", text)
    assert "cannot be set side by side" not in text


def test_the_versions_are_listed_with_who_promoted_them_and_when(client, newer, older):
    answer = client.get("/model")
    text = words(answer.text)
    assert f"{newer} ✓ current" in text
    assert f"&lt;anna&gt;, 2 Jan 2026 03:04 UTC , instead of {older}" in text
    assert "<anna>" not in answer.text


def test_a_plot_is_sent_as_svg_that_can_run_nothing(client, newer):
    for plot in PLOTS:
        for scheme in SCHEMES:
            answer = client.get(f"/model/plots/{newer}/{plot}-{scheme}.svg")
            assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
            assert "script" not in answer.headers["Content-Security-Policy"]
            assert answer.data.startswith(b"<?xml")


@pytest.mark.parametrize(
    "address",
    [
        "nothing/scores-light.svg",
        "20200101T000000Z-00000000/scores-light.svg",
        "..%2f..%2fcurrent.json/scores-light.svg",
        f"{NEXT}/nothing-light.svg",
        f"{NEXT}/scores-blue.svg",
        f"{NEXT}/scores.svg",
        f"{NEXT}/report.json",
    ],
)
def test_a_plot_that_is_not_there_is_404(client, newer, address):
    assert client.get(f"/model/plots/{address}").status_code == 404


def test_a_version_without_a_report_has_no_plots(client, older):
    assert client.get(f"/model/plots/{older}/scores-light.svg").status_code == 404


def test_a_damaged_report_or_older_version_is_named_and_the_rest_is_shown(client, registry, newer, older):
    (registry.folder / newer / "report.json").write_text("{}")
    (registry.folder / older / "card.json").write_text("{}")
    answer = client.get("/model")
    assert answer.status_code == 200
    assert "report.json: its SHA-256 differs" in words(answer.text).replace("&#39;", "'")
    assert "card.json: not a card" in answer.text
    assert "labelled blocks" in answer.text


def test_without_a_current_version_the_page_says_what_to_do(client, registry, older):
    (registry.folder / "current.json").unlink()
    answer = client.get("/model")
    assert (answer.status_code, "newsieve promote" in answer.text) == (503, True)


def test_the_page_only_shows(client, registry, newer):
    before = {path: path.read_bytes() for path in registry.folder.rglob("*.json")}
    text = client.get("/model").text
    assert "<form" not in text
    assert client.post("/model").status_code in {400, 405}
    assert {path: path.read_bytes() for path in registry.folder.rglob("*.json")} == before


def test_a_promotion_despite_a_refusal_is_told_with_its_reason(client, registry, older):
    add_version(registry, older, NEXT)
    registry.promote(NEXT, by="anna", at=NOW, despite="the <shop> was sold")
    assert "despite what spoke against it: “the &lt;shop&gt; was sold”" in client.get("/model").text


def test_a_version_that_is_no_longer_on_disk_is_listed_as_such(client, registry, newer, older):
    registry.promote(older, by="ben", at=NOW)
    shutil.rmtree(registry.folder / newer)
    answer = client.get("/model")
    assert answer.status_code == 200
    assert re.search(f"{newer} no longer on disk &lt;anna&gt;", words(answer.text))


def test_every_server_on_a_home_follows_the_pointer_without_a_restart(home, registry, older):
    database = open_database(home / "newsieve.db")
    apps = [create_app(registry=Registry(registry.folder), database=database, secret_key=b"k" * 32) for _ in range(2)]
    clients = [app.test_client() for app in apps]
    add_version(registry, older, NEXT)
    for current in (older, NEXT, older):
        if registry.pointer().current != current:
            registry.promote(current, by="anna", at=NOW)
        assert all(f"<h1>Model <code>{current}</code></h1>" in client.get("/model").text for client in clients)
    database.close()


def test_without_blind_samples_the_page_says_how_they_come(client, older):
    text = client.get("/model").text
    assert "No block was drawn yet" in text
    assert "live-light.svg" not in text
    assert client.get("/model/live-light.svg").status_code == 404


def test_live_figures_are_plotted_in_both_schemes_and_stand_in_tables_with_their_counts(client, home, older):
    database = open_database(home / "newsieve.db")
    number = add_judged(database, removed=2, passed=2, version=older)
    removed, passed, unsure = put_in_blind_check(database, number, 0, 2, 3, now=now())
    for sample, ruling in ((removed, "filler"), (passed, "filler"), (unsure, "unsure")):
        answer_blind(database, Act("anna", now(), page_id=number, blind=True), sample, ruling)
    database.close()
    text = client.get("/model").text
    assert "2 answered; below 30 no interval is worth reading." in text
    assert re.search(r'srcset="/model/live-dark.svg".*?src="/model/live-light.svg" alt="[^"]{80,}"', text, re.DOTALL)
    assert "precision was 100.0% (20.7% to 100.0%) and recall 50.0%" in text
    assert text.count('100.0 % (1 of 1) <span class="small">[20.7 %, 100.0 %]</span>') >= 3
    assert '2 <span class="small">too few</span>' in text
    for scheme in SCHEMES:
        answer = client.get(f"/model/live-{scheme}.svg")
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert b"precision" in answer.data
    assert client.get("/model/live-blue.svg").status_code == 404
