"""newsieve promote: make a version current."""

import click

from classifier.cli.home import Home, database_option
from classifier.cli.promoting import promote_checked, promote_if_better, tell_promoted
from classifier.cli.terminal import tell
from classifier.text import fold_space


@click.command("promote")
@click.argument("version", required=False)
@click.option("--if-better", is_flag=True, help="Promote the newest candidate, if it is better: a cron job's line.")
@click.option(
    "--despite",
    default="",
    metavar="REASON",
    help="Promote although the comparison with the current version speaks against it; REASON is kept.",
)
@database_option
def verb(version: str | None, if_better: bool, despite: str, home: Home) -> None:
    """Make VERSION current, if nothing is against it. The running moderation page uses it at the next request.

    It is measured again and refused, with every reason by name and its numbers, when a golden block or a pin is wrong,
    when a floor on the holdout breaks, when news lost grows beyond its interval against the current version, or when
    more past decisions are lost than gained. --despite passes the last two, nothing the others.

    --if-better takes the newest version, unless it was current before, and promotes it if besides it is better: more
    past decisions are gained than lost; or as many, and on the holdout no figure is worse and one is better.
    Without a current version to compare with, it refuses, unless this is the first promotion.

    \b
    Exit codes: 0 promoted, or with --if-better nothing to do, told in one sentence; 3 refused; 1 an error.
    """
    if (version is None) != if_better or (if_better and despite):
        raise click.UsageError("Give either VERSION, also with --despite, or --if-better.")
    if version is None:
        tell(promote_if_better(home) or "Promoted")
        return
    before = home.registry().pointer_or_none().current
    promote_checked(home, version, despite=fold_space(despite))
    if version == before:
        tell(f"{version} was current already")
    else:
        tell_promoted(version, before=before)
