"""A PostgreSQL server of the test run's own, on loopback. Without Debian's postgresql its tests are skipped."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_FAST = "-c fsync=off -c full_page_writes=off"  # a server that is thrown away need not survive a power cut


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a fresh server's database 'newsieve', without a password."""
    programs = _programs()
    account = {"user": "postgres"} if os.geteuid() == 0 else {}  # the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="newsieve-pg-") as folder:
        if account:
            shutil.chown(folder, "postgres")
        data, port = Path(folder) / "data", _free_port()

        def run(program: str, *arguments: str) -> None:
            command = [programs / program, *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)

        run("initdb", "-D", str(data), "-A", "trust", "-U", "newsieve", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {_FAST}"
        run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", f"{folder}/log", "start")
        try:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "newsieve", "newsieve")
            yield f"postgresql://newsieve@127.0.0.1:{port}/newsieve"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def as_sql(url: str, schema: str) -> str:
    """Return the statements that make a schema and all that is in it."""
    command = [_programs() / "pg_dump", "--inserts", "--schema", schema, url]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(line for line in dumped.splitlines(keepends=True) if not line.startswith("\\"))  # psql's own


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if os.environ.get("NEWSIEVE_REQUIRE_POSTGRESQL"):
        pytest.fail("NEWSIEVE_REQUIRE_POSTGRESQL is set and there is no server: apt-get install postgresql")
    pytest.skip("the tests on PostgreSQL need a server: apt-get install postgresql")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
