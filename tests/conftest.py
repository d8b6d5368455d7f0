"""One model is trained for the whole run; every test that changes a home works on a copy of it."""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from classifier.model import Model
from classifier.registry import Registry
from classifier.store.opening import open_database
from tests.postgresql import as_sql
from tests.postgresql import server as postgresql_server

# A busy machine is no fault: nothing fails for the time that it took.
settings.register_profile("newsieve", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("newsieve")

NEWSIEVE = Path(sys.executable).with_name("newsieve")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the first model, trained from the shipped pages; only read.

    NEWSIEVE_TEST_HOME may name one that is there already, to save its minute while working on something else.
    """
    if ready := os.environ.get("NEWSIEVE_TEST_HOME"):
        return Path(ready)
    run = tmp_path_factory.getbasetemp()
    home = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "trained" / "home"
    home.parent.mkdir(exist_ok=True)
    with FileLock(home.parent / "lock"):  # one of the processes trains for all
        if not home.exists():
            done = run_newsieve("classify", "-", home=home, stdin="Council votes on harbour plan\n")
            assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="session")
def model(trained_home: Path) -> Model:
    return Registry(trained_home / "models").current()


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own, with the first model in it."""
    copy = tmp_path / "home"
    shutil.copytree(trained_home, copy)
    return copy


@pytest.fixture
def registry(home):
    return Registry(home / "models")


@pytest.fixture
def version(registry):
    return registry.pointer().current


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL database."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with nothing in it, to be copied: its migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "newsieve.db"
    open_database(path).close()
    return path


@pytest.fixture(scope="session")
def empty_schema(postgresql: str) -> str:
    """The statements that make a schema `made_once` with nothing in it, likewise."""
    with fresh_schema(postgresql, name="made_once") as url:
        open_database(url).close()
        return as_sql(postgresql, "made_once")


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request, tmp_path: Path):
    """Where an empty moderation database is: a file, or a schema of PostgreSQL. What asks for it runs on both."""
    if request.param == "SQLite":
        yield Path(shutil.copy(request.getfixturevalue("empty_file"), tmp_path))
        return
    made = request.getfixturevalue("empty_schema")
    with fresh_schema(request.getfixturevalue("postgresql"), made=made) as url:
        yield url


@contextmanager
def fresh_schema(url: str, *, name: str = "", made: str = "CREATE SCHEMA made_once") -> Iterator[str]:
    """Yield the URL of a schema of its own in a PostgreSQL database, made by statements for one called `made_once`."""
    schema = name or f"test_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(made.replace("made_once", schema))
        yield f"{url}?options=-csearch_path={schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def newsieve(home: Path) -> Run:
    """Runs the installed command in the test's own home."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        return run_newsieve(*arguments, **{"home": home, **options})

    return run


def run_newsieve(
    *arguments: object, home: Path, stdin: str | None = None, **options: object
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(NEWSIEVE), *map(str, arguments)],
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
        **options,
    )


def refused(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """Assert that a command failed as an error should: one line on stderr, no traceback; return that line."""
    assert done.returncode == code, (done.returncode, done.stderr)
    errors = [line for line in done.stderr.splitlines() if not line.startswith("Warning: ")]
    assert len(errors) == 1, done.stderr
    assert errors[0].startswith("Error: "), done.stderr
    return errors[0]


def add_version(registry: Registry, version: str, name: str) -> str:
    """Save another version: the same model under another name."""
    shutil.copytree(registry.folder / version, registry.folder / name)
    card = dataclasses.replace(registry.card(version), version=name)
    (registry.folder / name / "card.json").write_bytes(card.to_bytes())
    return name


def add_changed(
    registry: Registry, version: str, name: str, *, alone: float | None = None, on_pages: float | None = None
) -> str:
    """Save another version: the same weights under another name, with other thresholds."""
    add_version(registry, version, name)
    card = registry.card(name)
    chosen = {"thresholds": alone, "page_thresholds": on_pages}
    changed = {
        key: dataclasses.replace(getattr(card, key), filler=value) for key, value in chosen.items() if value is not None
    }
    (registry.folder / name / "card.json").write_bytes(dataclasses.replace(card, **changed).to_bytes())
    return name
