"""What commands load: a page from the command line pays for nothing it does not need, nor does a look at a home."""

import subprocess
import sys

import pytest

from classifier.store.opening import open_database

COMMAND = """
import atexit, sys
before = set(sys.modules)
atexit.register(lambda: print(*set(sys.modules) - before, file=sys.stderr))
from classifier.cli import main
main()
"""
HEAVY = {"asyncio", "multiprocessing", "sqlite3", "ssl", "http", "xml", "concurrent"}  # of the standard library
OURS = (
    "web",
    "classifier.bulk",
    "classifier.store",
    "classifier.training",
    "classifier.measuring",
    "classifier.gate",
    "classifier.plots",
)


@pytest.fixture(scope="module")
def loaded(trained_home, tmp_path_factory):
    """The modules that classifying one page of text loads, those of Python's own start not counted."""
    page = tmp_path_factory.mktemp("pages") / "page.txt"
    page.write_text("Council votes on harbour plan\nBest casino bonus of 2020\nCafé owners object\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--home", trained_home, "classify", page],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.count("\n") == 3
    return set(done.stderr.split())


def test_classifying_a_page_loads_three_packages(loaded):
    packages = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"classifier"}
    assert packages == {"click", "numpy", "resiliparse"}


def test_classifying_a_page_loads_nothing_heavy_of_the_standard_library(loaded):
    assert not {name for name in loaded if name.partition(".")[0] in HEAVY}


def test_classifying_a_page_loads_nothing_of_ours_that_trains_compares_or_stores(loaded):
    assert "classifier.model" in loaded
    assert not {name for name in loaded if name.startswith(OURS)}


def test_looking_over_a_home_loads_nothing_that_trains(home):
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--home", home, "doctor", "--format", "jsonl"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "measured on the one that is here" in done.stdout
    assert "those shipped here" in done.stdout
    packages = {name.partition(".")[0] for name in done.stderr.split()}
    assert "sqlalchemy" in packages, "what is loaded was told"
    assert not packages & {"sklearn", "scipy", "pandas", "joblib", "flask"}


def test_a_database_of_the_newest_schema_is_opened_without_alembic(home):
    open_database(home / "newsieve.db").close()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--home", home, "users", "list"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = done.stderr.split()
    assert "classifier.store.people" in loaded
    assert "alembic" not in loaded
