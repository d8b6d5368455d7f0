"""newsieve campaigns: the same filler on several pages, and evidence of it."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import Home, database_option
from classifier.cli.table_or_jsonl import print_list, table_or_jsonl
from classifier.cli.terminal import emit
from classifier.evidence import CATEGORIES, Category

if TYPE_CHECKING:
    from classifier.bulk.campaigns import CrawlCampaign
    from classifier.store.campaign_detail import CampaignDetail
    from classifier.store.campaign_listing import ListedCampaign

_SHOWN = 10  # sites and hosts of one campaign


class Campaigns(click.Group):
    """Takes a folder in the place of a command: `newsieve campaigns DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:  # noqa: D102 - click's
        if args and args[0] not in self.commands and any(os.sep in arg or Path(arg).is_dir() for arg in args):
            args = ["crawl", *args]
        return super().parse_args(ctx, args)


@click.group("campaigns", cls=Campaigns)
def verb() -> None:
    """Look at campaigns: the same or nearly the same run of filler on several pages.

    With the folder of a crawl (newsieve classify --out DIR) in the place of a command, those of the crawl.
    """


@verb.command("crawl")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@table_or_jsonl
@click.option("--limit", type=click.IntRange(1, 2**31 - 1), help="How many at most  [default: 50 in a table, else all]")
def crawl(folder: Path, table: bool, limit: int | None) -> None:
    """List the campaigns of a crawl whose parts are in DIR, those on most pages first."""
    from classifier.bulk.campaigns import find_campaigns
    from classifier.bulk.folder import parts_in

    found = find_campaigns(parts_in(folder))[: limit or (50 if table else None)]
    none = "No campaign: no run of filler stands on two pages of the crawl"
    print_list(found, table=table, line=_crawl_line, facts=_crawl_facts, none=none)


@verb.command("list")
@table_or_jsonl
@click.option("--limit", type=click.IntRange(1, 2**31 - 1), help="How many at most  [default: 50 in a table, else all]")
@database_option
def list_(table: bool, limit: int | None, home: Home) -> None:
    """List the campaigns, those on most pages first."""
    from classifier.store.campaign_listing import CampaignFilter, list_campaigns

    found = list_campaigns(home.database(), CampaignFilter(), limit=limit or (50 if table else 2**31 - 1))
    none = "No campaign: no run of filler stands on two pages that were judged"
    print_list(found, table=table, line=_line, facts=_facts, none=none)


@verb.command("show")
@click.argument("number", type=click.IntRange(1, 2**31 - 1), metavar="ID")
@database_option
def show(number: int, home: Home) -> None:
    """Show campaign ID: where it stands, where it links to, how it reads, what was decided."""
    from classifier.store.campaign_detail import get_campaign

    emit("".join(f"{line}\n" for line in _shown(get_campaign(home.database(), number))))


@verb.command("evidence")
@click.argument("number", type=click.IntRange(1, 2**31 - 1), metavar="ID")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", metavar="HOST", help="Only what stands on this site, for whoever runs it.")
@click.option(
    "--category",
    type=click.Choice(CATEGORIES),
    help="Of Google's spam policies  [default: the one that the facts speak for]",
)
@database_option
def evidence(number: int, file: Path | None, site: str | None, category: Category | None, home: Home) -> None:
    """Write evidence of campaign ID as plain text, to FILE or to standard output."""
    from classifier.disk import keep
    from classifier.evidence import as_text, proposed_category
    from classifier.store.evidence import gather_evidence

    found = gather_evidence(home.database(), number, site=site)
    text = as_text(found, category or proposed_category(found))
    if file:
        keep(file, text.encode())
    else:
        emit(text)


def _facts(campaign: "ListedCampaign") -> dict[str, Any]:
    return {
        "campaign": campaign.id,
        "pages": campaign.pages,
        "sites": campaign.sites,
        "texts": campaign.texts,
        "undecided": campaign.undecided,
        "first_seen": _time(campaign.first_seen),
        "last_seen": _time(campaign.last_seen),
        "sample": campaign.sample,
    }


def _line(campaign: "ListedCampaign") -> str:
    state = "decided" if not campaign.undecided else f"{campaign.undecided:,} of {campaign.texts:,} undecided"
    seen = f"{campaign.first_seen:%Y-%m-%d} to {campaign.last_seen:%Y-%m-%d}"
    head = f"{campaign.id:>6}  {campaign.pages:>7,} pages  {campaign.sites:>6,} sites  {seen}  {state:<18}"
    return f"{head}  {' '.join(campaign.sample.split())[:60]}\n"


def _crawl_facts(campaign: "CrawlCampaign") -> dict[str, Any]:
    return {
        "pages": campaign.pages,
        "sites": len(campaign.sites),
        "blocks": campaign.blocks,
        "hosts": [host for host, _runs in campaign.hosts.most_common()],
        "page": campaign.page,
        "sample": campaign.sample,
    }


def _crawl_line(campaign: "CrawlCampaign") -> str:
    hosts = _named(tuple(campaign.hosts.most_common(2)), min(2, len(campaign.hosts)))
    head = f"{campaign.pages:>7,} pages  {len(campaign.sites):>6,} sites  {campaign.blocks:>4} blocks"
    return f"{head}  {' '.join(campaign.sample.split())[:60]:<60}  {hosts}\n"


def _shown(detail: "CampaignDetail") -> list[str]:
    listed = detail.listed
    lines = [
        f"campaign {listed.id}: {listed.texts:,} texts on {listed.pages:,} pages of {listed.sites:,} sites",
        f"seen from {_time(listed.first_seen)} to {_time(listed.last_seen)}",
        f"sites: {_named(detail.sites, listed.sites)}",
        f"links to: {_named(detail.hosts, len(detail.hosts) + detail.more_hosts) or 'no other site'}",
    ]
    for said in detail.ruled:
        lines.append(
            f"decided: {said.texts:,} texts {said.ruling or 'undecided'}{said.person and f' by {said.person}'}"
        )
    for sample in detail.samples:
        lines += ["", f"{' '.join(sample.address.split())}, added {_time(sample.added_at)}"]
        lines += [f"  {block.position + 1:>4}  {' '.join(block.text.split())}" for block in sample.blocks]
    return lines


def _named(counted: "tuple[tuple[str, int], ...]", total: int) -> str:
    told = ", ".join(f"{name or 'unknown'} ({pages:,})" for name, pages in counted[:_SHOWN])
    return f"{told} and {total - _SHOWN:,} more" if total > _SHOWN else told


def _time(time: datetime) -> str:
    return f"{time.isoformat(timespec='seconds')}Z"
