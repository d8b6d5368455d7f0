"""newsieve tokens: what programs prove themselves with at the API."""

import json
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import tell

if TYPE_CHECKING:
    from classifier.store.tokens import Token


@click.group("tokens")
def verb() -> None:
    """Look after the bearer tokens of programs that call the API."""


@verb.command("add")
@click.argument("name")
@database_option
def add(name: str, home: Home) -> None:
    """Make a token called NAME and print it. It is shown this once: only its hash is kept."""
    from classifier.store.tokens import add_token

    secret = add_token(home.database(), name, now=utc_now())
    tell("Keep it: it is not shown again. Send it as the header 'Authorization: Bearer ...'")
    click.echo(secret)


@verb.command("revoke")
@click.argument("name")
@database_option
def revoke(name: str, home: Home) -> None:
    """Make the token NAME open nothing any more, at once and for good."""
    from classifier.store.tokens import revoke_token

    revoke_token(home.database(), name, now=utc_now())
    tell(f"Revoked {name}")


@verb.command("list")
@table_or_jsonl
@database_option
def list_(table: bool, home: Home) -> None:
    """List the tokens by name, revoked ones too."""
    from classifier.store.tokens import list_tokens

    found = list_tokens(home.database())
    if not found:
        tell("No tokens; newsieve tokens add NAME makes one")
    for token in found:
        click.echo(_row(token) if table else json.dumps(_facts(token)))


def _facts(token: "Token") -> dict[str, Any]:
    revoked = token.revoked_at.isoformat() + "Z" if token.revoked_at else None
    return {"name": token.name, "added": f"{token.added_at.isoformat()}Z", "revoked": revoked}


def _row(token: "Token") -> str:
    state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else "active"
    return f"{token.name:<24}  added {token.added_at:%Y-%m-%d}  {state}"
