"""`make bench-desk`: a desk with 100,000 pages of 20 blocks, how long it takes to answer, and 20 moderators at once.

Times are the server's, without a network, on whatever machine this is; nothing here passes or fails but what must be
exact: that no decision is lost or doubled, that no answer is an error, that every count is right.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import web
from classifier.cli.home import Home, utc_now
from classifier.cli.models_in_use import current_model
from classifier.model import Model
from classifier.store.database import Database
from classifier.store.opening import open_database
from tests.bench import keys
from tests.bench.desk_checks import check_counts, check_sample
from tests.bench.desk_database import Judge, copy_to_postgresql, fill
from tests.bench.desk_times import Times, measure
from tests.bench.moderators import work_together
from tests.postgresql import server as postgresql_server


def main(arguments: list[str] | None = None) -> None:
    asked = _asked(arguments)
    with tempfile.TemporaryDirectory(prefix="newsieve-desk-") as name:
        folder = Path(name)
        home = Home(asked.home or folder / "trained")
        model = current_model(home)
        keys.say(keys.play_demonstration(home.path, folder))
        print(f"{asked.pages:,} pages, {asked.pages * 20:,} blocks; model {model.card.version}")
        with _said("built the SQLite database"):
            _build(folder / "newsieve.db", model, asked.pages)
        with postgresql_server() if asked.postgresql else nullcontext() as url:
            if url:
                with _said("copied it to PostgreSQL"):
                    copy_to_postgresql(folder / "newsieve.db", url)
            for place in (folder / "newsieve.db", url):
                if place:
                    run(place, home, asked, folder)


def run(place: Path | str, home: Home, asked: argparse.Namespace, folder: Path) -> None:
    """Measure one database and check it."""
    database = open_database(place)
    print(f"{'PostgreSQL' if database.path is None else 'SQLite'}, {_size(database) / 1e6:,.0f} MB")
    with _said(f"the store, asked to do {(sample := min(200, asked.pages)):,} pages again, found nothing to change"):
        check_sample(database, folder, sample)
    times, registry = Times(), home.registry()
    app = web.create_app(registry=registry, database=database, secret_key=b"k" * 32)
    measure(app, database, registry.current(), times, rounds=asked.rounds)
    times.say()
    with _said("all counts are right"):
        check_counts(database, utc_now())
    if asked.decisions:
        work_together(place, home.path, folder, moderators=20, decisions=asked.decisions)
        with _said("all counts are right after that"):
            check_counts(database, utc_now())
    database.close()


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desk", description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100, help="of each request")
    parser.add_argument("--decisions", type=int, default=5_000, help="of 20 moderators together; 0 for none")
    parser.add_argument("--postgresql", action="store_true", help="measure a copy in PostgreSQL as well")
    parser.add_argument("--home", type=Path, default=os.environ.get("NEWSIEVE_HOME"), help="whose model is used")
    return parser.parse_args(arguments)


def _build(place: Path, model: Model, pages: int) -> None:
    database = open_database(place)
    fill(database, pages, Judge(model.card.version, model.threshold(20)))


@contextmanager
def _said(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begun:.1f} s", flush=True)


def _size(database: Database) -> int:
    if database.path:
        return database.path.stat().st_size
    with database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


if __name__ == "__main__":
    main()
