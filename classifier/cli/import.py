"""newsieve import: decisions, pages and labels, in from files."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option, utc_now
from classifier.cli.label_options import label_options
from classifier.cli.person import person as who
from classifier.cli.queue import judge
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import tell, warn
from classifier.text import fold_space, without_controls

if TYPE_CHECKING:
    from classifier.label_names import LabelNames
    from classifier.store.importing import Imported, ListedImport

_MOST_NAMED = 10  # people


@click.command("import")
@click.argument("files", nargs=-1, metavar="FILE...")
@label_options
@click.option("--person", default="", metavar="NAME", help="Who gave the labels  [default: whom the file names]")
@click.option("--list", "listed", is_flag=True, help="List the imports there were, the newest first, and do nothing.")
@table_or_jsonl
@database_option
def verb(*, files: tuple[str, ...], names: "LabelNames", person: str, listed: bool, table: bool, home: Home) -> None:
    """Add what is in FILE... and not here yet, all of it or nothing. The same file twice adds nothing.

    FILE, - for standard input, is told by its content: decisions and pages as newsieve export wrote them, and labelled
    texts as CSV, JSON, JSON lines or Parquet, also as Label Studio, doccano and Prodigy export them. A label becomes a
    decision of whom the file names, or else of 'import'; one without a time counts as given on 1970-01-01.

    Decisions count as made now, in the order of the files, whatever the clocks of other machines said. They get the
    number of their import, so that newsieve train --without import:ID and newsieve forget import:ID can leave them out.
    Rows without an id that are the same within one file count each.
    """
    if listed == bool(files):
        raise click.UsageError("Give either files or --list.")
    if listed:
        _list(home, table=table)
    else:
        _import(files, names, person, home)


def _import(files: tuple[str, ...], names: "LabelNames", person: str, home: Home) -> None:
    from classifier.store.importing import import_files
    from classifier.store.incoming import Reading

    database = home.database()
    reading = Reading(names, fold_space(person), warn)
    done = import_files(database, files, reading, person=who(), now=utc_now())
    _tell(done)
    judge(home, database, done.pages)


def _tell(done: "Imported") -> None:
    if done.pages or done.known_pages:
        tell(f"Added {len(done.pages):,} pages; {done.known_pages:,} were here already")
    if done.number is None:
        tell(f"Added no decisions; {done.known:,} acts were here already")
        return
    tell(
        f"Import {done.number}: added {done.decisions:,} decisions in {done.acts:,} acts; {done.known:,} acts were "
        f"here already; {done.overruled:,} texts are ruled otherwise than before"
    )
    if done.newcomers:
        more = ", ..." if len(done.newcomers) > _MOST_NAMED else ""
        tell(f"Of people who had decided nothing here: {', '.join(done.newcomers[:_MOST_NAMED])}{more}")
    if done.undated:
        tell(f"{done.undated:,} acts without a time count as of 1970-01-01")
    if done.ahead > timedelta():
        warn(
            f"the newest act is dated {_span(done.ahead)} later than this machine's clock; decisions count in their "
            "order here"
        )
    tell(f"To leave it out of training: newsieve forget import:{done.number}")


def _span(ahead: timedelta) -> str:
    """Return a time in whole days, or in whole seconds when it is less than one."""
    count, unit = (ahead.days, "day") if ahead.days else (max(1, round(ahead.total_seconds())), "second")
    return f"{count:,} {unit}{'s' if count > 1 else ''}"


def _list(home: Home, *, table: bool) -> None:
    from classifier.store.importing import list_imports

    found = list_imports(home.database()) if home.has_database() else []
    print_list(found, table=table, line=_line, facts=_facts, none="Nothing was imported")


def _facts(one: "ListedImport") -> dict[str, Any]:
    return {
        "id": one.id,
        "imported_at": f"{one.imported_at.isoformat()}Z",
        "person": one.person,
        "files": one.files,
        "acts": one.acts,
        "decisions": one.decisions,
    }


def _line(one: "ListedImport") -> str:
    told = (
        f"import:{one.id}  {one.imported_at:%Y-%m-%d %H:%M}  {one.decisions:,} decisions  by {one.person}  {one.files}"
    )
    return without_controls(told) + "\n"
