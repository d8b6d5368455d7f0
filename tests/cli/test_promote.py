"""Promoting and rolling back from the command line: who did it is kept."""

import json
from datetime import UTC, datetime, timedelta

from classifier.registry import Registry
from tests.conftest import add_version


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
