"""Two desks on one home: what one command line promotes is what both of them judge by, without a restart."""

import os
import re
import subprocess
import urllib.request
from contextlib import ExitStack, contextmanager

from classifier.registry import Registry
from tests.conftest import NEWSIEVE, add_version

NEXT = "20300101T000000Z-00000000"


@contextmanager
def desk(home):
    """Serve a home in a process of its own and yield the address."""
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    with subprocess.Popen(
        [NEWSIEVE, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield re.search(r"http://[^\s/]+", process.stderr.readline())[0]
        finally:
            process.terminate()
            process.stderr.close()


def judged_by(address):
    """Return the version whose verdicts a desk shows of the first page, and the one that it names as current."""
    with urllib.request.urlopen(f"{address}/pages/1") as answer:
        text = answer.read().decode()
    return re.search(r'name="model" value="([^"]+)"', text)[1], re.search(r"model <code>([^<]+)</code>", text)[1]


def test_both_follow_a_promotion_and_a_rollback_without_a_restart(newsieve, home, tmp_path):
    registry = Registry(home / "models")
    first = registry.pointer().current
    add_version(registry, first, NEXT)
    (tmp_path / "page.txt").write_text("The council said on Tuesday the pool would stay shut.\nTips for boxers\n")
    assert newsieve("queue", "add", tmp_path / "page.txt").returncode == 0
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(home)) for _ in range(2)]
        assert desks[0] != desks[1]
        assert [judged_by(one) for one in desks] == [(first, first)] * 2
        promoted = newsieve("promote", NEXT)
        assert promoted.returncode == 0, promoted.stderr
        assert [judged_by(one) for one in desks] == [(NEXT, NEXT)] * 2
        assert newsieve("rollback").returncode == 0
        assert [judged_by(one) for one in reversed(desks)] == [(first, first)] * 2
