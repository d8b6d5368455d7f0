"""`python -m tests.advisories`: does a locked package have a known hole? A part of `make check`.

Asks the advisory service that pip-audit knows. A finding fails unless ACCEPTED has it with a reason and a date not
half a year old. Where the service cannot be reached, or knows none of the packages, that is said and nothing fails;
with NEWSIEVE_REQUIRE_ADVISORIES it does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

_LOCK = Path(__file__).parent.parent / "requirements.lock"
_AS_LONG = timedelta(days=180)
_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Accepted:
    """Why a known hole does no harm here."""

    reason: str
    looked_at: date


ACCEPTED: dict[str, Accepted] = {}
"""By the identifier of the advisory."""


def holes(report: Mapping[str, Any], accepted: Mapping[str, Accepted], *, today: date) -> Iterator[str]:
    """Yield in a sentence each hole that pip-audit reports and that is not accepted, or has been for too long."""
    for package in report["dependencies"]:
        for hole in package.get("vulns", ()):
            known = next((accepted[name] for name in (hole["id"], *hole["aliases"]) if name in accepted), None)
            if known is None or today - known.looked_at > _AS_LONG:
                mended = ", ".join(hole["fix_versions"]) or "none yet"
                again = "; accepted too long ago, look again" if known else ""
                yield f"{package['name']} {package['version']}: {hole['id']}, mended in: {mended}{again}"


def asked(report: Mapping[str, Any]) -> int:
    """Return of how many packages the service told anything."""
    return sum("vulns" in package for package in report["dependencies"])


def main() -> int:
    done = _pip_audit()
    try:
        report = json.loads(done)
    except ValueError:
        report = {"dependencies": []}
    found = list(holes(report, ACCEPTED, today=datetime.now(UTC).date()))
    for line in found:
        print(line)
    count = asked(report)
    if not count:
        print("advisories: not asked, the service cannot be reached or knows no package", file=sys.stderr)
        return int(bool(os.environ.get("NEWSIEVE_REQUIRE_ADVISORIES")))
    print(f"advisories: {count} packages asked for, {len(found)} holes")
    return int(bool(found))


def _pip_audit() -> str:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    try:
        return subprocess.run(
            [*command, "--format", "json", "-r", _LOCK], capture_output=True, text=True, check=False, timeout=_SECONDS
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


if __name__ == "__main__":
    sys.exit(main())
