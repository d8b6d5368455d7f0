"""Promoting and rolling back from the command line: measured again, refused with reasons; who did it is kept."""

import json
import os
import shutil
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from classifier.blocks import Block, Page
from classifier.cli.home import Home
from classifier.cli.promoting import newest_candidate, promote_checked, promote_if_better
from classifier.errors import BusyError, PromotionRefusedError
from classifier.labelled import read_examples, shipped_data
from classifier.registry import Registry
from classifier.store.decisions import Act, Ruled, Shown, decide
from classifier.store.dropping import drop_pages
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.conftest import NEWSIEVE, add_changed, add_version, refused

NEXT = "20300101T000000Z-00000000"
NOW = datetime(2026, 1, 2, 3, 4, 5)


@pytest.fixture
def doubtful(home, model):
    """A filler text that only just is called so, less surely than any golden one, and its score: one past decision."""
    golden = read_examples([shipped_data() / "golden.jsonl"], notify=print)
    holdout = read_examples([shipped_data() / "holdout"], notify=print)
    texts = [e.text for e in holdout if e.label == "filler"]
    lowest = min(v.score for v in model.classify_alone([e.text for e in golden if e.label == "filler"]))
    scored = [
        (v.score, text) for v, text in zip(model.classify_alone(texts), texts, strict=True) if v.label == "filler"
    ]
    score, text = min(scored)
    assert score < lowest, "the test needs a text between the threshold and the golden blocks"
    database = open_database(home / "newsieve.db")
    (page,) = add_pages(database, [Page("https://a.example/1", (Block(text, 0),), "a.example")], added_at=NOW)
    decide(database, Act("anna", NOW, page_id=page), [Ruled(0, "filler", Shown("v", "filler", 0.9))])
    drop_pages(database, [page])
    database.close()
    return score, text


def above(score):
    """Return a threshold that a text of this score no longer reaches."""
    return score + 1e-9


def hide_progress(done):
    done.stderr = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("["))
    return done


def test_who_promotes_or_rolls_back_is_kept_by_the_name_of_their_account(newsieve, home, monkeypatch):
    registry = Registry(home / "models")
    version = registry.pointer().current
    other = add_version(registry, version, "20300101T000000Z-00000000")
    monkeypatch.setenv("LOGNAME", "anna")
    assert newsieve("promote", other).returncode == 0
    monkeypatch.setenv("LOGNAME", "ben")
    assert newsieve("rollback").stdout.strip() == version
    kept = registry.pointer().promotions[-2:]
    assert [(p.version, p.by, p.previous) for p in kept] == [(other, "anna", version), (version, "ben", other)]
    assert all(timedelta(0) <= datetime.now(UTC) - p.at < timedelta(minutes=10) for p in kept)
    assert json.loads((home / "models" / "current.json").read_text())["promotions"][-1]["by"] == "ben"


def test_promoting_the_current_version_again_is_no_promotion(newsieve, home):
    registry = Registry(home / "models")
    before = registry.pointer()
    assert "was current already" in newsieve("promote", before.current).stderr
    assert registry.pointer() == before


def test_golden_blocks_and_floors_refuse_with_names_and_numbers_and_nothing_passes_them(newsieve, registry, version):
    add_changed(registry, version, NEXT, alone=0.0, on_pages=0.0)
    before = registry.pointer()
    error = refused(hide_progress(newsieve("promote", NEXT, "--despite", "I know better")), 3)
    assert "golden: 91 of 211 golden blocks are wrong (news called filler" in error
    assert "floor: news lost is 0." in error
    assert "news lost: news lost on the holdout rises from 0.0% to" in error
    assert "nothing lets a version past golden, pins and floor" in error
    assert registry.pointer() == before


def test_a_lost_past_decision_refuses_and_a_reason_passes_it_and_is_kept(newsieve, home, registry, version, doubtful):
    score, text = doubtful
    add_changed(registry, version, NEXT, alone=above(score))
    error = refused(hide_progress(newsieve("promote", NEXT)), 3)
    assert f"past decisions: 1 of 1 past decisions are lost and 0 gained against {version}" in error
    assert text[:40] in error
    assert f"newsieve promote {NEXT} --despite REASON" in error
    assert registry.pointer().current == version
    assert newsieve("promote", NEXT, "--despite", "the shop  was sold").returncode == 0
    assert registry.pointer().promotions[-1].despite == "the shop was sold"
    row = next(r for r in map(json.loads, newsieve("models").stdout.splitlines()) if r["version"] == NEXT)
    assert (row["current"], row["despite"]) == (True, "the shop was sold")
    assert "the shop was sold" in newsieve("models", "--format", "table").stdout


def test_a_reason_that_was_not_needed_is_not_kept(home, registry, version):
    add_version(registry, version, NEXT)
    promote_checked(Home(home), NEXT, despite="just in case")
    assert registry.pointer().promotions[-1].despite == ""


def test_if_better_promotes_what_gains_a_decision_and_never_what_somebody_rolled_back(
    newsieve, home, registry, version, doubtful
):
    worse = add_changed(registry, version, "20290101T000000Z-00000000", alone=above(doubtful[0]))
    registry.promote(worse, by="anna", at=datetime.now(UTC))
    add_version(registry, version, NEXT)  # gets the decision right again
    done = newsieve("promote", "--if-better")
    assert (done.returncode, registry.pointer().current) == (0, NEXT), done.stderr
    registry.roll_back(by="ben", at=datetime.now(UTC))
    assert "Nothing to promote" in (promote_if_better(Home(home)) or "")
    assert registry.pointer().current == worse


def test_if_better_leaves_a_version_that_is_merely_no_worse(newsieve, registry, version):
    assert "Nothing to promote" in newsieve("promote", "--if-better").stderr
    add_version(registry, version, NEXT)
    done = newsieve("promote", "--if-better")
    assert done.returncode == 0
    assert f"Not promoted: {NEXT} is no better than {version}" in done.stderr
    assert registry.pointer().current == version


def test_if_better_refuses_as_promote_does(home, registry, version):
    add_changed(registry, version, NEXT, alone=0.0, on_pages=0.0)
    with pytest.raises(PromotionRefusedError, match="golden: 91 of 211"):
        promote_if_better(Home(home))
    assert registry.pointer().current == version


def test_if_better_leaves_a_damaged_pointer_to_a_person(newsieve, registry, version):
    add_version(registry, version, NEXT)
    (registry.folder / "current.json").write_bytes(b"{")
    assert "current.json: damaged" in refused(newsieve("promote", "--if-better"))
    assert (registry.folder / "current.json").read_bytes() == b"{"


def test_if_better_refuses_where_there_is_nothing_to_compare_with(home, registry, version):
    add_version(registry, version, NEXT)
    shutil.rmtree(registry.folder / version)
    with pytest.raises(PromotionRefusedError, match=f"{NEXT}: not promoted; the current version cannot be compared"):
        promote_if_better(Home(home))
    assert registry.pointer().current == version


def test_a_first_promotion_is_done_by_if_better_too_and_tells_of_no_way_back(newsieve, registry, version):
    (registry.folder / "current.json").unlink()
    done = newsieve("promote", "--if-better")
    assert (done.returncode, registry.pointer().current) == (0, version)
    assert f"{version} is current" in done.stderr
    assert "rollback" not in done.stderr


def test_the_newest_candidate_is_newer_than_the_current_version(registry, version):
    assert newest_candidate(registry, registry.pointer()) is None
    add_version(registry, version, "20200101T000000Z-00000000")
    assert newest_candidate(registry, registry.pointer()) is None
    add_version(registry, version, NEXT)
    assert newest_candidate(registry, registry.pointer()) == NEXT


@pytest.mark.parametrize("arguments", [[], [NEXT, "--if-better"], ["--if-better", "--despite", "x"]])
def test_either_a_version_or_if_better_is_given(newsieve, arguments):
    done = newsieve("promote", *arguments)
    assert done.returncode == 2
    assert "Give either VERSION, also with --despite, or --if-better" in done.stderr


def test_a_current_version_that_is_gone_from_disk_is_told_and_another_may_take_its_place(
    newsieve, home, registry, version
):
    add_version(registry, version, NEXT)
    shutil.rmtree(registry.folder / version)
    assert f"{version}: is current, but no longer on disk" in newsieve("models").stderr
    done = newsieve("promote", NEXT)
    assert done.returncode == 0, done.stderr
    assert "nothing to compare with" in done.stderr
    error = refused(newsieve("rollback"))
    assert f"{version}: was current before, but is no longer on disk" in error
    assert registry.pointer().current == NEXT
    assert f"{version}: current once, but no longer on disk" in newsieve("models").stderr


def test_a_promotion_that_another_overtook_while_measuring_is_refused(registry, version):
    seen = registry.pointer()
    for name in (NEXT, "20310101T000000Z-00000000"):
        add_version(registry, version, name)
    registry.promote(NEXT, by="anna", at=datetime.now(UTC), seen=seen)
    with pytest.raises(BusyError, match=f"{NEXT} became current meanwhile"):
        registry.promote("20310101T000000Z-00000000", by="ben", at=datetime.now(UTC), seen=seen)
    assert registry.pointer().current == NEXT


def test_a_promotion_that_is_killed_leaves_the_pointer_and_no_lock(newsieve, home, registry, version):
    add_version(registry, version, NEXT)
    before = (registry.folder / "current.json").read_bytes()
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    with subprocess.Popen([NEWSIEVE, "promote", NEXT], stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert "[0/" in process.stderr.readline()
        process.send_signal(signal.SIGKILL)
    assert (registry.folder / "current.json").read_bytes() == before
    promote_checked(Home(home), NEXT)
    assert registry.pointer().current == NEXT
