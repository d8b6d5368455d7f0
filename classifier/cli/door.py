"""Who can reach the moderation page: from other machines, or through a proxy, only where there are accounts."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from classifier.store.database import Database

_EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened at
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
_MOST_PROXIES = 10


@dataclass(frozen=True, slots=True)
class Door:
    """How the page is reached, beside its address."""

    names: tuple[str, ...]  # host names under which people reach it
    proxies: int  # in front of it, 0 or more

    def needs_accounts(self, host: str) -> bool:
        """Tell whether anybody but the person at this machine could come in."""
        return bool(not _is_loopback(host) or self.names or self.proxies)

    def answered_names(self, host: str) -> tuple[str, ...]:
        """Return the names that the page answers to, beside those of loopback."""
        return self.names if host in _EVERY_ADDRESS else (*self.names, in_address(host))

    def refuse_strangers(self, host: str, database: "Database") -> None:
        """Raise UsageError where others could come in and nobody can log in, or where it would answer to no name."""
        from classifier.store.people import has_active_people

        if self.needs_accounts(host) and not has_active_people(database):
            raise click.UsageError(
                "others could reach the page, and nobody has an account yet; newsieve users add NAME makes one."
            )
        if host in _EVERY_ADDRESS and not self.names:
            raise click.UsageError(f"--host {host} is every address; say with --name under which name people come.")


def door_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options --name and --trust-proxy, and the argument `door`, a Door."""

    @wraps(function)
    def with_door(*args: Any, name: tuple[str, ...], trust_proxy: int, **options: Any) -> Any:
        return function(*args, door=Door(name, trust_proxy), **options)

    named = click.option(
        "--name",
        multiple=True,
        callback=_host_names,
        metavar="HOST",
        help="Host name under which people reach the page; may be given again.",
    )
    trusting = click.option(
        "--trust-proxy",
        type=click.IntRange(0, _MOST_PROXIES),
        default=0,
        show_default=True,
        metavar="N",
        help="Proxies in front, whose X-Forwarded-For and X-Forwarded-Proto hold.",
    )
    return named(trusting(with_door))


def in_address(host: str) -> str:
    """Return a host as it stands in a web address."""
    return f"[{host}]" if ":" in host else host


def _host_names(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    for name in value:
        if not _NAME.fullmatch(name):
            raise click.BadParameter(f"{name!r} is no host name; give one such as desk.example, without port or path.")
    return value


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
