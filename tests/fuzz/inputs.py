"""Inputs to try: seeds that look like what is read, and seeded changes of them."""

import gzip
import json
from random import Random

import pyarrow as pa

from tests.fuzz.warc_seed import WARC

LONGEST = 20_000  # bytes of an input

TEXTS = [
    b"9 Tips for Choosing a Photographer - May 4, 2019\n- one\n* * two\n\nThe council said on (12%) that it's shut.",
    "Cafe\u0301 \ufb01ne \u202eRTL\u200b ﷺ \u0130stanbul ǅ ß 3rd May 2020 – „quote“ ١٢٣ \u00ad\ufeff👩‍👩‍👧 x".encode(),
    "- - 2020-01-02 • 1/1/2021 you, Your; according\u00a0to him | a » b ’s _you_".encode(),
]
PAGES = [
    b"<html><head><title>x</title><script>a<b</script></head><body><nav><a href='https://a.example/x'>Home</a></nav>"
    b"<h1>Council</h1><p>One <b>bold</b> word<br>two</p><ul><li>- a</li></ul><div style='display:none'>casino</div>"
    b"<table><tr><td>x</table><pre> a\n b</pre><!-- c --><svg><style>p{}</style></svg>&amp;&#0;&#x110000;&nbsp</body>",
    b"<p><p></p></div><select><option>a<template><p>x</template><noscript><p>y</noscript><textarea><p></textarea>"
    b"<math><mi></math><plaintext><p>z",
]
ROWS = [
    json.dumps({"url": "https://a.example/1", "html": "<p>One<p>Two"}).encode() + b"\n",
    json.dumps({"url": "https://a.example/2", "text": "One\n- two"}).encode() + b"\n",
    json.dumps({"url": "https://a.example/3", "blocks": ["One", {"text": "two"}]}).encode() + b"\n",
    b'[{"text": "One"}, {"html": "<p>x"}]',
    b'url,text\nhttps://a.example/,"One, and\ntwo"\n\'=x,y\n',
]
LABELLED = [
    b'{"text": "Win money", "label": "filler", "person": "anna", "page": "https://a.example/"}\n',
    b'[{"id": 1, "data": {"text": "Win"}, "annotations": [{"completed_by": {"email": "a@b"}, "was_cancelled": false, '
    b'"created_at": "2026-01-02T03:04:05Z", "result": [{"type": "choices", "from_name": "l", "value": {"choices": '
    b'["filler"]}}]}]}]',
    b'{"id": 1, "text": "Win", "label": ["news"], "Comments": []}\n',
    b'{"text": "Win", "accept": ["filler"], "answer": "accept", "options": [{"id": "filler", "text": "f"}], '
    b'"_annotator_id": "s-anna", "_timestamp": 1700000000}\n',
    b'{"annotation_id": 3, "annotator": 2, "lead_time": 1, "text": "Win", "label": "{\\"choices\\": [\\"news\\"]}"}\n',
    b"id,text,label\n1,Win,news#filler\n",
    b'{"page": "p", "blocks": [{"text": "One", "label": "news"}, {"text": "-", "label": "news"}]}\n',
]
ACTS = [
    b'{"id": "", "person": "anna", "acted_at": "2026-01-02T03:04:05.000000Z", "kind": "block", "toggles": null, '
    b'"form": null, "page": 1, "campaign": null, "settles": false, "blind": false, "decisions": [{"fingerprint": '
    b'"0123456789abcdef0123456789abcdef", "text": "Win", "address": "https://a.example/", "site": "a.example", '
    b'"position": 0, "ruling": "filler", "shown_model": "v", "shown_label": "news", "shown_score": 0.5}]}\n',
    b'{"url": "https://a.example/", "added_at": "2026-01-02T03:04:05Z", "blocks": [{"text": "One"}]}\n',
]
BODIES = [
    b'{"url": "https://a.example/1", "blocks": ["One", {"text": "two"}]}',
    b'{"url": "https://a.example/1", "html": "<p>One"}',
    b'{"text": "One\\ntwo"}',
]
ARCHIVES = [
    WARC,
    gzip.compress(WARC),
    gzip.compress(ROWS[0]),
    pa.compress(ROWS[0] * 3, "zstd", asbytes=True),
    gzip.compress(PAGES[0]),
]
_ODD = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r\n",
        b"\n\n",
        b"\t",
        b"\\u0000",
        b"\\ud800",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80",
    ),
    *(
        b"<",
        b">",
        b"</p>",
        b"<p>",
        b"<!--",
        b"-->",
        b"<script>",
        b"</script>",
        b"<a href=//x>",
        b"&#x0;",
        b"&",
        b"]]>",
        b"<![CDATA[",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"null",
        b"true",
        b"1e999",
        b"-0",
        b"NaN",
        b"9" * 30,
        b"{}",
        b"[]",
        b'""',
        b"[[[[[",
    ),
    *(
        "\u202e".encode(),
        "\u200b".encode(),
        "\u0130".encode(),
        "\ufdfa".encode() * 3,
        "\u0301".encode() * 5,
        "\U000e0041".encode(),
    ),
    *(
        b"Content-Length: 99999999999\r\n",
        b"Content-Encoding: gzip\r\n",
        b"WARC/1.0\r\n",
        b"\x1f\x8b\x08",
        b"(\xb5/\xfd",
        b"PAR1",
    ),
    *(
        b"2020-13-45",
        b"0000-00-00T00:00:00Z",
        b"-1",
        b"A" * 600,
        " ".encode("utf-16"),
        b"=cmd|' /C'!A0",
        b"jan 1, 2020",
    ),
]


def changed(seed: bytes, other: bytes, dice: Random) -> bytes:
    """Return a seed after a few changes, some of them with pieces of another."""
    data = seed
    for _ in range(dice.randint(1, 6)):
        at, size = dice.randint(0, len(data)), dice.choice((1, 2, 4, 16, 64))
        piece = dice.choice(
            (b"", dice.choice(_ODD), dice.choice(_ODD), dice.randbytes(size), _cut(other, dice), _cut(data, dice))
        )
        times = dice.choice((1, 1, 1, 1, 2, 50, 1_000))
        data = (data[:at] + piece * times + data[at + dice.choice((0, 0, size)) :])[:LONGEST]
    return data


def _cut(data: bytes, dice: Random) -> bytes:
    at = dice.randint(0, len(data))
    return data[at : at + dice.choice((1, 8, 64, 512))]
