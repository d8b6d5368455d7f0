"""`python -m tests.bench.keys`: how many keys the demonstration queue takes, against one key a block.

A moderator who reads every block presses what the desk offers: a key for a run, a key for one block, one to accept the
page as shown when all that is left is right, one for the next page. No key is pressed that would record a mistake.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

import web
from classifier.drills.visitor import hidden_fields
from classifier.formats import read_pages
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.store.judging import judge_stale
from classifier.store.opening import open_database
from classifier.store.queue import add_pages, get_page
from classifier.store.schema import decisions
from tests.bench.made_crawl import BEGUN
from tests.bench.visitor import Fields, InProcess, SeenPage, Visitor

_RIGHT = {
    "filler": (
        "3. Embrace Smart Technology",
        "Why Is My Hair Thinning? Causes and Treatments That Work",
        "Hiring a Limo for Prom Night: What to Ask",
        "Householders which are wanting to cut down",
        "On the off chance that you have endured a mishap",
        "Moving of the home is a standout amongst",
        "situs slot gacor deposit pulsa",
    ),
    "boilerplate": ("Declan Forsythe at Castle Park", "About us How to complain"),
}
"""What a person who reads the demonstration pages with the rubric calls otherwise than the first model does."""


@dataclass(slots=True)
class Played:
    """What it took."""

    keys: int = 0
    acts: int = 0  # keys that decided something
    blocks: int = 0
    texts: int = 0  # decided


def play(database: Database, visitor: Visitor) -> Played:
    """Clear the queue as the best moderator would."""
    played = Played()
    seen = _next(visitor, "/")
    while seen:
        truth = _truth(database, seen)
        while wrong := [b.position for b in seen.blocks if not b.ruled and b.called != truth[b.position]]:
            seen = _nearer(visitor, seen, wrong[0], truth, played)
        _send(visitor, seen, seen.form("page"), played)
        played.blocks += len(truth)
        played.keys += 1
        seen = _next(visitor, seen.address)
    with database.reading() as connection:
        played.texts = connection.execute(sa.select(sa.func.count()).select_from(decisions)).scalar_one()
    return played


def _nearer(visitor: Visitor, seen: SeenPage, wrong: int, truth: dict[int, str], played: Played) -> SeenPage:
    """Put the block right, or decide on what stands before it, whichever takes fewer keys."""
    at = seen.current
    stops = [
        b.position for b in seen.blocks if b.to_check and at <= b.position <= wrong and not _inside(seen, b.position)
    ]
    if abs(wrong - at) < len(stops) or wrong not in [b.position for b in seen.blocks if b.to_check]:
        played.keys += abs(wrong - at)
        at = wrong
    run = next((run for run in seen.runs if at in run), range(0))
    if len(run) and all(truth[position] == "filler" for position in run):
        fields = seen.form("run", position=str(run[0]), last=str(run[-1]), ruling="filler")
    else:
        fields = seen.form("block", at, ruling=truth[at])
    return _send(visitor, seen, fields, played)


def _inside(seen: SeenPage, position: int) -> bool:
    return any(position in run[1:] for run in seen.runs)


def _send(visitor: Visitor, seen: SeenPage, fields: Fields, played: Played) -> SeenPage:
    played.keys += 1
    played.acts += 1
    answer = visitor.ask(f"{seen.address}/decide", fields)
    assert answer.status == 303, answer.text
    return _look(visitor, answer.location)


def _next(visitor: Visitor, address: str) -> SeenPage | None:
    answer = visitor.ask("/next", hidden_fields(visitor.ask(address).text, "/next"))
    return _look(visitor, answer.location) if "/pages/" in answer.location else None


def _look(visitor: Visitor, location: str) -> SeenPage:
    address = location.partition("#")[0]
    return SeenPage(address.partition("?")[0], visitor.ask(address).text)


def _truth(database: Database, seen: SeenPage) -> dict[int, str]:
    """Return what a person calls each block of a page."""
    page = get_page(database, int(seen.address.rpartition("/")[2])).page
    shown = {block.position: block for block in seen.blocks}
    return {block.position: _right(block.text) or shown[block.position].called for block in page.blocks}


def _right(text: str) -> str:
    return next((label for label, begun in _RIGHT.items() if text.startswith(begun)), "")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.keys")
    parser.add_argument("--home", type=Path, required=True, help="folder with a trained model")
    with tempfile.TemporaryDirectory() as folder:
        say(play_demonstration(parser.parse_args().home, Path(folder)))


def play_demonstration(home: Path, folder: Path) -> Played:
    """Clear the demonstration queue with the current model of a home; the database is made in `folder`."""
    registry, database = Registry(home / "models"), open_database(folder / "demonstration.db")
    demo = sorted((Path(web.__file__).parent / "demo").iterdir())
    add_pages(database, (page for file in demo for page in read_pages(str(file), notify=print)), added_at=BEGUN)
    judge_stale(database, registry.current())
    return play(database, InProcess(web.create_app(registry=registry, database=database, secret_key=b"k" * 32)))


def say(played: Played) -> None:
    print(f"the demonstration queue: {played.blocks} blocks, {played.texts} texts")
    for way, keys, acts in (
        ("runs, accepted pages", played.keys, played.acts),
        ("one key a block", played.blocks, played.texts),
    ):
        print(f"  {way:<22}{keys:>5} keys{keys / played.texts:>7.2f} a text decided{acts:>6} decisions to clear it")


if __name__ == "__main__":
    main()
