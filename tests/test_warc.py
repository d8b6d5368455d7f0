"""WARC: pages out of what crawlers keep; what is broken is told of with its place, its neighbours survive."""

import gzip
import io
import resource
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.warc import warc_rows
from tests.made_warc import answer, page_record, record

PAGES = [page_record(f"<p>Council votes on plan {n}", f"https://a.example/{n}") for n in range(4)]
PACK = {"plain": b"".join, "gzip": lambda records: b"".join(map(gzip.compress, records))}
ALL_IN_ONE = {**PACK, "one gzip member": lambda records: gzip.compress(b"".join(records))}


def read(data):
    """Return the rows, and in one list what was told, places without their file."""
    told = []
    stream = io.BufferedReader(io.BytesIO(data))
    rows = list(warc_rows(stream, name="w", notify=told.append, fault=lambda error: told.append(str(error))))
    return rows, told


def urls(rows):
    return [row["url"].rpartition("/")[2] for _, row in rows]


def html_of(record_):
    ((_, row),), told = read(record_)
    assert told == []
    return row["html"]


@pytest.mark.parametrize("pack", ALL_IN_ONE.values(), ids=ALL_IN_ONE)
def test_the_pages_of_a_file_are_read_each_with_its_place(pack):
    rows, told = read(pack(PAGES))
    assert told == []
    assert [row for _, row in rows] == [
        {"url": f"https://a.example/{n}", "html": f"<p>Council votes on plan {n}"} for n in range(4)
    ]
    if pack is not ALL_IN_ONE["one gzip member"]:
        assert [at for at, _ in rows] == [len(pack(PAGES[:n])) for n in range(4)]


@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_what_is_no_page_is_left_out_without_a_word(pack):
    page = b"<p>Moved"
    others = [
        record(b"software: test\r\n", what="warcinfo", kind="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", what="request", kind="application/http; msgtype=request"),
        record(answer(page, status="301 Moved")),
        record(answer(page, status="404 Not Found")),
        record(answer(b"\x89PNG\r\n\x1a\n", kind="image/png")),
        record(answer(b"a,b", kind="text/plain")),
        record(answer(b"")),
        record(answer(page, kind="")),
        record(b"{}", what="resource", kind="application/json"),
        record(b"", what="revisit", kind="application/http; msgtype=response"),
    ]
    rows, told = read(pack([*others, PAGES[0]]))
    assert (urls(rows), told) == (["0"], [])


def test_resources_and_the_plain_text_of_wet_files_are_pages():
    kept = record(b"<p>Kept", what="resource", kind="text/html", url="<https://a.example/r>")
    wet = record("Café\nopens".encode(), what="conversion", kind="text/plain")
    rows, _ = read(kept + wet)
    assert [row for _, row in rows] == [
        {"url": "https://a.example/r", "html": "<p>Kept"},
        {"url": "https://a.example/1", "text": "Café\nopens"},
    ]


def test_the_charset_that_http_gives_goes_before_what_the_page_says():
    page = '<meta charset="utf-8"><p>Совет'.encode("cp1251")
    assert html_of(page_record(page, kind="text/html; charset=windows-1251")).endswith("Совет")
    assert html_of(page_record("<p>Café".encode("cp1252"), kind="text/html")) == "<p>Café"


BODY = b"<p>Council votes on a new harbour plan"
RAW_DEFLATE = zlib.compress(BODY)[2:-4]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(BODY), {"Content_Encoding": "gzip"}),
        (zlib.compress(BODY), {"Content_Encoding": "deflate"}),
        (RAW_DEFLATE, {"Content_Encoding": "deflate"}),
        (brotli.compress(BODY), {"Content_Encoding": "br"}),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), {"Transfer_Encoding": "chunked"}),
        (gzip.compress(gzip.compress(BODY)), {"Content_Encoding": "gzip, gzip"}),
    ],
    ids=["gzip", "deflate", "raw deflate", "Brotli", "chunked", "gzip twice"],
)
def test_the_encodings_of_http_are_taken_off(body, headers):
    assert html_of(page_record(body, **headers)) == BODY.decode()


@pytest.mark.parametrize("page", ["<!DOCTYPE html><p>A", "<!-- kept --><p>A", "\ufeff <html><p>A", "<div>A</div>"])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_page_that_was_unpacked_when_it_was_kept_is_taken_as_it_is(page, coding):
    kept = page_record(page, Content_Encoding=coding, Transfer_Encoding="chunked")
    assert html_of(kept) == page.removeprefix("\ufeff")


def test_what_begins_as_no_gzip_does_is_not_unpacked():
    assert html_of(page_record("Council votes", Content_Encoding="gzip")) == "Council votes"


def test_gzip_in_several_pieces_is_unpacked_to_its_end():
    body = gzip.compress(b"<p>First") + gzip.compress(b"<p>Last")
    for coding in ("gzip", "deflate"):
        assert html_of(page_record(body, Content_Encoding=coding)) == "<p>First<p>Last"


@pytest.mark.parametrize(
    "kind",
    [
        "application/http ;msgtype=response",
        "Application/HTTP; msgtype=response",
        "application/http\t; msgtype=response",
        "application/http msgtype=response",
    ],
)
def test_a_records_kind_is_read_however_it_is_written(kind):
    assert html_of(record(answer(b"<p>Kept"), kind=kind)) == "<p>Kept"


@pytest.mark.parametrize(
    "kind",
    ["TEXT/HTML; charset=utf-8", "text/html charset=utf-8", "text/html,text/html", "text/html ; x", "Text/Html"],
)
def test_a_pages_kind_is_read_however_it_is_written(kind):
    assert html_of(page_record("<p>Café", kind=kind)) == "<p>Café"
    assert html_of(record("<p>Café".encode(), what="resource", kind=kind)) == "<p>Café"


def test_a_header_of_http_whose_lines_end_with_lf_alone_is_read():
    body = gzip.compress(b"<p>Kept")
    assert (
        html_of(record(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Encoding:\n gzip\n\n" + body)) == "<p>Kept"
    )


def test_a_header_of_http_that_is_none_is_told_of():
    for block in (b"<p>No header", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"):
        rows, (told,) = read(record(block) + PAGES[0])
        assert urls(rows) == ["0"]
        assert told == "w:0: an HTTP answer whose header is broken; fetch the page again"


def test_a_page_that_the_crawler_cut_off_is_judged_and_told_of():
    cut = PAGES[0].replace(b"WARC-Date", b"WARC-Truncated: length\r\nWARC-Date")
    rows, told = read(cut + PAGES[1])
    assert urls(rows) == ["0", "1"]
    assert told == ["w:0: cut off by the crawler (WARC-Truncated: length); judged as far as it goes"]


def test_a_length_beyond_any_disk_costs_its_record_only(tmp_path):
    far = record(answer(b"<p>Far"), length=99_999_999_999_172)
    (tmp_path / "c.warc").write_bytes(PAGES[0] + far + PAGES[1])
    told = []
    with (tmp_path / "c.warc").open("rb") as stream:
        rows = list(warc_rows(stream, name="w", notify=told.append, fault=lambda error: told.append(str(error))))
    assert urls(rows) == ["0", "1"]
    assert told == [f"w:{len(PAGES[0])}: cut off in mid-record; fetch the file again"]


@pytest.mark.parametrize(
    ("body", "headers", "fault"),
    [
        (gzip.compress(BODY)[:-9], {"Content_Encoding": "gzip"}, "cut off"),
        (b"\x1f\x8bhello", {"Content_Encoding": "gzip"}, "broken"),
        (b"hello, world", {"Content_Encoding": "br"}, "broken"),
        (b"zz\r\nhello", {"Transfer_Encoding": "chunked"}, "broken"),
        (gzip.compress(bytes(30_000_000)), {"Content_Encoding": "gzip"}, "more than 20,000,000 bytes"),
        (zlib.compress(bytes(30_000_000)), {"Content_Encoding": "deflate"}, "more than 20,000,000 bytes"),
        (brotli.compress(bytes(30_000_000), quality=1), {"Content_Encoding": "br"}, "more than 20,000,000 bytes"),
        (b"\x00\x01\x02" * 500, {}, "not text"),
    ],
    ids=[
        "gzip cut off",
        "broken gzip",
        "no Brotli",
        "no chunks",
        "gzip bomb",
        "deflate bomb",
        "Brotli bomb",
        "no text",
    ],
)
def test_a_body_that_cannot_be_unpacked_costs_its_page_only(body, headers, fault):
    rows, (told,) = read(PAGES[0] + page_record(body, **headers) + PAGES[1])
    assert urls(rows) == ["0", "1"]
    assert told.startswith(f"w:{len(PAGES[0])}: ")
    assert fault in told


@pytest.mark.parametrize("length", [0, 10, 35, 500, 10**13, 10**30, "x", "", -5])
@pytest.mark.parametrize("pack", ALL_IN_ONE.values(), ids=ALL_IN_ONE)
def test_a_wrong_length_costs_its_record_only(pack, length):
    broken = record(answer(b"<p>Broken"), url="https://a.example/broken", length=length)
    for before, after in [([PAGES[0]], [PAGES[1], PAGES[2]]), ([PAGES[0]], []), ([], [PAGES[0]])]:
        rows, (told,) = read(pack([*before, broken, *after]))
        assert urls(rows) == urls(read(pack([*before, *after]))[0])
        place = ALL_IN_ONE["plain"] if pack is ALL_IN_ONE["one gzip member"] else pack
        assert told.startswith(f"w:{len(place(before))}: ")


@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_wherever_a_file_is_cut_off_the_last_record_is_told_of_and_no_other(pack):
    whole, before = pack(PAGES[:2]), len(pack(PAGES[:1]))
    blank = 4 if pack is PACK["plain"] else 0  # of the blank lines at the end nothing is missed
    for size in range(before + 1, len(whole) - blank):
        rows, told = read(whole[:size])
        assert urls(rows) == ["0"], size
        assert len(told) == 1, size
        assert told[0].startswith(f"w:{before}: "), size


def test_of_one_gzip_member_that_is_cut_off_what_comes_before_is_read():
    pages = [
        page_record(f"<p>{n} " + "".join(map(chr, range(256, 2000))), f"https://a.example/{n}") for n in range(300)
    ]
    rows, told = read(gzip.compress(b"".join(pages))[:-1000])
    assert urls(rows)[:100] == [str(n) for n in range(100)]
    assert "broken gzip" in told[0]


@pytest.mark.parametrize("at", [0, 1, 2, 5, 12, 100, -8, -6, -3])
def test_a_damaged_gzip_member_costs_its_record_only(at):
    first, damaged, last = map(gzip.compress, PAGES[:3])
    damaged = bytearray(damaged)
    damaged[at] ^= 0xFF
    rows, told = read(first + damaged + last)
    if at == 5:  # the time in the header says nothing
        assert (urls(rows), told) == (["0", "1", "2"], [])
    else:
        assert urls(rows) == ["0", "2"]
        assert [t.partition(": ")[0] for t in told] == [f"w:{len(first)}"]


@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_what_stands_between_records_is_told_of_once(pack):
    rows, (told,) = read(pack(PAGES[:1]) + b"rubbish" * 9_999 + pack(PAGES[1:2]) + bytes(99))
    assert urls(rows) == ["0", "1"]
    assert told == f"w:{len(pack(PAGES[:1]))}: no record begins here; the next one is looked for"


@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_a_page_that_is_too_large_is_told_of_and_a_film_is_not(pack):
    film = record(answer(bytes(21_000_000), kind="video/mp4"))
    rows, (told,) = read(pack([PAGES[0], film, page_record(b"a " * 10_500_000), PAGES[1]]))
    assert urls(rows) == ["0", "1"]
    assert told == f"w:{len(pack([PAGES[0], film]))}: more than 20,000,000 bytes; a page may have at most that many"


def test_headers_without_an_end_are_told_of():
    long = b"X: " + b"a" * 5_000_000 + b"\r\n"
    in_warc = PAGES[1].replace(b"WARC-Date", long + b"WARC-Date")
    in_http = record(b"HTTP/1.1 200 OK\r\n" + long + b"\r\n<p>Hi")
    for pack in PACK.values():
        rows, told = read(pack([PAGES[0], in_warc, in_http, PAGES[2]]))
        assert urls(rows) == ["0", "2"]
        assert len(told) == 2


def test_a_bomb_is_left_at_two_hundred_times_its_size_with_flat_memory():
    head = record(answer(b""), length=10**9).removesuffix(b"\r\n\r\n")
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(head) + b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows, told = read(gzip.compress(PAGES[0]) + bomb + gzip.compress(PAGES[1]))
    assert urls(rows) == ["0", "1"]
    assert len(told) == 1
    assert "more than 20,000,000 bytes" in told[0]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kB


def test_a_file_that_can_only_be_read_once_is_read():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    rows = list(warc_rows(io.BufferedReader(Pipe(b"".join(PAGES))), name="w", notify=print, fault=print))
    assert urls(rows) == ["0", "1", "2", "3"]


@given(st.data())
def test_damaged_files_neither_raise_nor_lose_what_comes_before(data):
    pack = data.draw(st.sampled_from(list(ALL_IN_ONE.values())))
    whole = bytearray(pack(PAGES))
    at = data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8), label="where")
    for place in at:
        how = data.draw(st.sampled_from(["change", "cut out", "put in"]))
        new = data.draw(st.binary(min_size=1, max_size=20))
        whole[place : place + (0 if how == "put in" else len(new))] = b"" if how == "cut out" else new
    rows, _ = read(bytes(whole))
    assert len(rows) <= 4 + len(at)
    if pack is not ALL_IN_ONE["one gzip member"]:
        kept = sum(len(pack(PAGES[:n])) <= min(at) for n in range(1, 5))
        assert urls(rows)[:kept] == ["0", "1", "2", "3"][:kept]


@given(st.binary(max_size=300))
def test_what_is_no_warc_gives_no_row_and_never_raises(rubbish):
    assert read(b"WARC/1.0\r\n" + rubbish)[0] == []
    assert read(gzip.compress(b"WARC/1.0\r\n" + rubbish))[0] == []
