"""Formats: files to pages, row by row; a bad row is named."""

import contextlib
import csv
import gzip
import io
import json
import zlib
from random import Random

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.csv_rows import csv_records
from classifier.errors import InputError
from classifier.formats import page_of_row, read_one_page, read_pages
from tests.made_warc import page_record


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
        (b' [\n {"url": "x", "text": "a"}]', ["a"]),
        (b"[a]", ["[a]"]),
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
        ("p.csv", b"url,text\na\n", ":1: broken CSV .1 cells; the header has 2"),
        ("p.csv", b"\n\n", "broken CSV .no header"),
        ("p.csv", b"url,text\na," + b"b" * 20_000_001, ":1: broken CSV .field larger than"),
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


def test_standard_input_that_is_closed_is_said_to_be(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)  # what Python makes of it
    with pytest.raises(InputError, match="<stdin>: is closed; give a file"):
        read("-")


def test_a_page_in_a_row_that_is_too_large_is_refused_with_its_place():
    with pytest.raises(InputError, match=r"p.parquet:3: text of more than 20,000,000 characters"):
        page_of_row({"text": "a" * 20_000_001}, place="p.parquet:3")


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
    assert [texts(page) for page in pages] == [["One"], ["Three"], [], ["Five"]]
    assert [fault.removeprefix(f"{tmp_path}/").partition(" ")[0] for fault in faults] == [f"{name}:2:"]


def test_a_line_that_is_too_long_costs_itself_only(tmp_path):
    (tmp_path / "p.jsonl").write_bytes(b"a" * 40_000_010 + b'\n{"text": "One"}\n')
    pages, (fault,) = read_on(tmp_path / "p.jsonl")
    assert [texts(page) for page in pages] == [["One"]]
    assert "p.jsonl:1: more than 20,000,000 bytes" in fault


def test_a_cell_that_is_too_long_costs_its_row_only_and_in_the_header_the_file():
    def records(text):
        stream = io.BufferedReader(io.BytesIO(text.encode()))
        return list(csv_records(stream, name="p.csv", notify=pytest.fail, most=10))

    assert records(f"url,text\na,{'b' * 11}\nc,d\n") == [
        "field larger than field limit (10)",
        {"url": "c", "text": "d"},
    ]
    with pytest.raises(InputError, match=r"p.csv: broken CSV \(field larger .*\); begin it with a row of columns"):
        records(f"url,{'b' * 11}\nc,d\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_row_that_is_broken_costs_itself_only(tmp_path, end):
    rows = [
        "url,text",
        *["a,One"] * 450,
        "b,Two,Three",
        "",
        "c",
        'd,"Fo""ur',
        'teen"',
        'e,"Fi\u2028ve" x',
        'f,"Six',
        "g,Seven",
    ]
    (tmp_path / "p.csv").write_text(end.join(rows), newline="")
    pages, faults = read_on(tmp_path / "p.csv")
    assert [texts(page) for page in pages] == [["One"]] * 450 + [['Fo"ur', "teen"], ["Fi", "ve x"]]
    assert [fault.partition("p.csv")[2].partition(";")[0] for fault in faults] == [
        ":451: broken CSV (3 cells",
        ":452: broken CSV (1 cells",
        ":455: broken CSV (a quote that is never closed)",
    ]


def test_a_parquet_row_that_cannot_be_decoded_costs_itself_only(tmp_path):
    text = [b"Council votes"] * 300
    text[250] = b"\xff\xfe broken"
    table = pa.table({"url": [str(n) for n in range(300)], "text": pa.array(text, pa.binary()).view(pa.string())})
    pq.write_table(table, tmp_path / "p.parquet")
    pages, (fault,) = read_on(tmp_path / "p.parquet")
    assert [page.address for page in pages] == [str(n) for n in range(300) if n != 250]
    assert fault.startswith(f"{tmp_path}/p.parquet:251: broken Parquet (")


def test_an_empty_cell_is_an_empty_page_in_every_format(tmp_path):
    pq.write_table(pa.table({"url": ["a", "b", "c"], "text": ["One", None, ""]}), tmp_path / "t.parquet")
    pq.write_table(pa.table({"url": ["a", "b"], "blocks": [["One"], None]}), tmp_path / "b.parquet")
    (tmp_path / "t.csv").write_text("url,html,text\na,,One\nb,,\n")
    (tmp_path / "b.csv").write_text('url,blocks\na,"[""One""]"\nb,\n')
    for name in ("t.parquet", "b.parquet", "t.csv", "b.csv"):
        pages, said = read(tmp_path / name)
        assert [texts(page) for page in pages] == [["One"], [], []][: len(pages)]
        assert said[0] == "b: no text in it"


def packed(data):
    return {"gz": gzip.compress(data), "zst": pa.compress(data, "zstd", asbytes=True)}


@pytest.mark.parametrize("ending", ["gz", "zst"])
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("p.jsonl", '{{"text": "Council {}"}}\n'),
        ("p.json", '{{"text": "Council {}"}},\n'),
        ("p.csv", "x,Council {}\n"),
    ],
)
def test_of_a_file_that_was_cut_off_every_row_before_is_read(tmp_path, name, line, ending):
    numbers = [Random(n).random() for n in range(9_000)]
    begin = {"p.json": "[", "p.csv": "url,text\n"}.get(name, "")
    data = packed((begin + "".join(map(line.format, numbers))).encode())[ending]
    data = data[: len(data) * 9 // 10]
    (tmp_path / f"{name}.{ending}").write_bytes(data)
    found = []
    with pytest.raises(InputError, match="what follows could not be read"):
        found.extend(read_pages(str(tmp_path / f"{name}.{ending}"), notify=print, fault=pytest.fail))
    assert [texts(page)[0] for page in found] == [f"Council {number}" for number in numbers[: len(found)]]
    before = zlib.decompressobj(31).decompress(data).count(b"\n") if ending == "gz" else 4_000  # Zstandard's are blocks
    assert before - 1 <= len(found) <= 9_000


def test_a_page_that_was_cut_off_is_refused(tmp_path):
    (tmp_path / "p.html.gz").write_bytes(gzip.compress(b"<p>" + b"Council votes on plan " * 999)[:-9])
    with pytest.raises(InputError, match="broken gzip"):
        read(tmp_path / "p.html.gz")


@pytest.mark.parametrize("name", ["x.html.gz.gz", "y.html.gz", "z.jsonl.gz"])
def test_gzip_inside_gzip_is_called_so(tmp_path, name):
    (tmp_path / name).write_bytes(gzip.compress(gzip.compress(b"<p>Council votes")))
    with pytest.raises(InputError, match="gzip inside gzip; unpack it once"):
        read(tmp_path / name)


def test_a_warc_file_is_read_however_often_it_was_packed(tmp_path):
    (tmp_path / "c.warc.gz.gz").write_bytes(gzip.compress(gzip.compress(page_record("<p>Kept"))))
    assert [texts(page) for page in read(tmp_path / "c.warc.gz.gz")[0]] == [["Kept"]]


def test_a_csv_larger_than_a_piece_is_read_in_its_encoding(tmp_path):
    text = "url,text\n" + f"a,{'Council votes on plan ' * 40}\n" * 6_000 + "b,Café in Zürich öffnet\n"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        (tmp_path / "p.csv").write_bytes(text.encode(encoding))
        (*_, last), faults = read_on(tmp_path / "p.csv")
        assert (texts(last), faults) == (["Café in Zürich öffnet"], [])
