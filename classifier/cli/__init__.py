"""The command line: one file a verb; each gathers, calls the library and prints.

stdout is data, stderr is for people. Exit codes: 0 done, 1 an error in one line on stderr, 2 wrong usage, 3 a promotion
refused, 130 stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.
"""

import errno
import importlib
import io
import os
import sys
from typing import Any

import click

from classifier.cli.stopping import Terminated, end_processes, terminable
from classifier.errors import NewsieveError, PromotionRefusedError
from classifier.text import without_controls

VERBS = (
    "classify",
    "clean",
    "train",
    "evaluate",
    "compare",
    "promote",
    "rollback",
    "shadow",
    "models",
    "data",
    "compare-tools",
    "report",
    "queue",
    "conflicts",
    "forget",
    "audit",
    "quarantine",
    "export",
    "import",
    "pins",
    "explain",
    "backup",
    "restore",
    "verify",
    "doctor",
    "users",
    "tokens",
    "campaigns",
    "serve",
    "selftest",
)


def failure(message: str, exit_code: int = 1) -> click.ClickException:
    """Return an error as the person at the terminal sees it: one line on stderr and an exit code."""
    error = click.ClickException(without_controls(" ".join(message.split())))
    error.exit_code = exit_code  # type: ignore[misc]  # click's own way; it declares a class variable
    return error


class Verbs(click.Group):
    """Finds each verb in the module of its name, and imports only the one that was called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, D102 - click's
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002, D102 - click's
        if cmd_name not in VERBS:
            return None
        verb: click.Command = importlib.import_module(f"classifier.cli.{cmd_name.replace('-', '_')}").verb
        return verb

    def invoke(self, ctx: click.Context) -> Any:  # noqa: D102 - click's
        if sys.stdout is None or sys.stderr is None:
            raise SystemExit(1)  # closed by the caller: there is nowhere to say so
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        try:
            with terminable():
                result = super().invoke(ctx)
                sys.stdout.flush()
        except PromotionRefusedError as error:
            raise failure(str(error), 3) from error
        except NewsieveError as error:
            raise failure(str(error)) from error
        except (KeyboardInterrupt, Terminated) as error:
            end_processes()
            how, exit_code = (error.how, error.exit_code) if isinstance(error, Terminated) else ("Ctrl-C", 130)
            raise failure(f"stopped by {how}; nothing is half-written", exit_code) from error
        except OSError as error:
            if error.filename is None:  # our output cannot be written: nor can what is left of it when Python ends
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE:
                raise SystemExit(0) from error  # whoever reads our output has had enough
            raise failure(f"{error.filename or 'output'}: {error.strerror or error}") from error
        return result


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(file_okay=False), envvar="NEWSIEVE_HOME", help="Folder of models and decisions."
)
@click.version_option(package_name="newsieve")
def main(home: str | None) -> None:
    """Label the text blocks of scraped news pages as news, injected filler or boilerplate.

    Models, decisions and the secret key live in one home folder: --home, NEWSIEVE_HOME, or the user's data folder.
    """
