"""newsieve rollback: back to the version before."""

import click

from classifier.cli.home import Home, home_option
from classifier.cli.terminal import tell


@click.command("rollback")
@home_option
def verb(home: Home) -> None:
    """Make the version that was current before current again, and print it."""
    version = home.registry().roll_back()
    tell(f"{version} is current again")
    click.echo(version)
