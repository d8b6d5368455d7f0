"""newsieve audit: labels that are likely wrong, and people who disagree too often."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.audit_text import as_json, as_text
from classifier.cli.home import Home, database_option
from classifier.cli.terminal import progress_bar, tell, warn
from classifier.cli.training_set import forgotten_rules, quarantined, quarantined_rule
from classifier.errors import NotFoundError
from classifier.labelled import held_out_data, read_examples, shipped_data

if TYPE_CHECKING:
    from classifier.audit import Audit, Subject
    from classifier.blocks import Example
    from classifier.left_out import Rule


@click.command("audit")
@click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Labelled file, or folder of them, to train and audit beside the decisions; may be given again  [default: the "
    "pages shipped with the program, whose own labels are not listed]",
)
@click.option("--person", default="", metavar="NAME", help="Tell of this person only, in quarantine or not.")
@click.option("--most", type=click.IntRange(0), default=20, show_default=True, help="How many labels to list.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Seed of the folds.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--alarm", is_flag=True, help="Exit with 1 when somebody is suspected, for cron.")
@database_option
def verb(*, data: tuple[Path, ...], person: str, most: int, seed: int, output: str, alarm: bool, home: Home) -> None:
    """Look for labels that are likely wrong, contradictions, and people who disagree more than chance explains.

    Every label is judged by a model that has not seen its voice. A person is suspected when so many of their labels
    are likely wrong, or are labelled otherwise by others, that erring twice as often as the others would not explain
    it (exact binomial test, corrected for the number of tests, P < 0.01). Nothing is changed; newsieve quarantine is
    what follows.
    """
    began = time.monotonic()
    found = _audited(home, data, person=person, seed=seed)
    if found is None:
        tell("Nobody has decided anything yet; give labelled files with --data to audit those")
        return
    click.echo(as_json(found, most) if output == "json" else as_text(found, most))
    tell(f"Audited {found.examples:,} blocks in {time.monotonic() - began:.0f} s")
    if alarm and any(one.suspected for one in found.people):
        raise SystemExit(1)


def _audited(home: Home, data: Sequence[Path], *, person: str, seed: int) -> "Audit | None":
    """Return what an audit finds, None where there is nothing to audit."""
    from classifier.audit import audit, only

    away = [one for one in quarantined(home) if one != person]
    if away:
        tell(f"Left out, being in quarantine: {', '.join(away)}")
    subject = _subject(home, data, [*forgotten_rules(home), *map(quarantined_rule, away)])
    if person and person not in {one.person for one in subject.statements}:
        raise NotFoundError(f"{person[:100]!r}: nobody of that name decided anything that is trained on")
    if not data and not subject.statements:
        return None
    with progress_bar() as progress:
        found = audit(subject, files=bool(data), seed=seed, progress=progress)
    return only(found, person) if person else found


def _subject(home: Home, data: Sequence[Path], rules: "Sequence[Rule]") -> "Subject":
    from classifier.audit import Subject
    from classifier.consensus import consensus
    from classifier.training import join, without

    said, acts = _said(home, rules)
    held_out: dict[str, Sequence[Example]] = {path.stem: read_examples([path], notify=warn) for path in held_out_data()}
    decided = without(consensus(said).examples, [example for blocks in held_out.values() for example in blocks])
    examples = join(read_examples(list(data) or [shipped_data()], notify=warn), decided)
    return Subject(tuple(examples), said, acts, held_out)


def _said(home: Home, rules: "Sequence[Rule]") -> "tuple[tuple[Any, ...], tuple[Any, ...]]":
    if not home.has_database():
        return (), ()
    from classifier.store.shown_acts import shown_acts
    from classifier.store.statements import statements

    database = home.database()
    return tuple(statements(database, without=rules)), tuple(shown_acts(database, without=rules))
