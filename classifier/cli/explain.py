"""newsieve explain: why a version said what it said of a block, and what became of it."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option
from classifier.cli.terminal import emit
from classifier.errors import NotFoundError

if TYPE_CHECKING:
    from classifier.store.receipts import Explained, Receipt
    from classifier.store.text_history import Said


@click.command("explain")
@click.argument("verdict_id", metavar="VERDICT-ID")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    help="Format of the output  [default: table on a terminal, json otherwise]",
)
@database_option
def verb(verdict_id: str, output: str | None, home: Home) -> None:
    """Tell why a verdict was given: recomputed from its version, with decisions on its text and today's verdict.

    VERDICT-ID is VERSION.PAGE.POSITION, as the desk links it from each block. When its version or its page has gone,
    what is still known is printed, and the exit code is 1.
    """
    from classifier.store.receipts import receipt_of
    from classifier.verdict_ids import VerdictId

    registry, wanted = home.registry(), VerdictId.of(verdict_id)
    found = receipt_of(home.database_that_is(), wanted, load=registry.load, current=registry.current_or_none())
    table = (output or ("table" if sys.stdout.isatty() else "json")) == "table"
    emit(
        "".join(f"{line}\n" for line in _lines(found))
        if table
        else json.dumps(_facts(found), ensure_ascii=False) + "\n"
    )
    if found.missing:
        raise NotFoundError(found.missing)


def _facts(found: "Receipt") -> dict[str, Any]:
    page = found.page
    return {
        "id": str(found.id),
        "page": page.page.address if page else None,
        "site": page.page.site if page else None,
        "position": found.id.position,
        "text": page.page.blocks[found.id.position].text if page else None,
        "verdict": _judged(found.then) if found.then else None,
        "today": _judged(found.today) if found.today else None,
        "differs": found.differs,
        "decisions": [_decided(one) for one in found.said],
        "missing": found.missing,
    }


def _judged(explained: "Explained") -> dict[str, Any]:
    from classifier.formats import reason_row

    verdict, limits = explained.verdict, explained.limits
    return {
        "model": verdict.model,
        "label": verdict.label,
        "score": verdict.score,
        "needs_review": verdict.needs_review,
        "doubt": verdict.doubt,
        "threshold": limits.filler,
        "review_low": limits.review_low,
        "review_high": limits.review_high,
        "log_odds": explained.log_odds,
        "reasons": [reason_row(reason) for reason in verdict.reasons],
    }


def _decided(one: "Said") -> dict[str, Any]:
    return {
        "decided_at": f"{one.decided_at.isoformat()}Z",
        "person": one.person,
        "ruling": one.ruling,
        "taken_back": one.taken_back,
        "address": one.address,
        "text": one.text,
        "shown_model": one.shown.model,
        "shown_label": one.shown.label,
        "shown_score": one.shown.score,
    }


def _lines(found: "Receipt") -> list[str]:
    lines = [f"verdict  {found.id}"]
    if found.page:
        block = found.page.page.blocks[found.id.position]
        lines.append(f"page     {_one_line(found.page.page.address)}, block {block.position + 1}")
        lines.append(f"text     {_one_line(block.text)}")
    if found.then:
        lines += _told(found.then)
    if found.page:
        lines.append(f"today    {_today(found)}")
    for one in found.said:
        back = ", taken back" if one.taken_back else ""
        shown = f"shown {one.shown.label} {one.shown.score} by {one.shown.model}"
        told = f"{one.decided_at.isoformat(timespec='seconds')}Z  {one.person}: {one.ruling}{back}; {shown}"
        lines.append(
            _one_line(f"decided  {told}" if found.page else f"perhaps  {told}; {one.address}: {one.text[:60]}")
        )
    return lines


def _told(then: "Explained") -> list[str]:
    verdict, limits = then.verdict, then.limits
    doubt = f"; needs review: {verdict.doubt}" if verdict.needs_review else ""
    band = f"a person looks from {limits.review_low:.4f} to {limits.review_high:.4f}"
    return [
        f"says     {verdict.label}, score {verdict.score}{doubt}",
        f"limits   filler from a score of {limits.filler:.4f}; {band}",
        *(f"{reason.weight:+8.4f} {_one_line(reason.name)}" for reason in (*then.words, *then.facts)),
        f"{then.log_odds:+8.4f} in all: the log-odds of the score",
    ]


def _today(found: "Receipt") -> str:
    if not found.today:
        return "no version is current"
    verdict = found.today.verdict
    if verdict.model == found.id.version:
        return "the same version is current"
    compared = {True: ", which differs", False: ", the same label", None: ""}[found.differs]
    return f"{verdict.model} says {verdict.label}, score {verdict.score}{compared}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
