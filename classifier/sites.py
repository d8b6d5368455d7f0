"""Addresses -> hosts, and the registered domain that makes a site (Public Suffix List)."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_IP_ADDRESS = re.compile(r"[\d.]+|.*:.*")  # an IP address has no registered domain


@lru_cache(maxsize=10_000)
def registered_domain(address: str) -> str:
    """Return the registered domain of a URL's host (Public Suffix List), the host if it has none, or ''."""
    host = host_of(address)
    return str(_suffixes().privatesuffix(host) or host) if host and not _IP_ADDRESS.fullmatch(host) else host


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - its list takes long to read, and files have no host

    return PublicSuffixList()


def host_of(address: str) -> str:
    """Return the host of a URL, '' where there is none."""
    try:
        return (urlsplit(address.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""
