"""Bad input: one line on stderr, no traceback, the right exit code, nothing half-written."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from classifier.registry import Registry
from tests.conftest import NEWSIEVE, add_version, refused, run_newsieve


def hide_progress(done):
    """Leave only what is no progress line on stderr."""
    done.stderr = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("["))


@contextlib.contextmanager
def begun_training(home, *data, step="looking for words"):
    """A `newsieve train` that holds the lock and is in the step named."""
    with subprocess.Popen(
        [NEWSIEVE, "train", *data],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
    ) as process:
        assert any(line.startswith("[") and step in line for line in process.stderr)
        yield process


LABELLED = {"text": "Council votes", "label": "news"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.txt", b"", "empty.txt: is empty; give a file with text"),
        ("empty.jsonl", b"", "empty.jsonl: is empty"),
        ("binary.txt", bytes(range(256)) * 20, "not text"),
        ("image.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not text"),
        ("long.txt", b"word " * 10_000_000, "more than 20,000,000 bytes"),
        ("broken.jsonl", b'{"text": "a"}\n{"text": \n', "broken.jsonl:2: broken JSON"),
        ("list.jsonl", b"[1]\n", "list.jsonl:1: not a JSON object"),
        ("keys.jsonl", b'{"url": "x"}\n', "keys.jsonl:1: no html, text or blocks"),
        ("broken.csv", b'text\n"open', "broken CSV"),
        ("broken.parquet", b"nothing", "broken Parquet"),
    ],
)
def test_a_file_that_is_no_page_is_named(newsieve, tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    assert sentence in refused(newsieve("classify", tmp_path / name))


def test_a_folder_and_a_missing_file_are_named(newsieve, tmp_path):
    assert "is a folder; give files" in refused(newsieve("classify", tmp_path))
    assert "nothing.txt: No such file" in refused(newsieve("clean", tmp_path / "nothing.txt"))


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (b"\n \n", "no text in it"),
        (b"Council\0 votes on the plan today", "1 characters could not be decoded"),
        ("Überfall in Zürich: Täter flüchtig, sagte die Behörde".encode() * 9 + b"\xff", "could not be decoded"),
    ],
)
def test_odd_but_readable_files_are_read_with_a_warning(newsieve, tmp_path, content, warning):
    (tmp_path / "odd.txt").write_bytes(content)
    done = newsieve("classify", tmp_path / "odd.txt")
    assert done.returncode == 0
    assert "Warning: " in done.stderr
    assert warning in done.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(newsieve, tmp_path, encoding):
    (tmp_path / "p.txt").write_bytes("Die Fähre nach Föhr fällt aus, sagte der Betreiber".encode(encoding))
    assert json.loads(newsieve("classify", tmp_path / "p.txt").stdout)["text"].startswith("Die Fähre nach Föhr")


def test_html_nested_100_000_deep_is_read(newsieve, tmp_path):
    (tmp_path / "deep.html").write_text("<div>" * 100_000 + "Council votes on plan")
    assert json.loads(newsieve("classify", tmp_path / "deep.html").stdout)["text"] == "Council votes on plan"


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([LABELLED, {"text": "x", "label": "fillr"}], "data.jsonl:2: label is 'fillr'; use 'news', 'filler'"),
        ([{**LABELLED, "site": "a"}, {**LABELLED, "site": "b"}], "filler has 0 examples, 0.0% of the weight"),
        ([], "no labelled block"),
    ],
)
def test_training_data_that_will_not_do_leave_nothing_behind(newsieve, home, tmp_path, rows, sentence):
    before = sorted(path.name for path in (home / "models").iterdir() if not path.name.endswith(".lock"))
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = newsieve("train", tmp_path / "data.jsonl")
    hide_progress(done)
    assert sentence in refused(done)
    assert sorted(p.name for p in (home / "models").iterdir() if not p.name.endswith(".lock")) == before


def test_no_training_data_is_an_error(newsieve, tmp_path):
    assert "No such file" in refused(newsieve("train", tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    assert "no labelled file" in refused(newsieve("train", tmp_path / "empty"))


@pytest.mark.parametrize("damage", ["missing", "tampered"])
@pytest.mark.parametrize("file", ["weights.npz", "model.joblib", "card.json"])
def test_a_damaged_model_is_refused(newsieve, home, damage, file):
    (path,) = home.glob(f"models/*/{file}")
    data = path.read_bytes()
    path.unlink()
    if damage == "tampered":
        path.write_bytes(data[:-2] + b"xx")
    assert f"{file}: " in refused(newsieve("classify", "-", stdin="Council votes"))


def test_a_version_that_does_not_exist_is_refused(newsieve):
    assert "no such model version" in refused(newsieve("promote", "20200101T000000Z-00000000"))
    assert "nothing to roll back to" in refused(newsieve("rollback"))


def test_a_version_that_gets_golden_blocks_wrong_is_refused_with_3(newsieve, home, tmp_path):
    """A model taught the labels the wrong way round."""
    turned = {"news": "filler", "filler": "news", "boilerplate": "boilerplate"}
    source = sorted((NEWSIEVE.parents[2] / "training_data" / "pages").glob("v0[12].jsonl"))
    with (tmp_path / "turned.jsonl").open("w") as out:
        for line in "".join(path.read_text() for path in source).splitlines():
            page = json.loads(line)
            page["blocks"] = [{**block, "label": turned[block["label"]]} for block in page["blocks"]]
            out.write(json.dumps(page) + "\n")
    version = newsieve("train", tmp_path / "turned.jsonl").stdout.strip()
    pointer = (home / "models" / "current.json").read_bytes()
    done = newsieve("promote", version)
    hide_progress(done)
    assert "golden blocks are wrong" in refused(done, code=3)
    assert (home / "models" / "current.json").read_bytes() == pointer


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com"])
def test_any_host_but_this_machine_is_refused(newsieve, host):
    done = newsieve("serve", "--host", host)
    assert done.returncode == 2
    assert "others could reach the page, and nobody has an account yet; newsieve users add NAME" in done.stderr


def test_a_port_in_use_is_named(newsieve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}: Address already in use" in refused(newsieve("serve", "--port", port))


def test_a_home_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for verb in (["classify", "-"], ["train"], ["queue", "add", "-"]):
        done = run_newsieve(*verb, home=tmp_path / "file" / "home", stdin="Council votes on plan\n")
        done.stderr = "\n".join(line for line in done.stderr.splitlines() if line.startswith("Error: "))
        assert "Not a directory; make" in refused(done)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv to give up the rights of root")
def test_a_read_only_home_still_classifies_but_saves_nothing(home, tmp_path):
    def run(*arguments):
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
        return subprocess.run(
            [*command, NEWSIEVE, "--home", home, *arguments],
            input="Council votes on plan\n",
            capture_output=True,
            text=True,
            check=False,
        )

    for folder in (home, home / "models"):
        folder.chmod(0o555)
    try:
        assert run("classify", "-").returncode == 0
        for verb in (["queue", "add", "-"], ["train"], ["serve", "--port", "0"]):
            assert "make" in refused(run(*verb))
            assert "writable" in refused(run(*verb))
    finally:
        for folder in (home, home / "models"):
            folder.chmod(0o755)


def test_a_full_disk_leaves_no_half_version(home):
    """A limit on the size of files stands for a disk without room: writing fails in the same place."""
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
    code = limited + "from classifier.cli import main; sys.argv = ['newsieve', 'train', sys.argv[1]]; main()"
    data = NEWSIEVE.parents[2] / "training_data" / "pages" / "v01.jsonl"
    before = sorted(p.name for p in (home / "models").iterdir())
    done = subprocess.run(
        [sys.executable, "-c", code, data],
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    hide_progress(done)
    assert "make" in refused(done)
    left = {p.name for p in (home / "models").iterdir()} - {".train.lock"}
    assert left == set(before) - {".train.lock"}


@pytest.mark.parametrize("step", ["looking for words", "cross-validating"])
@pytest.mark.parametrize(("sent", "name", "code"), [("SIGINT", "Ctrl-C", 130), ("SIGTERM", "SIGTERM", 143)])
def test_a_training_that_is_stopped_leaves_nothing_behind(home, step, sent, name, code):
    before = {p.name for p in (home / "models").iterdir()}
    with begun_training(home, step=step) as process:
        process.send_signal(signal.Signals[sent])
        out, err = process.communicate(timeout=60)  # a process left behind would hold the pipes open
    assert process.returncode == code
    assert out == ""
    assert [line for line in err.splitlines() if not line.startswith("[")] == [
        f"Error: stopped by {name}; nothing is half-written"
    ]
    assert {p.name for p in (home / "models").iterdir()} - {".train.lock"} == before - {".train.lock"}


def test_of_two_trainings_at_once_the_second_is_refused(home):
    data = NEWSIEVE.parents[2] / "training_data" / "pages" / "v01.jsonl"
    with begun_training(home, data) as first:
        assert "another `newsieve train` is at work" in refused(run_newsieve("train", data, home=home))
        out, _ = first.communicate(timeout=120)
    assert first.returncode == 0
    assert (home / "models" / out.strip() / "card.json").exists()


def test_of_two_promotions_at_once_one_stands_and_the_other_is_refused_or_can_be_rolled_back_to(home):
    """Refused when the version it was measured against is current no more."""
    registry = Registry(home / "models")
    first = registry.pointer().current
    others = [add_version(registry, first, f"2030010{day}T000000Z-00000000") for day in (1, 2)]
    environment = {**os.environ, "NEWSIEVE_HOME": str(home)}
    options = {"env": environment, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([NEWSIEVE, "promote", version], **options) for version in others]
    told = [process.communicate(timeout=250)[1] for process in running]
    promoted = [version for version, process in zip(others, running, strict=True) if process.returncode == 0]
    assert all("became current meanwhile" in told[others.index(version)] for version in {*others} - {*promoted})
    pointer = registry.pointer()
    assert pointer.current in promoted
    assert {pointer.current, *pointer.previous} == {first, *promoted}


def test_wrong_usage_exits_with_2(newsieve):
    for arguments in (["classify"], ["nothing"], ["classify", "--format", "xml", "x"], ["train", "--seed", "-1"]):
        assert newsieve(*arguments).returncode == 2


def test_a_damaged_database_is_named(newsieve, home):
    (home / "newsieve.db").write_bytes(b"no database at all" * 100)
    assert "newsieve.db: cannot be used (file is not a database)" in refused(
        newsieve("queue", "add", "-", stdin="Council")
    )


def test_a_file_with_a_bad_row_queues_none_of_its_pages(newsieve, tmp_path):
    (tmp_path / "half.jsonl").write_text('{"text": "Council votes"}\n{"text": 5}\n')
    done = newsieve("queue", "add", tmp_path / "half.jsonl")
    assert done.returncode == 1
    assert "half.jsonl:2: text is not a string" in done.stderr
    assert "Added 0 of 0 pages" in done.stderr


def test_damaged_versions_do_not_hide_the_others(newsieve, home):
    registry = Registry(home / "models")
    sound = registry.pointer().current
    other = add_version(registry, sound, "20300101T000000Z-00000000")
    (home / "models" / other / "card.json").write_text("{")
    (home / "models" / "current.json").write_text("{")
    done = newsieve("models")
    assert done.returncode == 0
    assert [json.loads(line)["version"] for line in done.stdout.splitlines()] == [sound]
    assert done.stderr.count("Warning: ") == 2


def test_an_empty_secret_key_is_named(newsieve, home):
    (home / "secret_key").write_bytes(b"")
    assert "secret_key: too short for a key; delete it" in refused(newsieve("serve", "--port", 0))


def test_a_pdf_is_no_page(newsieve, tmp_path):
    (tmp_path / "p.txt").write_bytes(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    assert "not text but PDF" in refused(newsieve("classify", tmp_path / "p.txt"))
