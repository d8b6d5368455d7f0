"""newsieve serve: the moderation page."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.blind_sizes import blind_sizes_option, daily_drawing
from classifier.cli.door import Door, door_options, in_address
from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.logs import log_option, log_start
from classifier.cli.models_in_use import current_model
from classifier.cli.terminal import warn
from classifier.errors import BusyError
from classifier.formats import read_pages
from classifier.rows import MOST_BYTES

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.store.blind_drawing import SampleSizes
    from classifier.store.database import Database
    from web.overload import Lanes

_MOST_BYTES = 2 * MOST_BYTES  # of a request's body; the application, which takes half, would read it all to refuse it
_MOST_CONNECTIONS = 500  # far below the 1,024 files that a process may usually have open


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@door_options
@click.option("--demo", is_flag=True, help="Put a few demonstration pages into an empty queue.")
@blind_sizes_option
@log_option
@database_option
def verb(*, host: str, port: int, door: Door, demo: bool, blind_sample: "SampleSizes", home: Home) -> None:
    """Serve the moderation page.

    An empty home gets its first model, trained from the shipped pages in a quarter of a minute.
    Without accounts (newsieve users) the page is for one person on this machine.
    """
    from classifier.store.keeping_up import keeping_up
    from web.overload import Lanes

    database = home.database()
    door.refuse_strangers(host, database)
    app = _app(home, database, host, door)
    lanes = Lanes(app.extensions["metrics"].refused)
    server = _bound(app, lanes, host, port, proxies=door.proxies)
    model = current_model(home)
    if demo:
        _queue_demonstration(database, model)
    log_start(f"http://{in_address(host)}:{server.effective_port}")
    registry = home.registry()
    with keeping_up(database, registry.current, registry.shadowed, daily=daily_drawing(blind_sample)):
        server.run()


def _app(home: Home, database: "Database", host: str, door: Door) -> Any:
    from web import create_app

    return create_app(
        registry=home.registry(),
        database=database,
        secret_key=home.secret_key(),
        names=door.answered_names(host),
        proxies=door.proxies,
        accounts=door.needs_accounts(host),
    )


def _bound(app: Any, lanes: "Lanes", host: str, port: int, *, proxies: int) -> Any:
    from waitress import create_server

    try:
        return create_server(
            app,
            host=host,
            port=port,
            _dispatcher=lanes,
            connection_limit=_MOST_CONNECTIONS,  # who is beyond it waits unheard, and so is not even refused
            max_request_body_size=_MOST_BYTES,
            asyncore_use_poll=True,  # select() knows no file beyond the 1,024th
            ident=None,
            clear_untrusted_proxy_headers=not proxies,  # those of a proxy are read by the application
        )
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
