"""Formats: files to pages, row by row; a bad row is named."""

import contextlib
import csv
import gzip
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.errors import InputError
from classifier.formats import page_of_row, read_one_page, read_pages


def read(path, **options):
    said = []
    return list(read_pages(str(path), notify=said.append, **options)), said


def texts(page):
    return [block.text for block in page.blocks]


ROWS = [
    {"url": "https://a.example/1", "text": "One\nTwo"},
    {"url": "https://a.example/2", "html": "<p>Three</p><p>Four"},
    {"url": "https://a.example/3", "blocks": ["Five", {"text": "Six", "label": "news"}, "-"]},
]
CONTENT = [("a.example", ["One", "Two"]), ("a.example", ["Three", "Four"]), ("a.example", ["Five", "Six"])]


def write_jsonl(path):
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")


def write_csv(path):
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["url", "text", "html", "blocks"])
        writer.writeheader()
        writer.writerows({**row, "blocks": json.dumps(row["blocks"])} if "blocks" in row else row for row in ROWS)


def write_parquet(path):
    rows = [{**row, "blocks": ["Five", "Six", "-"]} if "blocks" in row else row for row in ROWS]
    pd.DataFrame(rows).to_parquet(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [("p.jsonl", write_jsonl), ("p.ndjson", write_jsonl), ("p.csv", write_csv), ("p.parquet", write_parquet)],
)
def test_rows_of_every_format_become_the_same_pages(tmp_path, name, write):
    write(tmp_path / name)
    pages, said = read(tmp_path / name)
    assert [(page.site, texts(page)) for page in pages] == CONTENT
    assert said == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"plain\nlines", ["plain", "lines"]),
        (b"  <!doctype html><p>a<p>b", ["a", "b"]),
        (b'\xef\xbb\xbf{"text": "a"}\n', ["a"]),
    ],
)
def test_without_a_known_ending_the_first_bytes_tell_the_format(tmp_path, content, expected):
    (tmp_path / "page").write_bytes(content)
    (page,) = read(tmp_path / "page")[0]
    assert texts(page) == expected


def test_a_given_format_goes_before_the_ending(tmp_path):
    (tmp_path / "p.txt").write_text("<p>a<p>b")
    assert texts(read(tmp_path / "p.txt", page_format="html")[0][0]) == ["a", "b"]


def test_a_page_without_text_is_told_and_kept(tmp_path):
    (tmp_path / "p.txt").write_text("\n \n")
    pages, said = read(tmp_path / "p.txt")
    assert [page.blocks for page in pages] == [()]
    assert said == [f"{tmp_path / 'p.txt'}: no text in it"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("1" * 5_000, "broken JSON|not a JSON object"),
        ('["a"]', "not a JSON object"),
        ('{"url": "x"}', "no html, text or blocks"),
        ('{"url": "x", "text": 5}', "text is not a string"),
        ('{"url": "x", "blocks": "a"}', "blocks is not a list"),
        ('{"url": "x", "blocks": [5]}', "a block is neither"),
    ],
)
def test_a_bad_row_is_named_with_file_and_row_after_the_good_ones(tmp_path, line, fault):
    path = tmp_path / "p.jsonl"
    path.write_text(f'{{"text": "fine"}}\n\n{line}\n{{"text": "never reached"}}\n')
    pages = read_pages(str(path), notify=lambda _: None)
    assert texts(next(pages)) == ["fine"]
    with pytest.raises(InputError, match=rf"p\.jsonl:3: ({fault})"):
        next(pages)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("missing.txt", None, "No such file"),
        ("p.csv", b"", "is empty"),
        ("p.html", b"", "is empty"),
        ("p.csv", b'a,b\n"open,1\n', "broken CSV"),
        ("p.csv", b"url,text\nhttps://a.example,Hello,x\n", "broken CSV"),
        ("p.csv", b"url,text\na,b\nhttps://a.example,Hello,x\n", "broken CSV"),
        ("p.jsonl", '{"text": "a"}'.encode("utf-16"), ":1: UTF-16; JSON lines are UTF-8"),
        ("p.csv", b"a,b\n1,2\n", ":1: no html, text or blocks"),
        ("p.csv", b"url,blocks\nx,[\n", ":1: broken JSON"),
        ("p.parquet", b"PAR1 nothing", "broken Parquet"),
        ("p.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "not text"),
        ("p.txt", b"a" * 20_000_001, "more than 20,000,000 bytes"),
        ("p.jsonl", b"a" * 20_000_001, ":1: more than 20,000,000 bytes"),
    ],
)
def test_files_that_cannot_be_read_are_named(tmp_path, name, content, fault):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=fault) as caught:
        read(tmp_path / name)
    assert name in str(caught.value)


def test_lone_surrogates_in_a_row_are_replaced(tmp_path):
    (tmp_path / "p.jsonl").write_text('{"url": "https://a.example/\\ud800", "html": "<p>Hello \\ud800</p>"}')
    (page,) = read(tmp_path / "p.jsonl")[0]
    assert (page.address, texts(page)) == ("https://a.example/\ufffd", ["Hello \ufffd"])


def test_parquet_with_html_as_bytes_and_columns_of_others_is_read(tmp_path):
    html = "<meta charset=windows-1252><p>Fähre".encode("cp1252")
    table = pa.table({"html": [html], "seen": pa.array([10**15], pa.timestamp("ms"))})
    pq.write_table(table, tmp_path / "p.parquet")
    assert texts(read(tmp_path / "p.parquet")[0][0]) == ["Fähre"]


def test_utf_16_html_is_recognised_from_its_first_bytes(tmp_path):
    (tmp_path / "page").write_bytes("<p>Fähre".encode("utf-16"))
    assert texts(read(tmp_path / "page")[0][0]) == ["Fähre"]


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="is a folder; give files"):
        read(tmp_path)


@given(
    st.dictionaries(st.sampled_from(["url", "page", "text", "html", "blocks"]), st.none() | st.integers() | st.text())
)
def test_any_row_is_a_page_or_refused_with_its_place(row):
    with contextlib.suppress(InputError), faults_named("p:1: "):
        page_of_row(row, place="p:1")


@contextlib.contextmanager
def faults_named(place):
    """Fail when an InputError does not begin with `place`."""
    try:
        yield
    except InputError as error:
        if not str(error).startswith(place):
            pytest.fail(str(error))
        raise


def test_bytes_that_are_one_page_are_read_by_their_first_bytes_or_as_told():
    text, page = read_one_page(b"<p>Council votes</p>", name="x", notify=print)
    assert (text, [block.text for block in page.blocks]) == ("<p>Council votes</p>", ["Council votes"])
    _, page = read_one_page(b"<p>Council votes</p>", name="x", page_format="text", notify=print)
    assert [block.text for block in page.blocks] == ["<p>Council votes</p>"]
    with pytest.raises(InputError, match=r"x: looks like jsonl"):
        read_one_page(b'{"text": "Council votes"}', name="x", notify=print)


def read_on(path):
    """Read as a crawl is read: what cannot be read is told of and passed over."""
    faults = []
    return list(read_pages(str(path), notify=lambda _: None, fault=lambda error: faults.append(str(error)))), faults


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz"])
def test_a_crawl_passes_over_a_csv_row_with_a_broken_cell(tmp_path, name):
    rows = ["url,text,blocks", "a,One,", "b,,{broken", 'c,,"[""Three""]"', "d,,", "e,Five,"]
    data = "\n".join(rows).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    pages, faults = read_on(tmp_path / name)
    assert [texts(page) for page in pages] == [["One"], ["Three"], ["Five"]]
    assert [fault.removeprefix(f"{tmp_path}/").partition(" ")[0] for fault in faults] == [f"{name}:2:", f"{name}:4:"]


def test_a_crawl_gets_the_csv_rows_before_one_with_a_cell_too_many(tmp_path):
    (tmp_path / "p.csv").write_text("url,text\n" + "a,One\n" * 450 + "b,Two,Three\n")
    with pytest.raises(InputError, match="broken CSV"):
        read_on(tmp_path / "p.csv")
    found = []
    with contextlib.suppress(InputError):
        found.extend(read_pages(str(tmp_path / "p.csv"), notify=print, fault=print))
    assert len(found) >= 200


def test_a_crawl_passes_over_a_parquet_row_that_is_no_page(tmp_path):
    rows = {"url": ["a", "b", "c", "d"], "text": ["One", None, "", "Four"]}
    pq.write_table(pa.table(rows), tmp_path / "p.parquet")
    pages, (fault,) = read_on(tmp_path / "p.parquet")
    assert [texts(page) for page in pages] == [["One"], [], ["Four"]]
    assert fault.startswith(f"{tmp_path}/p.parquet:2: no html, text or blocks")


def test_a_csv_larger_than_a_piece_is_read_in_its_encoding(tmp_path):
    text = "url,text\n" + f"a,{'Council votes on plan ' * 40}\n" * 6_000 + "b,Café in Zürich öffnet\n"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        (tmp_path / "p.csv").write_bytes(text.encode(encoding))
        (*_, last), faults = read_on(tmp_path / "p.csv")
        assert (texts(last), faults) == (["Café in Zürich öffnet"], [])
