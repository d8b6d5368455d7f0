"""WARC records of a test's own."""


def page_record(html: bytes | str, url: str = "https://a.example/1", **http: str) -> bytes:
    """Return the record of an answer that brought a page."""
    body = html.encode() if isinstance(html, str) else html
    return record(answer(body, **http), url=url)


def answer(body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str) -> bytes:
    """Return an HTTP answer; underscores in names of `headers` stand for hyphens."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else [])]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def record(
    block: bytes,
    *,
    url: str = "https://a.example/1",
    what: str = "response",
    kind: str = "application/http; msgtype=response",
    length: object = None,
) -> bytes:
    """Return a WARC record, with `length` for a length that is wrong."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {what}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"
