"""newsieve classify --out: a crawl, shard by shard, into a folder."""

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from classifier.addresses import is_remote
from classifier.cli.crawl_summary import tell_lost, tell_passed_over, tell_totals
from classifier.cli.home import Home
from classifier.cli.models_in_use import current_model
from classifier.cli.terminal import progress_bar, tell
from classifier.formats import PageFormat

if TYPE_CHECKING:
    from classifier.bulk.folder import Folder
    from classifier.bulk.receipt import Receipt
    from classifier.bulk.shards import Shard
    from classifier.bulk.sweep import Totals
    from classifier.bulk.work import Failure, Order
    from classifier.card import Thresholds

_MOST_WORKERS = 256
_FORMATS = (None, "parquet", "jsonl")


@dataclass(frozen=True, slots=True)
class Sweeping:
    """How a crawl is to be labelled, as asked for on the command line."""

    out: Path | None  # None: pages are printed, no crawl
    workers: int | None
    cluster: str
    again: bool
    repeats: bool  # whether texts on several sites get one verdict

    def check(self, output: str | None, *, explain: bool) -> None:
        """Raise UsageError for options that do not go together."""
        if not self.out and (self.workers or self.cluster or self.again or self.repeats or output == "parquet"):
            raise click.UsageError("--workers, --cluster, --again, --repeats and --format parquet go with --out DIR.")
        if self.workers and self.cluster:
            raise click.UsageError("--workers is for this machine, --cluster for another.")
        if self.out and output not in _FORMATS:
            raise click.UsageError(f"--out writes parquet or jsonl, not {output}.")
        if self.out and explain:
            raise click.UsageError("--explain prints reasons; --out writes none.")


def sweeping_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options of a crawl, and the argument `sweeping`."""

    @wraps(function)
    def with_sweeping(
        *args: Any, out: Path | None, workers: int | None, cluster: str, again: bool, repeats: bool, **options: Any
    ) -> Any:
        return function(*args, sweeping=Sweeping(out, workers, cluster, again, repeats), **options)

    for option in (
        click.option(
            "--repeats",
            is_flag=True,
            help="Then give a text that stands on several sites one verdict: what a quarter of them say.",
        ),
        click.option("--again", is_flag=True, help="Begin anew: what --out holds is removed first."),
        click.option(
            "--cluster",
            default="",
            metavar="ADDRESS",
            help="Dask scheduler, such as tcp://host:8786, whose workers reach the files and --out.",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1, _MOST_WORKERS),
            metavar="N",
            help="Processes at work for --out  [default: as many as cores]",
        ),
        click.option(
            "--out",
            type=click.Path(file_okay=False),
            callback=_own_folder,
            metavar="DIR",
            help="Label a crawl: files, folders and addresses into one part each in DIR; run again, it goes on.",
        ),
    ):
        with_sweeping = option(with_sweeping)
    return with_sweeping


def _own_folder(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Path | None:
    if value is not None and is_remote(value):
        raise click.BadParameter(f"{value!r} is an address; give a folder of this machine, or one that is mounted.")
    return None if value is None else Path(value)


def label_crawl(
    inputs: Sequence[str], page_format: PageFormat | None, output: str | None, sweeping: Sweeping, home: Home
) -> int:
    """Label the crawl and return the exit code: 1 where a record or a shard could not be read."""
    from classifier.bulk.asked import find_files
    from classifier.bulk.folder import Folder
    from classifier.bulk.plan import plan_run
    from classifier.bulk.work import Order

    assert sweeping.out  # noqa: S101 - asked by the caller
    asked = find_files(inputs, apart=sweeping.out)
    tell_passed_over(asked)
    card = current_model(home).card
    files = home.registry().files(card.version)
    folder = Folder(sweeping.out.absolute(), files.version, "jsonl" if output == "jsonl" else "parquet")
    with folder.claimed(again=sweeping.again):
        plan = plan_run(asked.files, folder, page_format)
        tell_lost(plan, folder.clear_but([*plan.missing, *plan.done, *plan.others]))
        totals = _totals(folder, plan.done)
        with closing(_swept(plan.missing, Order(files, folder, page_format), sweeping, totals)) as swept:
            for receipt_or_failure in swept:
                totals.add(receipt_or_failure)
        if sweeping.repeats:
            _judge_repeats(folder.path, card.page_thresholds)
            failed = totals.failures
            totals = _totals(folder, {*plan.missing, *plan.done} - {failure.shard for failure in failed})
            totals.failures += failed
    tell_totals(totals, plan, folder)
    return int(bool(totals.errors or totals.failures))


def _totals(folder: "Folder", shards: "Collection[Shard]") -> "Totals":
    """Return what the receipts of some shards come to."""
    from classifier.bulk.sweep import Totals

    totals = Totals()
    for shard, receipt in folder.kept().items():
        if shard in shards:
            totals.add(receipt)
    return totals


def _swept(
    missing: Sequence[Any], order: "Order", sweeping: Sweeping, totals: "Totals"
) -> "Generator[Receipt | Failure, None, None]":
    """Yield what becomes of each missing shard, and show how far it has come."""
    from joblib import cpu_count

    from classifier.bulk.sweep import sweep

    begun, before = monotonic(), totals.pages
    swept = sweep(missing, order, workers=sweeping.workers or cpu_count(), cluster=sweeping.cluster)
    with progress_bar() as progress, closing(swept) as done:
        for number, one in enumerate(done, 1):
            yield one
            seconds = monotonic() - begun
            rate, faults = (totals.pages - before) / seconds, totals.errors + len(totals.failures)
            left = seconds * (len(missing) - number) / number
            progress(f"{rate:,.0f} pages/s, {faults:,} errors, {_duration(left)} left", number, len(missing))


def _judge_repeats(folder: Path, limits: "Thresholds") -> None:
    from joblib import cpu_count

    from classifier.bulk.repeats import judge_repeats

    with progress_bar() as progress:
        texts, changed = judge_repeats(folder, limits, workers=cpu_count(), progress=progress)
    tell(f"{texts:,} texts stand on several sites, each has one verdict; {changed:,} blocks have another label for it")


def _duration(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
