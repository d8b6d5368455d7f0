"""What runs beside our own code: under which licences, and listed for whoever has to know."""

import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.advisories import Accepted, asked, holes

ROOT = Path(__file__).parent.parent
ALLOWED = {  # licences under which a package may be used beside ours, which is MIT's
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "LGPL-3.0-only",  # psycopg, which is imported and not changed
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "ZPL-2.1",
    "Zlib",
}
OLD_NAMES = {  # what packages said before there were SPDX expressions
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "Python Software Foundation License": "PSF-2.0",
    "Zope Public License": "ZPL-2.1",
}


def locked():
    """Yield the name of each locked package that runs here."""
    for line in re.findall(r"^(\S+==[^\\\n]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        requirement = Requirement(line.strip())
        if not requirement.marker or requirement.marker.evaluate(dict(default_environment())):
            yield requirement.name


def licences(name):
    """Return what a package says of its licence, as SPDX identifiers where it is known what it means."""
    facts = distribution(name).metadata
    if expression := facts.get("License-Expression"):
        return in_expression(expression)
    named = [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier", []) if line.startswith("License")]
    named = [one for one in named if one != "OSI Approved"]
    said = facts.get("License") or ""
    said = OLD_NAMES.get(said.strip().partition("\n")[0], said.strip().partition("\n")[0])
    return {OLD_NAMES.get(one, one) for one in named} or in_expression(said)


def in_expression(text):
    return set(re.split(r"\s+(?:AND|OR|WITH)\s+", re.sub(r"[()]", "", text)))


def test_every_package_that_runs_with_ours_has_a_licence_that_we_know_and_may_use():
    found, gone = {}, []
    for name in locked():
        try:
            found[name] = licences(name)
        except PackageNotFoundError:
            gone.append(name)
    assert gone == []
    assert len(found) > 40
    assert {name: said for name, said in found.items() if not said <= ALLOWED} == {}


def test_the_bill_of_materials_lists_every_locked_package_with_its_hashes(tmp_path):
    (recipe,) = re.findall(r"^sbom:.*\n\t\$\(BIN\)/(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    command, *arguments = recipe.split()
    arguments[arguments.index("sbom.json")] = str(tmp_path / "sbom.json")
    subprocess.run([Path(sys.executable).with_name(command), *arguments], cwd=ROOT, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "newsieve"
    parts = {part["name"]: part for part in bill["components"]}
    lines = re.findall(r"^([\w.-]+)(?:\[\w+\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert set(parts) >= set(lines)
    assert all("SHA-256" in json.dumps(part) for part in parts.values())


def reported(*vulns):
    return {
        "dependencies": [
            {"name": "flask", "version": "3.1.0", "vulns": list(vulns)},
            {"name": "numpy", "skip_reason": "?"},
        ]
    }


HOLE = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["3.1.1"], "description": "..."}


def test_a_known_hole_fails_unless_it_was_accepted_with_a_reason_not_long_ago():
    today = date(2026, 11, 23)
    (told,) = holes(reported(HOLE), {}, today=today)
    assert told == "flask 3.1.0: PYSEC-2026-1, mended in: 3.1.1"
    lately = {"CVE-2026-1": Accepted("the function is never called", date(2026, 9, 1))}
    assert list(holes(reported(HOLE), lately, today=today)) == []
    (told,) = holes(reported(HOLE), {"PYSEC-2026-1": Accepted("...", date(2026, 1, 1))}, today=today)
    assert told.endswith("look again")


def test_packages_that_the_service_does_not_know_are_not_counted_as_asked_for():
    assert asked(reported()) == 1
    assert list(holes(reported(), {}, today=date(2026, 11, 23))) == []
