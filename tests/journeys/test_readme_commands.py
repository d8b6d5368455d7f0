"""Every command in README's code blocks runs, as it stands there, or is named here with where it runs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import NEWSIEVE, run_newsieve

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ELSEWHERE = {  # the beginning of a line -> why it does not run here
    "make serve": "installs an environment; .ci/run and a newcomer do",
    "make test": "runs this",
    "newsieve serve": "stays; tests/browser, tests/cli/test_people.py and the other journeys serve",
    "newsieve train": "takes a minute; tests/journeys/test_retrain.py trains and promotes",
    "newsieve promote 2026": "needs a second version; tests/journeys/test_retrain.py",
    "newsieve rollback": "needs a second version; tests/journeys/test_retrain.py",
    "newsieve users add": "asks for a password on a terminal; tests/cli/test_people.py",
    "newsieve classify 's3:": "needs a bucket; tests/bulk reads memory:// by the same fsspec",
    "newsieve classify crawl/ --out labelled/ --cluster": "needs a cluster; tests/bulk starts one",
}


def lines():
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [line.partition(" #")[0].rstrip() for block in blocks for line in block.splitlines() if line.strip()]


def is_elsewhere(line):
    return any(line.startswith(beginning) for beginning in ELSEWHERE)


@pytest.fixture(scope="module")
def desk(trained_home, tmp_path_factory):
    """A folder with the files that README's commands speak of, and a home, in which they run one after the other."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(trained_home, folder / "home")
    for name in ("pages", "crawl", "backups"):
        (folder / name).mkdir()
    page = "<p>The council said on Tuesday the pool would stay shut.</p><p>Best casino bonus codes of 2020</p>"
    for name in ("page.html", "pages/one.html", "crawl/one.html"):
        (folder / name).write_text(page)
    (folder / "page.txt").write_text("The council said on Tuesday the pool would stay shut.\n")
    return folder


def test_every_line_that_runs_elsewhere_is_still_there():
    assert not [beginning for beginning in ELSEWHERE if not any(line.startswith(beginning) for line in lines())]


@pytest.mark.parametrize("line", [line for line in lines() if not is_elsewhere(line)])
def test_a_command_of_readme_does_what_it_should(desk, line):
    if not (desk / "home" / "newsieve.db").exists():
        run_newsieve("queue", "add", desk / "page.txt", home=desk / "home")
    if "restore" in line and not (desk / "newsieve.db").exists():
        run_newsieve("backup", desk / "newsieve.db", home=desk / "home")
    if "/backups" in line and "backup " not in line:
        run_newsieve("backup", desk / "backups" / "there.db", home=desk / "home")
    if "verify --home" in line and not (desk / "srv").exists():
        run_newsieve("queue", "add", desk / "page.txt", "--home", desk / "srv" / "new", home=desk / "home")
    here = line.replace("/backups", str(desk / "backups")).replace("/srv", str(desk / "srv"))
    path = f"{NEWSIEVE.parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NEWSIEVE_HOME": str(desk / "home")}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", here], cwd=desk, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (here, done.stdout, done.stderr)


def test_the_unit_of_systemd_is_one_that_systemd_understands_with_options_that_exist(tmp_path):
    (unit,) = re.findall(r"^```ini\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (options,) = re.findall(r"^ExecStart=/\S+ (.*)$", unit, re.MULTILINE)
    explained = run_newsieve("serve", "--help", home=tmp_path).stdout
    assert set(re.findall(r"--[a-z-]+", options)) <= set(re.findall(r"--[a-z-]+", explained))
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here: apt-get install systemd")
    file = tmp_path / "newsieve.service"
    file.write_text(unit.replace(options, "").replace("/opt/newsieve/.venv/bin/newsieve", str(NEWSIEVE)))
    done = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
