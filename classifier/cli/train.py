"""newsieve train: a new candidate from labelled pages and decisions."""

from pathlib import Path

import click

from classifier.cli.home import Home, home_option
from classifier.cli.models_in_use import train_candidate
from classifier.cli.terminal import tell
from classifier.labelled import shipped_data


@click.command("train")
@click.argument("data", nargs=-1, type=click.Path(path_type=Path), metavar="[DATA]...")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Seed of the split into folds."
)
@home_option
def verb(data: tuple[Path, ...], seed: int, home: Home) -> None:
    """Train a candidate from DATA and the moderators' decisions, and print its version.

    DATA are labelled files, or folders of them; without any, the pages shipped with the program. A decision
    replaces every other label of the same text. Nothing changes for anybody until the candidate is promoted.
    """
    version = train_candidate(home, list(data) or [shipped_data()], seed=seed)
    card = home.registry().card(version)
    figures = card.cross_validation
    tell(
        f"Trained on {sum(card.examples.values()):,} blocks of {card.sites:,} sites, {card.decided:,} of them decided "
        f"by moderators. Cross-validated by site: AUC {figures.auc:.3f}, news lost {figures.news_lost:.1%} of "
        f"{figures.news:,}, filler missed {figures.filler_missed:.1%} of {figures.filler:,}.\n"
        f"Next: newsieve evaluate {version}, then newsieve promote {version}"
    )
    click.echo(version)
