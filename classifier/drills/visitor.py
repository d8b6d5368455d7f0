"""Somebody at a desk on this machine: asks for pages over HTTP and sends the forms."""

import re
import time
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode

Fields = dict[str, str]
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk answered."""

    status: int
    text: str
    location: str  # empty unless it leads on
    seconds: float
    cpu: float = 0.0  # seconds of the processor, where they can be told from those of others
    retry_after: str | None = None  # seconds to wait, of a refusal


class OverHTTP:
    """Asks a desk on this machine, over one connection, with its cookie."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def move(self, port: int) -> None:
        """Ask at another port from now on, with the same cookie."""
        self._connection.close()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, address: str, fields: Fields | None = None) -> Answer:
        """Get a page, or send a form. Raises OSError or HTTPException when there is no whole answer."""
        begun = time.perf_counter()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if fields is None:
            self._connection.request("GET", address, headers=headers)
        else:
            self._connection.request("POST", address, urlencode(fields), headers | _FORM)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        took, told = time.perf_counter() - begun, answer.headers
        return Answer(answer.status, text, told.get("Location", ""), took, retry_after=told.get("Retry-After"))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def fields_in(form: str) -> Fields:
    """Return the hidden fields in the markup of a form."""
    return {name: unescape(value) for name, value in _FIELD.findall(form)}


def hidden_fields(text: str, action: str) -> Fields:
    """Return the hidden fields of the first form of a page that is sent to `action`."""
    return fields_in(text.partition(f'action="{action}"')[2].partition("</form>")[0])
