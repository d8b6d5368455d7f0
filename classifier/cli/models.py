"""newsieve models: the saved versions."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import click

from classifier.card import Card
from classifier.cli.home import Home, home_option
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import tell, warn
from classifier.errors import ModelError
from classifier.pointer import Pointer
from classifier.text import without_controls

T = TypeVar("T")


@click.command("models")
@table_or_jsonl
@home_option
def verb(table: bool, home: Home) -> None:
    """List the model versions, oldest first; the current one is marked."""
    registry = home.registry()
    pointer = _reported(registry.pointer) or Pointer(None, ())
    _tell_gone(registry.versions(), pointer)
    cards = [_reported(partial(registry.card, version)) for version in registry.versions()]
    if not cards:
        tell(f"No model in {home.path} yet; newsieve train makes one")
    for card in filter(None, cards):
        facts = _facts(card, pointer)
        click.echo(_line(facts) if table else json.dumps(facts))


def _reported(read: Callable[[], T]) -> T | None:
    """Return what `read` gives; warn and go on where it is damaged, so that the others are listed."""
    try:
        return read()
    except ModelError as error:
        warn(str(error))
        return None


def _tell_gone(versions: Sequence[str], pointer: Pointer) -> None:
    """Warn of versions that were current and are no longer on disk."""
    named = dict.fromkeys((*(promotion.version for promotion in pointer.promotions), *pointer.previous))
    gone = [version for version in named if version not in versions and version != pointer.current]
    if pointer.current and pointer.current not in versions:
        warn(f"{pointer.current}: is current, but no longer on disk; promote another, or bring its folder back")
    if gone:
        warn(f"{', '.join(gone)}: current once, but no longer on disk; newsieve rollback cannot go back there")


def _facts(card: Card, pointer: Pointer) -> dict[str, Any]:
    figures = card.page_cross_validation
    despite = [made.despite for made in pointer.promotions if made.version == card.version and made.despite]
    return {
        "version": card.version,
        "current": card.version == pointer.current,
        "blocks": sum(card.examples.values()),
        "decided": card.decided,
        "auc": round(figures.auc, 4),
        "news_lost": round(figures.news_lost, 4),
        "news": figures.news,
        "filler_missed": round(figures.filler_missed, 4),
        "filler": figures.filler,
        "despite": despite[-1] if despite else None,
    }


def _line(facts: dict[str, Any]) -> str:
    despite = f"\n  promoted despite a refusal: {without_controls(facts['despite'])}" if facts["despite"] else ""
    return (
        "{mark} {version}  {blocks:>7,} blocks  {decided:>5,} decided  AUC {auc:.3f}  "
        "news lost {news_lost:.1%} of {news:,}  filler missed {filler_missed:.1%} of {filler:,}"
    ).format(mark="*" if facts["current"] else " ", **facts) + despite
