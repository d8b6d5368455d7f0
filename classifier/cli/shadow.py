"""newsieve shadow: let a version judge beside the current one, unseen by moderators."""

from datetime import UTC, datetime

import click

from classifier.cli.home import Home, database_option
from classifier.cli.person import person
from classifier.cli.terminal import tell
from classifier.errors import ModelError
from classifier.pointer import Shadow


@click.command("shadow")
@click.argument("version", required=False)
@click.option("--off", is_flag=True, help="Let no version judge in the shadow any more.")
@database_option
def verb(version: str | None, off: bool, home: Home) -> None:
    """Let VERSION judge what the current version judges, unseen by moderators; without VERSION, print which does.

    The running desk judges the queue by it in the background, and newsieve compare current VERSION then lists all that
    flips in the queue, without judging it again.
    """
    if version and off:
        raise click.UsageError("Give either VERSION or --off.")
    if version or off:
        _put(home, version)
    else:
        _tell(home)


def _put(home: Home, version: str | None) -> None:
    registry = home.registry()
    if version and version == registry.pointer_or_none().current:
        raise ModelError(f"{version}: is current; give another that newsieve models lists")
    registry.put_in_shadow(Shadow(version, datetime.now(UTC), person()) if version else None)
    tell(f"{version} judges in the shadow" if version else "No version judges in the shadow")


def _tell(home: Home) -> None:
    registry = home.registry()
    shadow = registry.shadow()
    if shadow is None or shadow.version == registry.pointer_or_none().current:
        tell("No version judges in the shadow")
        return
    click.echo(shadow.version)
    if shadow.version not in registry.versions():
        tell(f"{shadow.version} is no longer on disk and judges nothing; newsieve shadow --off ends it")
    if home.has_database():
        from classifier.store.queue import count_pages
        from classifier.store.shadowing import count_in_shadow

        judged, pages = count_in_shadow(home.database(), shadow.version), count_pages(home.database())
        tell(f"Since {shadow.at:%Y-%m-%d %H:%M} UTC, by {shadow.by}: judged {judged:,} of {pages:,} pages of the queue")
