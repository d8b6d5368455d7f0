"""The modules in C, built anew with sanitizers: no byte is read or written beyond its bounds, whatever is read."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import classifier

_CHECKOUT = Path(classifier.__file__).parent.parent
_TRIED = [
    "tests/test_pieces.py",
    "tests/test_scorer.py::test_odd_texts_score_the_same_compiled_and_in_numpy",
    "tests/test_scorer.py::test_long_tokens_are_forgotten_like_others",
]


def _library(name: str) -> str:
    """Return where the compiler keeps a library, only its name where it has none."""
    if not shutil.which("gcc"):
        return name
    return subprocess.run(
        ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _build(source: Path, folder: Path) -> None:
    built = folder / f"{source.stem}{sysconfig.get_config_var('EXT_SUFFIX')}"
    options = ["-shared", "-fPIC", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    subprocess.run(["gcc", *options, f"-I{sysconfig.get_path('include')}", source, "-o", built], check=True)


def test_the_compiled_modules_stay_within_their_memory(tmp_path, trained_home):
    sanitizers = [_library("libasan.so"), _library("libubsan.so")]
    if not all(map(os.path.isabs, sanitizers)):
        pytest.skip("no gcc with sanitizers here")
    for name in ("classifier", "web", "tests", "training_data"):
        shutil.copytree(_CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copy(_CHECKOUT / "pyproject.toml", tmp_path)
    for source in (tmp_path / "classifier").glob("*.c"):
        _build(source, source.parent)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_TRIED],
        cwd=tmp_path,
        env={
            **os.environ,
            "LD_PRELOAD": " ".join(sanitizers),
            "ASAN_OPTIONS": "detect_leaks=0",  # Python frees not all at its end
            "PYTHONMALLOC": "malloc",
            "PYTHONPATH": str(tmp_path),
            "NEWSIEVE_TEST_HOME": str(trained_home),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "skipped" not in done.stdout
