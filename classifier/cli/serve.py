"""newsieve serve: the moderation page."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.models_in_use import current_model
from classifier.cli.terminal import tell, warn
from classifier.errors import BusyError
from classifier.formats import read_pages

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.store.database import Database

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_THREADS = 4


def _only_loopback(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value not in _LOOPBACK:
        raise click.BadParameter(
            f"{value} is refused: there are no accounts yet, so the page is for this machine only."
        )
    return value


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, callback=_only_loopback, help="Address of this machine."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Put a few demonstration pages into an empty queue.")
@database_option
def verb(host: str, port: int, demo: bool, home: Home) -> None:
    """Serve the moderation page on this machine. A new home gets a first model, trained in about a minute."""
    from classifier.store.keeping_up import keeping_up
    from web import create_app

    database, registry = home.database(), home.registry()
    app = create_app(registry=registry, database=database, secret_key=home.secret_key())
    server = _bound(app, host, port)
    model = current_model(home)
    if demo:
        _queue_demonstration(database, model)
    place = f"[{host}]" if ":" in host else host
    tell(f"Newsieve is at http://{place}:{server.effective_port} (Ctrl-C stops it)")
    with keeping_up(database, registry.current):
        server.run()


def _bound(app: Any, host: str, port: int) -> Any:
    from waitress import create_server

    try:
        return create_server(app, host=host, port=port, threads=_THREADS, ident=None)
    except OSError as error:
        raise BusyError(
            f"{host}:{port}: {error.strerror or error}; stop what uses it or choose another --port"
        ) from error


def _queue_demonstration(database: "Database", model: "Model") -> None:
    import web
    from classifier.store.judging import judge_stale
    from classifier.store.queue import add_pages, count_pages

    if not count_pages(database):
        files = sorted((Path(web.__file__).parent / "demo").iterdir())
        pages = [(file, page) for file in files for page in read_pages(str(file), notify=warn)]
        named = [replace(page, address=file.name) if page.address == str(file) else page for file, page in pages]
        add_pages(database, named, added_at=utc_now())
        judge_stale(database, model)
