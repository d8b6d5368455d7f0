"""Addresses -> hosts, and the registered domain that makes a site (Public Suffix List)."""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|\Z)")
_IP_ADDRESS = re.compile(r"[\d.]+|.*:.*")  # an IP address has no registered domain


def registered_domain(address: str) -> str:
    """Return the registered domain of a URL's host (Public Suffix List), the host if it has none, or ''."""
    return domain_of(host_of(address))


@lru_cache(maxsize=10_000)
def domain_of(host: str) -> str:
    """Return the registered domain of a host, the host itself if it has none."""
    return str(_suffixes().privatesuffix(host) or host) if host and not _IP_ADDRESS.fullmatch(host) else host


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - its list takes long to read, and files have no host

    return PublicSuffixList()


def host_of(address: str) -> str:
    """Return the host of a URL, '' where there is none."""
    if plain := _PLAIN.match(address):
        return plain[1].rstrip(".")  # as below, several times as fast
    try:
        return (urlsplit(address.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""
