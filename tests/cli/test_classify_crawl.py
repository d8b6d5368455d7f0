"""newsieve classify --out, as typed."""

import gzip
import json
import os
import resource
import signal
import subprocess

import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from classifier.bulk.folder import Folder
from classifier.bulk.plan import Plan
from classifier.bulk.shards import Shard
from classifier.bulk.sweep import Totals
from classifier.bulk.work import Failure
from classifier.cli.crawl_summary import tell_lost, tell_totals
from classifier.formats import ROUNDED
from classifier.registry import Registry
from tests.conftest import NEWSIEVE, add_version, refused
from tests.made_warc import page_record

TEXT = "Council votes on plan {}\nBest online casino: claim your no deposit bonus today!\nShare on Facebook"


def write_rows(path, numbers):
    rows = [{"url": f"https://a.example/{n}", "text": TEXT.format(n)} for n in numbers]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def crawl(tmp_path):
    folder = tmp_path / "crawl"
    folder.mkdir()
    write_rows(folder / "a.jsonl", range(3))
    pages = [page_record(f"<p>Council votes on plan {n}<p>Casino bonus", f"https://b.example/{n}") for n in range(3)]
    (folder / "b.warc.gz").write_bytes(b"".join(map(gzip.compress, pages)))
    (folder / "c.html").write_text("<p>Harbour opens<p>Casino bonus")
    (folder / "d.txt").write_text("Council closes pool")
    return folder


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rows_in(out):
    return [row for part in sorted(out.glob("*.parquet")) for row in pq.read_table(part).to_pylist()]


def files_in(out):
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_verdicts_in_parts_are_those_that_are_printed(newsieve, crawl, out):
    done = newsieve("classify", crawl, "--out", out, "--workers", 2)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1].startswith(f"{out}: 3 parts (0 were done before), 8 pages, 18 blocks, of them ")
    inputs = [crawl / name for name in ("a.jsonl", "b.warc.gz", "c.html", "d.txt")]
    printed = [json.loads(line) for line in newsieve("classify", *inputs).stdout.splitlines()]
    keys = ("page", "position", "text", "label", "score", "needs_review", "model")
    found = ({**row, "score": round(row["score"], ROUNDED)} for row in rows_in(out))
    assert sorted([row[key] for key in keys] for row in found) == sorted([row[key] for key in keys] for row in printed)


def test_json_lines_are_written_on_demand(newsieve, crawl, out):
    assert newsieve("classify", crawl, "--out", out, "--format", "jsonl", "--workers", 1).returncode == 0
    assert not list(out.glob("*.parquet"))
    assert sum(len(part.read_text().splitlines()) for part in out.glob("*.jsonl")) == 18


def test_a_second_run_does_only_what_is_missing(newsieve, crawl, out):
    newsieve("classify", crawl, "--out", out, "--workers", 1)
    before = files_in(out)
    done = newsieve("classify", crawl, "--out", out, "--workers", 1)
    assert (done.returncode, files_in(out)) == (0, before)
    assert f"{out}: 3 parts (3 were done before), 8 pages" in done.stderr
    write_rows(crawl / "a.jsonl", range(5))
    done = newsieve("classify", crawl, "--out", out, "--workers", 1)
    assert f"{out}: 3 parts (2 were done before), 10 pages" in done.stderr
    changed = {name for name, data in files_in(out).items() if before[name] != data}
    assert {name.rpartition("/")[2].split("-")[0] for name in changed} == {"a.jsonl"}


def test_what_cannot_be_read_is_in_the_errors_and_in_the_exit_code_every_time(newsieve, crawl, out):
    with (crawl / "a.jsonl").open("a") as stream:
        stream.write('{broken\n{"url": "https://a.example/last", "text": "Last"}\n')
    for before in (0, 3):
        done = newsieve("classify", crawl, "--out", out, "--workers", 1)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == f"Error: 1 records could not be read; {out}/_errors names each"
        assert f"({before} were done before)" in done.stderr
    (errors,) = (out / "_errors").iterdir()
    assert json.loads(errors.read_text())["error"].startswith(f"{crawl}/a.jsonl:4: broken JSON")
    assert "https://a.example/last" in {row["page"] for row in rows_in(out)}


def test_plain_classify_still_ends_a_file_at_its_first_broken_row(newsieve, tmp_path):
    (tmp_path / "p.jsonl").write_text('{"text": "One"}\n{broken\n{"text": "Two"}\n')
    done = newsieve("classify", tmp_path / "p.jsonl")
    assert "p.jsonl:2: broken JSON" in refused(done)
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["One"]


def test_plain_classify_reads_warc_and_addresses(newsieve, crawl):
    done = newsieve("classify", crawl / "b.warc.gz", f"file://{crawl}/d.txt")
    assert [json.loads(line)["page"] for line in done.stdout.splitlines()[::2]] == [
        "https://b.example/0",
        "https://b.example/1",
        "https://b.example/2",
        f"file://{crawl}/d.txt",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", 2], "go with --out"),
        (["--cluster", "tcp://127.0.0.1:1"], "go with --out"),
        (["--again"], "go with --out"),
        (["--format", "parquet"], "go with --out"),
        (["--out", "{}", "--format", "csv"], "parquet or jsonl"),
        (["--out", "{}", "--explain"], "writes none"),
        (["--out", "{}", "--workers", 0], "1<=x"),
        (["--out", "s3://bucket/x"], "'s3://bucket/x' is an address; give a folder"),
        (["--out", "{}", "--workers", 3, "--cluster", "tcp://127.0.0.1:1"], "--workers"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(newsieve, crawl, out, options, said):
    done = newsieve("classify", crawl / "d.txt", *(str(option).format(out) for option in options))
    assert done.returncode == 2
    assert said in done.stderr
    assert not out.exists()


def test_no_input_is_wrong_usage(newsieve, out):
    assert newsieve("classify", "--out", out).returncode == 2
    assert not out.exists()


@pytest.mark.parametrize("given", ["missing.warc", "-", "empty", "nosuch://x/a.warc", "s3://x/a.warc"])
def test_an_input_that_cannot_be_opened_ends_the_run_before_it_begins(newsieve, crawl, out, given):
    (crawl / "empty").mkdir()
    refused(newsieve("classify", "a.jsonl", given, "--out", out, cwd=crawl))
    assert not out.exists()


def test_files_named_twice_are_warned_of(newsieve, crawl, out):
    done = newsieve("classify", crawl / "d.txt", crawl / "d.txt", "--out", out)
    assert done.returncode == 0
    assert "Warning: 1 files were named twice; each is read once" in done.stderr


def test_parts_in_the_crawl_itself_are_not_read_as_pages(newsieve, crawl):
    for before in (0, 3):
        done = newsieve("classify", crawl, "--out", crawl / "out", "--workers", 1)
        assert f"3 parts ({before} were done before), 8 pages" in done.stderr


def test_a_folder_of_another_model_is_refused_unless_it_begins_anew(newsieve, home, crawl, out):
    newsieve("classify", crawl, "--out", out, "--workers", 1)
    before = files_in(out)
    registry = Registry(home / "models")
    version = add_version(registry, registry.current().card.version, "20990101T000000Z-00000000")
    assert newsieve("promote", version, "--force").returncode == 0 or newsieve("promote", version).returncode == 0
    said = refused(newsieve("classify", crawl, "--out", out, "--workers", 1))
    assert "holds parts of another model or format" in said
    assert files_in(out) == before
    assert newsieve("classify", crawl, "--out", out, "--workers", 1, "--again").returncode == 0
    assert {row["model"] for row in rows_in(out)} == {version}


def test_a_folder_that_holds_something_else_or_is_in_use_is_refused(newsieve, crawl, out):
    out.mkdir()
    with FileLock(out / "_lock"):
        assert "another `newsieve classify --out` is at work here" in refused(newsieve("classify", crawl, "--out", out))
    (out / "thesis.docx").write_text("x")
    assert "holds other files" in refused(newsieve("classify", crawl, "--out", out))
    assert "thesis.docx" in files_in(out)


@pytest.mark.parametrize("out", ["/proc/out", "/dev/null/out"])
def test_a_folder_that_cannot_be_written_is_one_sentence(newsieve, crawl, out):
    assert out in refused(newsieve("classify", crawl / "d.txt", "--out", out))


def small_disk():
    """Let no file grow beyond 30 kB, as on a disk that is full; the command is told by an error, not a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


@pytest.mark.parametrize("workers", [1, 2])
def test_on_a_full_disk_nothing_is_half_written_and_a_rerun_completes(newsieve, crawl, out, workers):
    rows = [{"url": f"https://a.example/{n}", "text": os.urandom(500).hex()} for n in range(200)]
    (crawl / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ["classify", crawl, "--out", out, "--workers", workers]
    done = newsieve(*command, preexec_fn=small_disk)
    said = [line for line in done.stderr.splitlines() if not line.startswith("[")]
    assert done.returncode == 1
    assert len(said) == 1
    assert "File too large; make" in said[0]
    assert "with room on its disk and run again: parts that are done stay" in said[0]
    assert not [name for name in files_in(out) if "/." in f"/{name}" or "b.jsonl" in name]
    done = newsieve(*command)
    assert done.returncode == 0
    assert "4 parts" in done.stderr


def alive(group):
    """Return the processes of a group that have not ended."""
    lines = subprocess.run(["ps", "-e", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    found = (line.split(None, 2) for line in lines.splitlines())
    return [line for line in found if line[0] == str(group) and not line[1].startswith("Z")]


@pytest.fixture
def long_crawl(tmp_path):
    """A short shard and three that take a while."""
    folder = tmp_path / "crawl"
    folder.mkdir()
    write_rows(folder / "a.jsonl", range(1))
    for name in "bcd":
        write_rows(folder / f"{name}.jsonl", range(30_000))
    return folder


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "stop", [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM"), (signal.SIGHUP, 129, "SIGHUP")]
)
def test_a_run_that_is_stopped_leaves_what_is_done_and_nothing_else(home, long_crawl, out, workers, stop):
    number, code, how = stop
    with subprocess.Popen(
        ["env", "--default-signal", NEWSIEVE, "classify", long_crawl, "--out", out, "--workers", str(workers)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
        process_group=0,
    ) as process:
        first = process.stderr.readline()
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        rest = process.stderr.read()  # until the last process that has it open has ended
        assert process.wait(60) == code
    assert first.startswith("[1/4] ")
    assert rest == f"Error: stopped by {how}; nothing is half-written\n"
    assert alive(process.pid) == []
    names = {name.split("-")[0] for name in files_in(out)}
    assert names == {"_lock", "_run.json", "_done/a.jsonl", "a.jsonl"}


def test_sighup_that_is_ignored_stays_ignored(home, long_crawl, out):
    with subprocess.Popen(
        ["nohup", NEWSIEVE, "classify", long_crawl / "a.jsonl", long_crawl / "b.jsonl", "--out", out, "--workers", "1"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
    ) as process:
        assert process.stderr.readline().startswith("[1/2] ")
        process.send_signal(signal.SIGHUP)
        assert "2 parts" in process.stderr.read()
        assert process.wait(60) == 0


def test_a_crawl_goes_on_when_nobody_reads_what_it_tells(home, crawl, out):
    with subprocess.Popen(
        [NEWSIEVE, "classify", crawl, "--out", out, "--workers", "1"],
        stderr=subprocess.PIPE,
        env={**os.environ, "NEWSIEVE_HOME": str(home)},
    ) as process:
        process.stderr.close()
        assert process.wait(60) == 0
    assert len(rows_in(out)) == 18


def test_what_is_told_after_repeats_is_what_the_parts_hold(newsieve, tmp_path, out):
    for site, extra in (("a", "Best online casino: claim your no deposit bonus today!"), ("b", "")):
        lines = [f"Council votes on plan {site}", "Nine tips for choosing the right patio heater", extra]
        row = {"url": f"https://{site}.example/1", "text": "\n".join(lines)}
        (tmp_path / f"{site}.jsonl").write_text(json.dumps(row) + "\n")
    command = ["classify", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--out", out, "--workers", 1, "--repeats"]
    for before in (0, 2):
        done = newsieve(*command)
        rows = rows_in(out)
        filler, review = sum(r["label"] == "filler" for r in rows), sum(r["needs_review"] for r in rows)
        assert f"2 parts ({before} were done before), 2 pages, {len(rows)} blocks" in done.stderr
        assert f"of them {filler} filler, {review} to review" in done.stderr


def test_what_is_left_out_and_what_stays_is_told(newsieve, crawl, out):
    for name in ("index.html?id=5", "article", "crawl-0001.gz"):
        (crawl / name).write_text("<p>Council")
    (crawl / "link").symlink_to(out)
    done = newsieve("classify", crawl, "--out", out, "--workers", 1)
    assert "Warning: 3 files in folders were left out" in done.stderr
    assert "Warning: 1 links in folders were left out" in done.stderr
    (crawl / "a.jsonl").unlink()
    done = newsieve("classify", crawl, "--out", out, "--workers", 1)
    assert done.returncode == 0
    assert f"{out}: 2 parts (2 were done before), 5 pages" in done.stderr
    assert "1 more parts are of files that were not asked for, and stay: a.jsonl-" in done.stderr
    assert "3 parts" not in done.stderr
    assert "a.example" in {row["site"] for row in rows_in(out)}


def test_what_was_lost_and_what_failed_is_told_at_the_end(tmp_path, capsys):
    folder, shard = Folder(tmp_path / "out", "v", "parquet"), Shard("a.warc-0123456789ab", ("/crawl/a.warc",))
    plan = Plan(missing=[shard, shard], gone=3)
    tell_lost(plan, removed=2)
    tell_totals(Totals(shards=1, failures=[Failure(shard, "/crawl/a.warc: its worker was ended")]), plan, folder)
    assert capsys.readouterr().err.splitlines() == [
        "Warning: 2 parts that were damaged or had no receipt were removed; name their files to have them again",
        "Warning: 3 files are gone; their pages are left out of the parts that are made again",
        "Error: /crawl/a.warc: its worker was ended",
        f"{folder.path}: 1 parts (0 were done before), 0 pages, 0 blocks, of them 0 filler, 0 to review",
        "Error: 1 of 2 shards have no part; run again",
    ]


def test_pages_without_text_are_told(newsieve, tmp_path, out):
    (tmp_path / "p.jsonl").write_text('{"url": "https://a.example/1", "text": ""}\n')
    done = newsieve("classify", tmp_path / "p.jsonl", "--out", out, "--workers", 1)
    assert done.returncode == 0
    assert f"Warning: 1 pages have no text, or characters that could not be decoded; {out}/_errors" in done.stderr


@pytest.mark.parametrize("verb", ["campaigns", "repeats"])
def test_a_part_that_is_damaged_is_one_sentence_and_the_next_run_makes_it_anew(newsieve, crawl, out, verb):
    command = ["classify", crawl, "--out", out, "--workers", 1]
    newsieve(*command)
    part = next(out.glob("a.jsonl-*"))
    whole = part.read_bytes()
    part.write_bytes(whole[:90] + b"\xff" * 40 + whole[130:])  # the size of a part that is whole
    done = newsieve("campaigns", out) if verb == "campaigns" else newsieve(*command, "--repeats")
    assert done.returncode == 1
    assert f"Error: {part}: gone or damaged; run newsieve classify --out again" in done.stderr.splitlines()[-1]
    part.write_bytes(b"")
    assert "3 parts (2 were done before)" in newsieve(*command).stderr
    assert part.read_bytes() == whole


def test_an_output_that_cannot_be_a_folder_is_not_told_to_have_no_room(newsieve, crawl, tmp_path):
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    said = refused(newsieve("classify", crawl / "d.txt", "--out", tmp_path / "dangling"))
    assert said == f"Error: {tmp_path}/dangling: File exists; mend that and run again: parts that are done stay"
