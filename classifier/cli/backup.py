"""newsieve backup: the moderation database in one file."""

from pathlib import Path

import click

from classifier.cli.home import Home, database_option
from classifier.cli.terminal import tell


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@database_option
def verb(file: Path, home: Home) -> None:
    """Write the moderation database into the new FILE, SQLite whatever its kind, while the desk may go on.

    FILE holds hashes of passwords: only its owner can read it. Models and the secret key are not in it.
    """
    from classifier.store.copies import backup

    backup(home.database_that_is(), file)
    tell(f"{file}: {file.stat().st_size:,} bytes; newsieve restore brings it back")
