"""newsieve selftest: does a home survive being killed?"""

import json
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, home_option
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import emit, progress_bar, tell

if TYPE_CHECKING:
    from classifier.drills.kills import Kill

_MOST = 10_000


@click.command("selftest")
@click.option("--kill", "kills", type=click.IntRange(1, _MOST), required=True, metavar="N", help="So many kills.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the moments at which they come.")
@click.option(
    "--seconds", type=click.IntRange(1), default=3_600, show_default=True, help="Stop with fewer kills after so long."
)
@table_or_jsonl
@home_option
def verb(kills: int, seed: int, seconds: int, table: bool, home: Home) -> None:
    """Kill commands at work with SIGKILL at random moments, and check after each that nothing was lost.

    It works on a copy of the home's models and moderation database, in the folder for temporary files, and speaks only
    to this machine; an empty home gets its first model in that copy. People decide over HTTP while the desk is killed;
    promotions, imports, upgrades of an old database, crawls and trainings are killed as well. Then every decision that
    was acknowledged must be there, the model in use be the old or the new one and load, the database be sound, no part
    of a crawl be half-written, and the next start need no hand. PostgreSQL is left alone.

    A line a kind of work, or in JSON lines a kill: kind, seconds (null: it ended before the blow), acknowledged,
    losses.

    \b
    Exit codes: 0 nothing was lost; 1 something was, or fewer were killed than asked for.
    """
    from classifier.drills.drill import drill

    done = []
    with progress_bar() as progress:
        for kill in drill(home.path, kills, seed=seed, seconds=seconds):
            done.append(kill)
            if not table:
                emit(json.dumps(_facts(kill), ensure_ascii=False) + "\n")
            progress(kill.kind, _killed(done), kills)
    raise SystemExit(_judged(done, kills, seed, table=table))


def _judged(done: "list[Kill]", kills: int, seed: int, *, table: bool) -> int:
    if table:
        for kind in dict.fromkeys(kill.kind for kill in done):
            emit(_line([kill for kill in done if kill.kind == kind]))
    losses = [f"{kill.kind}: {loss}" for kill in done for loss in kill.losses]
    for loss in losses:
        tell(loss)
    tell(f"{_killed(done):,} kills with seed {seed}, {len(losses):,} losses")
    return int(bool(losses) or _killed(done) < kills)


def _killed(done: "list[Kill]") -> int:
    return sum(kill.seconds is not None for kill in done)


def _line(done: "list[Kill]") -> str:
    acknowledged, losses = sum(kill.acknowledged for kill in done), sum(len(kill.losses) for kill in done)
    return f"{done[0].kind:<8}{_killed(done):>6,} kills{acknowledged:>8,} acknowledged{losses:>6,} losses\n"


def _facts(kill: "Kill") -> dict[str, Any]:
    return {"kind": kill.kind, "seconds": kill.seconds, "acknowledged": kill.acknowledged, "losses": kill.losses}
