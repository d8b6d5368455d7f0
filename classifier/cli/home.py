"""The home folder: where a person's models, decisions and secret key live."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classifier.disk import home_errors, only_one, write_whole
from classifier.errors import HomeError

if TYPE_CHECKING:
    from classifier.registry import Registry
    from classifier.store.database import Database

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Home:
    """One home folder."""

    path: Path
    database_url: str = ""  # of PostgreSQL; empty for the SQLite file in the folder

    def registry(self) -> "Registry":
        """Return the model versions in this home."""
        from classifier.registry import Registry

        return Registry(self.path / "models")

    def has_database(self) -> bool:
        """Tell whether anything was ever queued here."""
        return bool(self.database_url) or (self.path / "newsieve.db").exists()

    def database(self, *, new: bool = True) -> "Database":
        """Open the moderation database, making it if there is none, or what is in it unless it may be `new`."""
        from classifier.store.opening import open_database

        return open_database(self.database_place(), new=new)

    def database_that_is(self) -> "Database":
        """Open the moderation database. Raises HomeError when there is none yet, and for a file that holds nothing."""
        if not self.has_database():
            raise HomeError(f"{self.path}: no moderation database yet; newsieve queue add or serve makes one")
        return self.database(new=False)

    def database_place(self) -> Path | str:
        """Return where the moderation database is, or would be made: its file, or its URL."""
        return self.database_url or self.path / "newsieve.db"

    def secret_key(self) -> bytes:
        """Return the key that signs the moderation page's forms; made on first use, readable by its owner only."""
        path = self.path / "secret_key"
        with home_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            with only_one(self.path / ".secret_key.lock", what="serve", seconds=10):
                if not path.exists():
                    write_whole(path, secrets.token_bytes(_KEY_BYTES), mode=0o600)
            key = path.read_bytes()
        if len(key) < _KEY_BYTES:
            raise HomeError(f"{path}: too short for a key; delete it, and the next start makes a new one")
        return key


def utc_now() -> datetime:
    """Return the time, UTC and without a zone, as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def home_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --home and the argument `home`, a Home."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False),
        callback=_resolve,
        metavar="DIR",
        help="Folder of models and decisions  [default: NEWSIEVE_HOME or the user's data folder]",
    )(function)


def database_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options --home and --database, and the argument `home`, a Home that knows both."""

    @wraps(function)
    def with_database(*args: Any, home: Home, database: str, **options: Any) -> Any:
        return function(*args, home=replace(home, database_url=database), **options)

    return home_option(
        click.option(
            "--database",
            envvar="NEWSIEVE_DATABASE_URL",
            default="",
            metavar="URL",
            help="PostgreSQL, postgresql://user@host/name  [default: NEWSIEVE_DATABASE_URL, or the home's file]",
        )(with_database)
    )


def _resolve(ctx: click.Context, _param: click.Parameter, value: str | None) -> Home:
    given = value or ctx.find_root().params.get("home")
    if given:
        return Home(Path(given))
    from platformdirs import user_data_path

    return Home(user_data_path("newsieve", appauthor=False))
