"""newsieve verify: is the moderation database sound?"""

import click

from classifier.cli.home import Home, database_option
from classifier.cli.terminal import tell
from classifier.text import without_controls


@click.command("verify")
@click.option("--repair", is_flag=True, help="Derive anew what is derived: rulings that stand, counts, campaigns.")
@database_option
def verb(repair: bool, home: Home) -> None:
    """Check the database file, its references and all that is derived, a line a fault; exit with 1 when there is one.

    With --repair the faults are printed, what is derived is derived anew, and the exit code tells of what is left.
    """
    from classifier.store.checking import verify
    from classifier.store.repairing import repair as derive

    database = home.database_that_is()
    faults = verify(database)
    for fault in faults:
        click.echo(without_controls(fault))
    if faults and repair:
        derive(database)
        faults = verify(database)
    tell(f"{len(faults):,} faults{' left' if repair else ''}")
    raise SystemExit(bool(faults))
