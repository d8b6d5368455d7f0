"""newsieve users: who may log in to the moderation page."""

import json
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.passwords import ask_password, password_option
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import tell

if TYPE_CHECKING:
    from classifier.store.people import Person

ROLES = ("viewer", "moderator")


@click.group("users")
def verb() -> None:
    """Look after the accounts of the moderation page.

    Without any, the page is for one person on this machine. As soon as there is one, everybody has to log in.
    """


@verb.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="moderator",
    show_default=True,
    help="A viewer looks, a moderator decides.",
)
@password_option
@database_option
def add(name: str, role: Any, password_stdin: bool, home: Home) -> None:
    """Add an account. The password has at least 10 characters."""
    from classifier.store.people import add_person

    password = ask_password(from_stdin=password_stdin)
    person = add_person(home.database(), name, password=password, role=role, now=utc_now())
    tell(f"Added {person.name}, {person.role}")


@verb.command("role")
@click.argument("name")
@click.argument("role", metavar="ROLE", type=click.Choice(ROLES))
@database_option
def role_(name: str, role: Any, home: Home) -> None:
    """Make NAME a viewer or a moderator. It holds at once, also where they are logged in."""
    from classifier.store.people import change_role

    change_role(home.database(), name, role)
    tell(f"{name} is a {role} now")


@verb.command("disable")
@click.argument("name")
@database_option
def disable(name: str, home: Home) -> None:
    """Keep NAME out from now on: their sessions end at once, their decisions stay."""
    from classifier.store.people import disable_person

    disable_person(home.database(), name, now=utc_now())
    tell(f"Disabled {name}; their sessions have ended")


@verb.command("enable")
@click.argument("name")
@database_option
def enable(name: str, home: Home) -> None:
    """Let a disabled NAME log in again."""
    from classifier.store.people import enable_person

    enable_person(home.database(), name)
    tell(f"Enabled {name}")


@verb.command("reset")
@click.argument("name")
@password_option
@database_option
def reset(name: str, password_stdin: bool, home: Home) -> None:
    """Give NAME a new password and end their sessions."""
    from classifier.store.people import reset_password

    password = ask_password(from_stdin=password_stdin)
    reset_password(home.database(), name, password=password, now=utc_now())
    tell(f"New password for {name}; their sessions have ended")


@verb.command("list")
@table_or_jsonl
@database_option
def list_(table: bool, home: Home) -> None:
    """List the accounts by name, disabled ones too."""
    from classifier.store.people import list_people

    found = list_people(home.database())
    if not found:
        tell("No accounts: the moderation page is for one person on this machine")
    for person in found:
        click.echo(_row(person) if table else json.dumps(_facts(person)))


def _facts(person: "Person") -> dict[str, Any]:
    disabled = person.disabled_at.isoformat() + "Z" if person.disabled_at else None
    return {"name": person.name, "role": person.role, "added": f"{person.added_at.isoformat()}Z", "disabled": disabled}


def _row(person: "Person") -> str:
    state = f"disabled {person.disabled_at:%Y-%m-%d}" if person.disabled_at else "active"
    return f"{person.name:<24}  {person.role:<9}  added {person.added_at:%Y-%m-%d}  {state}"
