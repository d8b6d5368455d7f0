"""newsieve restore: a backup back into the moderation database."""

from pathlib import Path

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.terminal import tell


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--replace", is_flag=True, help="Replace what the database holds; a backup of that is kept.")
@database_option
def verb(file: Path, replace: bool, home: Home) -> None:
    """Bring back the backup in FILE, of this or an older version, all of it or nothing, into an empty database.

    The database is made where there is none, in SQLite or, with --database, in PostgreSQL.
    """
    from classifier.store.copies import restore

    done = restore(file, home.database_place(), now=utc_now(), replace=replace)
    if done.kept:
        tell(f"{done.kept}: what was there before")
    tell(f"Restored {done.rows:,} rows")
