"""Commands of this program, in processes of their own that can be ended at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from classifier.errors import NewsieveError

_MAIN = "from classifier.cli import main; main()"
_LONGEST = 300.0  # seconds that a command may take
_TOLD = 400  # characters of a log that are told back


class Command:
    """A command at work in a home, with all the processes that it starts."""

    def __init__(self, home: Path, *arguments: object) -> None:
        self.log = home / "drill.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSIEVE_")}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-c", _MAIN, "--home", str(home), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,  # so that what it started can be ended with it, and nothing else
            )
        self.begun = time.monotonic()

    def __enter__(self) -> "Command":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def number(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def working(self) -> bool:
        """Whether it has not ended; one that has is not waited for, so that its number stays its own."""
        if self._process.returncode is not None:
            return False
        return os.waitid(os.P_PID, self.number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def kill(self) -> None:
        """End its first process with SIGKILL, as the system does when memory is short."""
        os.kill(self.number, signal.SIGKILL)

    def end(self) -> int:
        """End all its processes with SIGKILL, those that have not ended yet; return the exit code of the first."""
        if self._process.returncode is None:
            os.killpg(self.number, signal.SIGKILL)
        return self._process.wait()

    def finish(self) -> int:
        """Wait until it has ended by itself; return its exit code, that of a killed process when it took too long."""
        while self.working and time.monotonic() - self.begun < _LONGEST:
            time.sleep(0.01)
        return self.end()

    def told(self) -> str:
        """Return the end of what it printed."""
        return self.log.read_text(errors="replace").strip()[-_TOLD:]


def done(home: Path, *arguments: object) -> None:
    """Run a command to its end. Raises NewsieveError when it fails."""
    with Command(home, *arguments) as command:
        if exit_code := command.finish():
            raise NewsieveError(
                f"newsieve {arguments[0]}: exit code {exit_code} ({command.told()}); no drill was begun"
            )
