"""The home that drills happen in: a copy of a person's, or a new one; with pages, people and a second version."""

import dataclasses
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from classifier.blocks import Block, Page
from classifier.disk import home_errors
from classifier.drills.commands import done
from classifier.labelled import read_examples, shipped_data
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.store.opening import copy_sqlite, open_database
from classifier.store.people import add_person
from classifier.store.queue import add_pages

_MODERATORS = 3
_BLOCKS = 30  # of each one's page
_OTHER = "29991231T235959Z-00000000"  # name of the second version


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody with an account and a page of their own."""

    name: str
    password: str
    page: int


@dataclass(frozen=True, slots=True)
class Grounds:
    """A home that may be hurt."""

    home: Path
    texts: tuple[str, ...]  # genuine blocks and filler, as they come with the program
    moderators: tuple[Moderator, ...]
    versions: tuple[str, str]  # both judge alike

    @property
    def registry(self) -> Registry:
        """The model versions, read anew."""
        return Registry(self.home / "models")

    def database(self) -> Database:
        """Open the moderation database."""
        return open_database(self.home / "newsieve.db")


def make_grounds(source: Path, folder: Path) -> Grounds:
    """Copy the models and the moderation database of the home `source`, where it has any, into the empty `folder`.

    A home without a model gets its first, as any does. Raises HomeError, ModelError.
    """
    with home_errors(folder):
        home = folder / "home"
        home.mkdir(mode=0o700)
        if (source / "models").is_dir():
            shutil.copytree(source / "models", home / "models")
        if (source / "newsieve.db").exists():
            copy_sqlite(source / "newsieve.db", home / "newsieve.db")
        golden = read_examples([shipped_data() / "golden.jsonl"], notify=lambda _: None)
        texts = tuple(example.text for example in golden)
        (home / "page.txt").write_text(texts[0])
        done(home, "classify", home / "page.txt")  # trains the first version where there is none
        registry = Registry(home / "models")
        return Grounds(home, texts, _moderators(home, texts), (registry.current().card.version, _second(registry)))


def _moderators(home: Path, texts: tuple[str, ...]) -> tuple[Moderator, ...]:
    """Give some people an account and a page each, no text of which stands elsewhere."""
    now, mark = datetime.now(UTC).replace(tzinfo=None), secrets.token_hex(4)
    database = open_database(home / "newsieve.db")
    names = [f"selftest-{mark}-{number}" for number in range(_MODERATORS)]
    pages = [
        Page(f"https://{name}.example/", tuple(Block(f"{name} {text}", at) for at, text in enumerate(texts[:_BLOCKS])))
        for name in names
    ]
    numbers = add_pages(database, pages, added_at=now)
    made = [Moderator(name, secrets.token_urlsafe(), page) for name, page in zip(names, numbers, strict=True)]
    for one in made:
        add_person(database, one.name, password=one.password, role="moderator", now=now)
    database.close()
    return tuple(made)


def _second(registry: Registry) -> str:
    """Save the current version under another name, without what was measured of it."""
    card = registry.current().card
    shutil.copytree(registry.folder / card.version, registry.folder / _OTHER, dirs_exist_ok=True)
    (registry.folder / _OTHER / "report.json").unlink(missing_ok=True)
    digests = {name: digest for name, digest in card.sha256.items() if name != "report.json"}
    renamed = dataclasses.replace(card, version=_OTHER, sha256=digests)
    (registry.folder / _OTHER / "card.json").write_bytes(renamed.to_bytes())
    return _OTHER
