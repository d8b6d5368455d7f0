"""`make fuzz`: inputs by the thousand for all that reads what others wrote; coverage-guided where there is atheris.

Prints of each target how many inputs it took, what broke, and the slowest; exits with 1 when anything did.
"""

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from random import Random

_NAMES = ("html", "text", "normal form", "pages", "import", "labels", "scorer", "api")
_MEMORY = 4_000_000_000  # bytes that one target may use


def main() -> int:
    asked = _asked()
    if asked.target:
        return _try_one(asked)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="newsieve-fuzz-") as name:
        home = asked.home or _trained(Path(name))
        for target in _NAMES:
            command = [sys.executable, "-m", "tests.fuzz", "--target", target, "-n", asked.n, "--seed", asked.seed]
            command += ["--plain"] * asked.plain
            command += ["--home", home]
            own = {**os.environ, "TMPDIR": name}  # atheris ends a process without its tidying up
            failed |= subprocess.run([*map(str, command)], check=False, env=own).returncode != 0
    return int(failed)


def _try_one(asked: argparse.Namespace) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    guided = _instrumented() if not asked.plain else None
    from tests.fuzz.targets import made_targets
    from tests.fuzz.trying import Tried

    with made_targets(asked.home / "models") as found:
        tried = Tried(next(target for target in found if target.name == asked.target))
        if guided:
            _guide(guided, tried, asked.n, asked.seed)
        else:
            tried.generate(asked.n, seed=asked.seed)
        print(tried.told(), flush=True)
    return int(bool(tried.crashes))


def _instrumented():
    """Import what is tried so that atheris sees which lines an input reaches; return it, None where there is none."""
    try:
        import atheris
    except ImportError:
        return None
    with redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["classifier"]):
        import tests.fuzz.targets  # noqa: F401
    return atheris


def _guide(atheris, tried, count: int, seed: int) -> None:
    """Let atheris choose `count` inputs, in a process of its own, as it ends the process that it works in."""
    from tests.fuzz.inputs import LONGEST, changed

    dice, seeds = Random(seed), tried.target.seeds

    def attempt(data: bytes) -> None:
        tried.attempt(data)
        if tried.inputs >= count:
            print(tried.told(), flush=True)
            sys.stdout.flush()
            os._exit(int(bool(tried.crashes)))

    def mutate(data: bytes, most: int, _seed: int) -> bytes:
        if dice.random() < 0.5:
            return atheris.Mutate(data, most)
        return changed(data or dice.choice(seeds), dice.choice(seeds), dice)[:most]

    with tempfile.TemporaryDirectory(prefix="newsieve-corpus-") as corpus:
        for number, data in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(data)
        options = [f"-max_len={LONGEST}", "-rss_limit_mb=0", f"-seed={seed + 1}", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, corpus], attempt, custom_mutator=mutate)
        atheris.Fuzz()


def _trained(folder: Path) -> Path:
    from classifier.cli.home import Home
    from classifier.cli.models_in_use import current_model

    current_model(Home(folder))
    return folder


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("-n", type=int, default=20_000, help="inputs of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=_NAMES, help="only this one, in this process")
    parser.add_argument("--plain", action="store_true", help="changes of seeds only, without atheris")
    parser.add_argument("--home", type=Path, default=os.environ.get("NEWSIEVE_TEST_HOME"), help="whose model is used")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
