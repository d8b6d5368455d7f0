"""On a terminal no command prints what would steer it, whatever pages, people and reasons are called."""

import os
import pty
import re
import shutil
import subprocess

import pytest

from classifier.store.opening import open_database
from tests.conftest import NEWSIEVE
from tests.hostile import MARKUP, STEERING, fill, hostile_page

STEERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
OF_OUR_OWN = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[2K|\x1b\[1A")  # colours of tables, and progress bars


@pytest.fixture(scope="module")
def filled(trained_home, model, tmp_path_factory):
    """A home that every command may change; none of them is read by another."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    shutil.copytree(trained_home, home)
    database = open_database(home / "newsieve.db")
    fill(database, model)
    database.close()
    texts = [block.text for block in hostile_page(9).blocks]
    (home / "page.txt").write_text("\n".join(texts), encoding="utf-8", errors="replace")
    return home


def on_terminal(home, arguments):
    """Return what a command writes to a terminal of 100 columns, errors too."""
    ours, its = pty.openpty()
    environment = {**os.environ, "NEWSIEVE_HOME": str(home), "COLUMNS": "100", "TERM": "xterm-256color"}
    with subprocess.Popen(
        [NEWSIEVE, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=its, stderr=its, env=environment
    ):
        os.close(its)
        told = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that nobody holds the other end any more
                break
            if not part:
                break
            told += part
    os.close(ours)
    return told.decode(errors="surrogateescape")


@pytest.mark.parametrize(
    "command",
    [
        "classify {page}",
        "classify --format jsonl {page}",
        "classify --format csv {page}",
        "clean {page}",
        "compare-tools {page}",
        "queue list",
        "queue list --format jsonl",
        "queue add {page}",
        "campaigns list",
        "campaigns list --format jsonl",
        "campaigns show 1",
        "campaigns evidence 1",
        "conflicts",
        "conflicts --format jsonl",
        "pins",
        "pins --format jsonl",
        "pins --check",
        "audit",
        "report",
        "verify",
        "export decisions",
        "export decisions --format csv",
        "export pages",
        "export labels",
        "import --list",
        "data check {page}",
        "classify {name}",
        "explain {name}",
        "evaluate {name}",
        "promote {name}",
        "users add {name}",
        "tokens add {name}",
        "quarantine {name}",
        "forget {name}",
        "campaigns show {name}",
    ],
)
def test_nothing_that_is_printed_steers_the_terminal(filled, command):
    name = f"{STEERING[0]}{STEERING[2]}{MARKUP[0]}".replace("\0", "")
    arguments = [part.format(page=filled / "page.txt", name=name) for part in command.split(" ")]
    told = on_terminal(filled, arguments)
    assert told
    assert "Traceback" not in told
    assert STEERS.findall(OF_OUR_OWN.sub("", told)) == []
