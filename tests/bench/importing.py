"""How long an import of many made decisions takes, and how much memory: `python -m tests.bench.importing [DECISIONS]`.

The file is imported twice into a new SQLite home, by the command itself; the second time adds nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

NEWSIEVE = Path(sys.executable).with_name("newsieve")


def made_acts(count: int) -> Iterator[str]:
    """Yield an act a line, each on a text of its own, by ten people."""
    shown = {"shown_model": "v", "shown_label": "news", "shown_score": 0.5}
    for number in range(count):
        site = f"site{number % 5_000}.example"
        said = {
            "text": f"The council of ward {number} said on Tuesday that pool {number % 977} would stay shut.",
            "address": f"https://{site}/{number}",
            "site": site,
            "position": number % 40,
            "ruling": ("news", "filler", "boilerplate")[number % 3],
            **shown,
        }
        at = f"2026-01-{1 + number % 28:02}T{number // 28 % 24:02}:{number // 700 % 60:02}:00Z"
        yield (
            json.dumps({"person": f"person{number % 10}", "acted_at": at, "kind": "block", "decisions": [said]}) + "\n"
        )


def imported(file: Path, home: Path) -> None:
    """Import the file, and print what that took."""
    begun = time.perf_counter()
    with subprocess.Popen([NEWSIEVE, "import", "--home", home, file]) as process:
        _pid, _status, used = os.wait4(process.pid, 0)
        process.returncode = 0
    seconds = time.perf_counter() - begun
    size = (home / "newsieve.db").stat().st_size
    print(
        f"{seconds:,.0f} s ({used.ru_utime + used.ru_stime:,.0f} s of processor), {used.ru_maxrss / 1024:,.0f} MB of "
        f"memory, database {size / 1e6:,.0f} MB"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "acts.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            stream.writelines(made_acts(count))
        print(f"{count:,} decisions, a file of {file.stat().st_size / 1e6:,.0f} MB, {os.cpu_count()} processors")
        for _ in range(2):
            imported(file, Path(folder) / "home")


if __name__ == "__main__":
    main()
