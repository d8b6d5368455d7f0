"""newsieve models: the saved versions."""

import json
import sys
from typing import Any

import click

from classifier.cli.home import Home, home_option
from classifier.cli.terminal import tell


@click.command("models")
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "jsonl"]),
    help="Format of the output  [default: table on a terminal, jsonl otherwise]",
)
@home_option
def verb(output: str | None, home: Home) -> None:
    """List the model versions, oldest first; the current one is marked."""
    registry = home.registry()
    current = registry.pointer().current
    cards = [registry.card(version) for version in registry.versions()]
    if not cards:
        tell(f"No model in {home.path} yet; newsieve train makes one")
    for card in cards:
        facts = {
            "version": card.version,
            "current": card.version == current,
            "blocks": sum(card.examples.values()),
            "decided": card.decided,
            "auc": round(card.cross_validation.auc, 4),
            "news_lost": round(card.cross_validation.news_lost, 4),
            "filler_missed": round(card.cross_validation.filler_missed, 4),
        }
        table = (output or ("table" if sys.stdout.isatty() else "jsonl")) == "table"
        click.echo(_line(facts) if table else json.dumps(facts))


def _line(facts: dict[str, Any]) -> str:
    return (
        "{mark} {version}  {blocks:>7,} blocks  {decided:>5,} decided  AUC {auc:.3f}  news lost {news_lost:.1%}  "
        "filler missed {filler_missed:.1%}"
    ).format(mark="*" if facts["current"] else " ", **facts)
