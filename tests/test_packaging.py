"""The wheel carries all it needs: templates, static files, migrations, labelled pages."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy of what git would clone."""
    return build_wheel(tmp_path_factory)


def build_wheel(tmp_path_factory):
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    for name in files.stdout.decode().rstrip("\0").split("\0"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    subprocess.run(build, capture_output=True, check=True, env=environment)
    (built,) = out.glob("newsieve-*.whl")
    return built


def test_the_same_source_gives_the_same_wheel_byte_for_byte_wherever_it_is_built(wheel, tmp_path_factory):
    again = build_wheel(tmp_path_factory)
    first, second = zipfile.ZipFile(wheel), zipfile.ZipFile(again)
    assert [name for name in first.namelist() if first.read(name) != second.read(name)] == []
    assert wheel.read_bytes() == again.read_bytes()


def test_the_wheel_holds_every_file_that_is_read_at_run_time(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [
        *(
            f"classifier/training_data/{p.relative_to(ROOT / 'training_data')}"
            for p in (ROOT / "training_data").rglob("*.jsonl")
        ),
        *(
            str(p.relative_to(ROOT))
            for folder in ("templates", "static", "demo")
            for p in (ROOT / "web" / folder).iterdir()
        ),
        *(str(p.relative_to(ROOT)) for p in (ROOT / "classifier").rglob("*.py")),
    ]
    assert set(shipped) <= names
    assert not [name for name in names if name.startswith("tests")]


def test_the_installed_wheel_classifies_and_serves_away_from_the_checkout(wheel, tmp_path):
    """The wheel in an environment of its own; the dependencies are those of this one."""
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    target = ["--target", site, "--no-deps", "--no-index", "--quiet", wheel]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "install", *target], check=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    code = """
import sys, classifier, web
from classifier.cli import main
assert sys.prefix in classifier.__file__ and sys.prefix in web.__file__, (classifier.__file__, web.__file__)
main(sys.argv[1:])
"""

    def run(*arguments):
        command = [python, "-c", code, "--home", tmp_path / "home", *arguments]
        text = "Council closes pool after leak\nBest online casino bonus codes with free spins\n"
        done = subprocess.run(command, cwd=tmp_path, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done

    assert [re.search(r'"label": "(\w+)"', line)[1] for line in run("classify", "-").stdout.splitlines()] == [
        "news",
        "filler",
    ]
    assert "Added 1 of 1" in run("queue", "add", "-").stderr


def test_the_locks_carry_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "http" not in text
        assert "index" not in text
        entries = re.split(r"\n(?=\S)", text.strip())
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))


def test_no_model_and_no_database_is_in_the_repository():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in files if re.search(r"\.(joblib|npz|pkl|db)$", name)]
