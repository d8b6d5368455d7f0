"""SECURITY.md names tests that exist, and no threat without one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| ")][1:]


def test_every_threat_has_an_asset_a_measure_a_test_and_a_requirement():
    assert len(ROWS) >= 28
    for row in ROWS:
        assert len(row) == 5
        assert all(cell.strip() for cell in row), row
        assert re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", row[3]), row
        assert re.fullmatch(r"(v5\.0\.0-\d+\.\d+\.\d+|V\d+)(, (v5\.0\.0-\d+\.\d+\.\d+|V\d+))*", row[4].strip()), row


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[^`]+)`", TEXT))))
def test_every_test_that_is_named_exists(named):
    file, _, test = named.partition("::")
    assert re.search(rf"^def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), named
