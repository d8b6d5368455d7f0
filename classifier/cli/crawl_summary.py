"""What people are told of a crawl: what was passed over, what it comes to, what is wrong."""

from typing import TYPE_CHECKING

from classifier.cli.terminal import report, tell, warn

if TYPE_CHECKING:
    from classifier.bulk.asked import Asked
    from classifier.bulk.folder import Folder
    from classifier.bulk.plan import Plan
    from classifier.bulk.sweep import Totals


def tell_passed_over(asked: "Asked") -> None:
    """Tell what was found and is not read."""
    if asked.twice:
        warn(f"{asked.twice:,} files were named twice; each is read once")
    if asked.strange:
        warn(f"{asked.strange:,} files in folders were left out: no ending of ours; named one by one they are read")
    if asked.links:
        warn(f"{asked.links:,} links in folders were left out: they lead to other folders or nowhere")


def tell_lost(plan: "Plan", removed: int) -> None:
    """Tell what parts there no longer are."""
    if removed:
        warn(f"{removed:,} parts that were damaged or had no receipt were removed; name their files to have them again")
    if plan.gone:
        warn(f"{plan.gone:,} files are gone; their pages are left out of the parts that are made again")


def tell_totals(totals: "Totals", plan: "Plan", folder: "Folder") -> None:
    """Tell what a run comes to, and what is wrong."""
    for failure in totals.failures:
        report(failure.sentence)
    tell(
        f"{folder.path}: {totals.shards:,} parts ({len(plan.done):,} were done before), {totals.pages:,} pages, "
        f"{totals.blocks:,} blocks, of them {totals.filler:,} filler, {totals.review:,} to review"
    )
    if plan.others:
        first = folder.part(plan.others[0]).name
        tell(f"{len(plan.others):,} more parts are of files that were not asked for, and stay: {first} is the first")
    if totals.warnings:
        warn(
            f"{totals.warnings:,} pages have no text, or characters that could not be decoded; "
            f"{folder.path / '_errors'} names each"
        )
    if totals.errors:
        report(f"{totals.errors:,} records could not be read; {folder.path / '_errors'} names each")
    if totals.failures:
        report(f"{len(totals.failures):,} of {len(plan.missing):,} shards have no part; run again")
