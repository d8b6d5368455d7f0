"""newsieve promote: make a version current."""

import click

from classifier.cli.home import Home, home_option
from classifier.cli.models_in_use import promote_checked
from classifier.cli.terminal import tell


@click.command("promote")
@click.argument("version")
@home_option
def verb(version: str, home: Home) -> None:
    """Make VERSION current, if it gets every golden block right.

    The running moderation page uses it at the next request. A refusal names the reasons and exits with 3.
    """
    registry = home.registry()
    before = registry.pointer_or_none().current
    promote_checked(registry, version)
    tell(
        f"{version} was current already"
        if version == before
        else f"{version} is current; newsieve rollback takes it back"
    )
