"""newsieve models: the saved versions."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import click

from classifier.card import Card
from classifier.cli.home import Home, home_option
from classifier.cli.table_or_jsonl import table_or_jsonl
from classifier.cli.terminal import tell, warn
from classifier.errors import ModelError

T = TypeVar("T")


@click.command("models")
@table_or_jsonl
@home_option
def verb(table: bool, home: Home) -> None:
    """List the model versions, oldest first; the current one is marked."""
    registry = home.registry()
    current = _reported(lambda: registry.pointer().current)
    cards = [_reported(partial(registry.card, version)) for version in registry.versions()]
    if not cards:
        tell(f"No model in {home.path} yet; newsieve train makes one")
    for card in filter(None, cards):
        facts = _facts(card, current=card.version == current)
        click.echo(_line(facts) if table else json.dumps(facts))


def _reported(read: Callable[[], T]) -> T | None:
    """Return what `read` gives; warn and go on where it is damaged, so that the others are listed."""
    try:
        return read()
    except ModelError as error:
        warn(str(error))
        return None


def _facts(card: Card, *, current: bool) -> dict[str, Any]:
    figures = card.page_cross_validation
    return {
        "version": card.version,
        "current": current,
        "blocks": sum(card.examples.values()),
        "decided": card.decided,
        "auc": round(figures.auc, 4),
        "news_lost": round(figures.news_lost, 4),
        "news": figures.news,
        "filler_missed": round(figures.filler_missed, 4),
        "filler": figures.filler,
    }


def _line(facts: dict[str, Any]) -> str:
    return (
        "{mark} {version}  {blocks:>7,} blocks  {decided:>5,} decided  AUC {auc:.3f}  "
        "news lost {news_lost:.1%} of {news:,}  filler missed {filler_missed:.1%} of {filler:,}"
    ).format(mark="*" if facts["current"] else " ", **facts)
