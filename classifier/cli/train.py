"""newsieve train: a new candidate from labelled pages and decisions."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from classifier.card import Card
from classifier.cli.asked_rules import asked_rules
from classifier.cli.home import Home, database_option
from classifier.cli.label_options import label_options
from classifier.cli.models_in_use import PROMISE, train_candidate
from classifier.cli.terminal import tell
from classifier.label_names import LabelNames
from classifier.labelled import shipped_data

_SHARE = re.compile(r"\d{1,6}/[1-9]\d{0,5}|0?\.\d{1,6}")


class Share(click.ParamType["Fraction"]):
    """A share such as 1/200, from 1/100000 to 1/10."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:  # noqa: D102
        share = Fraction(value) if _SHARE.fullmatch(value) else Fraction(0)
        if not Fraction(1, 100_000) <= share <= Fraction(1, 10):
            self.fail(f"{value!r} is not a share from 1/100000 to 1/10; write it like 1/200.", param, ctx)
        return share


@click.command("train")
@click.argument("data", nargs=-1, type=click.Path(path_type=Path), metavar="[DATA]...")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Seed of the split into folds."
)
@click.option(
    "--promise",
    type=Share(),
    default=str(PROMISE),
    show_default=True,
    help="Share of genuine blocks on pages that may be flagged at most (of lone blocks, half of it); the card says "
    "whether the data allow the promise.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="RULE",
    help="Leave out decisions: person:NAME, site:HOST, since:DATE, import:ID or text:FINGERPRINT. May be given again. "
    "DATE is compared with the time at which it was said, for what was imported the time in its file.",
)
@label_options
@database_option
def verb(
    *, data: tuple[Path, ...], seed: int, promise: Fraction, without: tuple[str, ...], names: LabelNames, home: Home
) -> None:
    """Train a candidate from DATA and the moderators' decisions, and print its version.

    DATA are labelled files, or folders of them; without any, the pages shipped with the program. A decision
    replaces every other label of the same text; texts that people label differently are left out (newsieve
    conflicts), and so is what newsieve forget names. Nothing changes for anybody until the candidate is promoted.
    """
    rules = asked_rules(home, without)
    sources = list(data) or [shipped_data()]
    version = train_candidate(home, sources, seed=seed, promise=promise, without=rules, names=names)
    tell(_told(home.registry().card(version)))
    click.echo(version)


def _told(card: Card) -> str:
    figures = card.page_cross_validation
    return (
        f"Trained on {sum(card.examples.values()):,} blocks of {card.sites:,} sites, {card.decided:,} of them decided "
        f"by moderators.\nPromise: {card.page_thresholds.promise}.\n"
        f"Cross-validated by voice: AUC {figures.auc:.3f}, news lost {figures.news_lost:.1%} of {figures.news:,}, "
        f"filler missed {figures.filler_missed:.1%} of {figures.filler:,}.\n"
        f"Next: newsieve evaluate {card.version}, then newsieve promote {card.version}"
    )
