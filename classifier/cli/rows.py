"""Printing verdicts: a shaded table on a terminal, rows for programs."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from classifier.blocks import HIDDEN, Block, Page, Reason, Verdict
from classifier.cli.terminal import emit
from classifier.formats import ROUNDED, verdict_row
from classifier.text import without_controls

Judged = tuple[Page, Block, Verdict]
_STRONGEST = 5
_STYLES = {"news": "", "filler": "on #5f1f1f", "boilerplate": "dim"}


def strongest(reasons: Sequence[Reason], *, explain: bool) -> tuple[Reason, ...]:
    """Return all reasons when asked to explain, else the few strongest that can be pointed at."""
    if explain:
        return tuple(reasons)
    shown = sorted(reasons, key=lambda reason: (reason.name != HIDDEN, -abs(reason.weight)))[:_STRONGEST]
    return tuple(Reason(r.name, round(r.weight, ROUNDED), r.span) for r in shown)


def print_jsonl(judged: Iterable[Judged], *, explain: bool) -> None:
    """Print a JSON object a block."""
    for page, block, verdict in judged:
        emit(json.dumps(_row(page, block, verdict, explain), ensure_ascii=False) + "\n")


def print_csv(judged: Iterable[Judged], *, explain: bool) -> None:
    """Print a CSV row a block (RFC 4180), reasons as JSON."""
    columns: list[str] = []
    for page, block, verdict in judged:
        row = _row(page, block, verdict, explain)
        row["reasons"] = json.dumps(row["reasons"], ensure_ascii=False)
        if not columns:
            columns = list(row)
            emit(_csv_line(columns))
        emit(_csv_line(row.values()))


def print_table(judged: Iterable[Judged], *, explain: bool) -> None:
    """Print a table, shaded by label, page by page."""
    from rich.console import Console

    console = Console()
    address = None
    for page, block, verdict in judged:
        if page.address != address:
            address = page.address
            console.print(f"\n[bold]{_markup(address)}[/bold]", highlight=False)
        mark = "?" if verdict.needs_review else " "
        console.print(_line(f"{block.position:>4} {mark} {verdict.label:<11} {verdict.score:5.3f}  ", block, verdict))
        for reason in verdict.reasons if explain else ():
            console.print(f"{'':27}{reason.weight:+6.2f}  {_markup(reason.name)}", style="dim", highlight=False)


PRINTERS: dict[str, Callable[..., None]] = {"table": print_table, "jsonl": print_jsonl, "csv": print_csv}


def _row(page: Page, block: Block, verdict: Verdict, explain: bool) -> dict[str, Any]:
    row = verdict_row(page, block, verdict, reasons=strongest(verdict.reasons, explain=explain))
    return row if explain else {**row, "score": round(verdict.score, ROUNDED)}


def _csv_line(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _markup(text: str) -> str:
    from rich.markup import escape

    return escape(without_controls(text))


def _line(head: str, block: Block, verdict: Verdict) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=0, expand=True)
    table.add_column(width=len(head))
    table.add_column(ratio=1)
    hidden = "[hidden] " if block.hidden else ""
    table.add_row(head, Text(hidden + without_controls(block.text), style=_STYLES[verdict.label]))
    return table
