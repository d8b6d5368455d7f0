"""Comparing versions from the command line, and letting one judge in the shadow."""

import dataclasses
import json
import shutil

import pytest

from classifier.cli.comparing import compare_versions
from classifier.cli.home import Home
from classifier.cli.queue import judge
from classifier.comparison import DECISIONS, PINS
from classifier.pointer import Shadow
from classifier.store.decisions import Act, Ruled, Shown
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.pins import pin
from classifier.store.queue import add_pages, get_page
from classifier.store.shadowing import Shadowing
from tests.conftest import add_changed, add_version, refused
from tests.store.conftest import NOW, add_spam, rule, spammed

NEXT = "20300101T000000Z-00000000"


def quiet(*_told):
    pass


@pytest.fixture
def database(home):
    opened = open_database(home / "newsieve.db")
    yield opened
    opened.close()


def test_what_flips_is_told_on_decisions_pins_and_queue_and_written_as_a_page(
    newsieve, database, model, registry, tmp_path
):
    version = model.card.version
    add_spam(database, model)
    rule(database, 1, 0, "news")
    pin(database, Act("ben", NOW, page_id=1), Ruled(5, "news", Shown("v", "news", 0.1)), reason="a plain report")
    add_changed(registry, version, NEXT, alone=0.0, on_pages=0.0)
    done = newsieve("compare", "current", NEXT, "--format", "json", "--html", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    sets = {one["name"]: one for one in facts["sets"]}
    assert sets.keys() == {"past decisions", "golden", "pins", "holdout"}
    assert [len(sets[name]["lost"]) for name in ("past decisions", "pins", "golden")] == [2, 1, 91]
    lost = sets["pins"]["lost"][0]
    assert (lost["before"]["label"], lost["after"]["label"], lost["site"]) == ("news", "filler", "site0.example")
    assert (facts["queue"]["pages"], facts["queue"]["of_pages"], facts["queue"]["stored"]) == (6, 6, False)
    assert facts["queue"]["labels"][0]["name"] == "news -> filler"
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "a plain report" not in page
    assert "the swimming pool would stay shut" in page


def test_a_decision_is_judged_on_its_page_as_the_desk_shows_it(home, database, model, registry, version):
    add_spam(database, model)
    rule(database, 1, 1, "filler")
    add_version(registry, version, NEXT)
    found = compare_versions(Home(home), version, NEXT, queue_pages=0, progress=quiet)
    assert found.queue is None
    (past,) = (one for one in found.sets if one.name == DECISIONS)
    assert (past.blocks, past.lost, past.gained) == (1, (), ())
    assert found.on(PINS) is None


def test_the_shadow_judges_the_queue_beforehand_and_compare_takes_it_from_there(
    newsieve, home, database, model, registry
):
    version = model.card.version
    add_spam(database, model)
    add_changed(registry, version, NEXT, on_pages=0.0)
    assert "No version judges" in newsieve("shadow").stderr
    assert newsieve("shadow", NEXT).returncode == 0
    way = Shadowing(database)
    while way.judge(registry.shadowed()):
        pass
    shown = newsieve("shadow")
    assert (shown.stdout.strip(), "judged 6 of 6 pages" in shown.stderr) == (NEXT, True)
    queue = compare_versions(Home(home), version, NEXT, queue_pages=1, progress=quiet).queue
    assert (queue.stored, queue.pages, queue.of_pages) == (True, 6, 6)
    sampled = compare_versions(Home(home), NEXT, version, queue_pages=10, progress=quiet).queue
    assert {(f.address, f.position) for f in queue.flips} == {(f.address, f.position) for f in sampled.flips}
    assert newsieve("shadow", "--off").returncode == 0
    assert registry.shadowed() is None


def test_a_shadow_that_became_current_or_is_gone_judges_nothing_and_is_told(newsieve, registry, version):
    assert f"{version}: is current" in refused(newsieve("shadow", version))
    assert "no such model version" in refused(newsieve("shadow", NEXT))
    add_version(registry, version, NEXT)
    assert newsieve("shadow", NEXT).returncode == 0
    shutil.rmtree(registry.folder / NEXT)
    assert f"{NEXT} is no longer on disk" in newsieve("shadow").stderr
    (registry.folder / "shadow.json").write_text("{")
    assert "shadow.json: damaged; `newsieve shadow --off` clears it" in refused(newsieve("shadow"))
    assert newsieve("shadow", "--off").returncode == 0
    assert newsieve("shadow", NEXT, "--off").returncode == 2


def test_pages_that_are_queued_are_judged_in_the_shadow_as_well(newsieve, registry, version, tmp_path):
    (tmp_path / "page.txt").write_text("Council votes on the harbour plan\n9 Tips for New Landlords\n")
    add_version(registry, version, NEXT)
    newsieve("shadow", NEXT)
    assert newsieve("queue", "add", tmp_path / "page.txt").returncode == 0
    assert "judged 1 of 1 pages" in newsieve("shadow").stderr


def test_pages_are_queued_though_the_shadow_or_the_current_version_cannot_judge_them(
    home, database, registry, version, capsys
):
    numbers = [*add_pages(database, [spammed(1)], added_at=NOW), *add_pages(database, [spammed(2)], added_at=NOW)]
    registry.put_in_shadow(Shadow(add_version(registry, version, NEXT), NOW, "anna"))
    shutil.rmtree(registry.folder / NEXT)
    judge(Home(home), database, numbers[:1])
    assert f"Warning: nothing is judged in the shadow: {NEXT}" in capsys.readouterr().err
    (registry.folder / version / "weights.npz").write_bytes(b"")
    judge(Home(home), database, numbers[1:])
    assert "; the pages are in the queue, not judged yet\n" in capsys.readouterr().err
    assert [get_page(database, number).model for number in numbers] == [version, None]


def test_versions_that_cannot_be_compared_are_named(newsieve, registry, version):
    assert "no such model version" in refused(newsieve("compare", "current", NEXT))
    add_version(registry, version, NEXT)
    card = registry.card(NEXT)
    foreign = dataclasses.replace(card, libraries={**card.libraries, "scikit-learn": "99.1"})
    (registry.folder / NEXT / "card.json").write_bytes(foreign.to_bytes())
    assert "made by scikit-learn 99.1" in refused(newsieve("compare", "current", NEXT))
    (registry.folder / NEXT / "card.json").write_text("{}")
    assert "card.json: not a card" in refused(newsieve("compare", NEXT, "current"))
    (registry.folder / "current.json").unlink()
    assert "no version is current" in refused(newsieve("compare", "current", version))


def test_a_version_beside_itself_without_decisions_or_queue_is_told(newsieve, version):
    done = newsieve("compare", version, "current")
    assert done.returncode == 0, done.stderr
    assert "one and the same version" in done.stdout
    assert "Queue: nothing to compare" in done.stdout


def test_a_page_that_cannot_be_written_is_named(newsieve, version):
    done = newsieve("compare", version, "current", "--html", "/dev/full")
    assert (done.returncode, "Error: /dev/full: No space left on device" in done.stderr) == (1, True)


def test_of_a_long_queue_a_sample_is_compared_and_it_says_so(home, database, model, registry, capsys):
    version = model.card.version
    add_pages(database, [spammed(number) for number in range(40)], added_at=NOW)
    judge_stale(database, model, limit=5)  # of some pages the current verdicts are stored, of others not
    add_changed(registry, version, NEXT, on_pages=0.0)
    registry.put_in_shadow(Shadow(NEXT, NOW, "anna"))  # which has judged nothing yet
    queue = compare_versions(Home(home), version, NEXT, queue_pages=12, progress=quiet).queue
    assert (queue.pages, queue.of_pages, queue.blocks, queue.stored) == (12, 40, 84, False)
    (registry.folder / "shadow.json").write_text("{")
    again = compare_versions(Home(home), version, NEXT, queue_pages=12, progress=quiet).queue
    assert again == queue
    assert "Warning: " in (told := capsys.readouterr().err)
    assert "shadow.json: damaged; `newsieve shadow --off` clears it" in told
