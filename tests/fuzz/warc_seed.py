"""A small web archive: a page, a page in gzip, something that is no page."""

import gzip

_PAGE = b"<html><body><p>The council said so.</p><li>9 Tips - May 4, 2019</li></body></html>"


def _record(kind: bytes, content: bytes, body: bytes) -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: %b\r\nWARC-Target-URI: https://a.example/1\r\n"
    head += b"Content-Type: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (kind, content, len(body)) + body + b"\r\n\r\n"


def _answer(body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%bContent-Length: %d\r\n\r\n" % (more, len(body)) + body


WARC = (
    _record(b"warcinfo", b"application/warc-fields", b"software: x\r\n")
    + _record(b"response", b"application/http; msgtype=response", _answer(_PAGE))
    + _record(b"response", b"application/http", _answer(gzip.compress(_PAGE), b"Content-Encoding: gzip\r\n"))
)
