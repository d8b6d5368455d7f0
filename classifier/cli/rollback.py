"""newsieve rollback: back to the version before."""

from datetime import UTC, datetime

import click

from classifier.cli.home import Home, home_option
from classifier.cli.person import person
from classifier.cli.terminal import tell


@click.command("rollback")
@home_option
def verb(home: Home) -> None:
    """Make the version that was current before current again, and print it."""
    version = home.registry().roll_back(by=person(), at=datetime.now(UTC))
    tell(f"{version} is current again")
    click.echo(version)
