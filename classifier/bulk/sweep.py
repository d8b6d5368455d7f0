"""Every shard that is missing, on the cores of this machine or on a Dask cluster."""

import logging
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard
from classifier.bulk.work import Failure, Order, label_shard
from classifier.cores import ctrl_c_withheld, end_processes, on_one_thread
from classifier.errors import ClusterError

_PATIENCE = 10  # seconds for a scheduler to answer
_PATIENCE_WITH_WORKERS = 60  # seconds for one to be there
Done = tuple[Shard, Receipt | Failure]


@dataclass(slots=True)
class Totals:
    """What a run, or a folder, comes to."""

    shards: int = 0
    pages: int = 0
    blocks: int = 0
    filler: int = 0  # blocks
    review: int = 0  # blocks
    warnings: int = 0  # of pages without text, and of characters that could not be decoded
    errors: int = 0  # records that could not be read
    failures: list[Failure] = field(default_factory=list)

    def add(self, done: Receipt | Failure) -> None:
        """Count what became of one shard."""
        if isinstance(done, Failure):
            self.failures.append(done)
            return
        self.shards += 1
        for name in ("pages", "blocks", "filler", "review", "warnings", "errors"):
            setattr(self, name, getattr(self, name) + getattr(done, name))


def sweep(
    shards: Sequence[Shard], order: Order, *, workers: int, cluster: str = ""
) -> Generator[Receipt | Failure, None, None]:
    """Label each of the shards, in any order, and yield what became of it.

    On this machine a worker that is ended by the system costs no more than the shard it was at. Raises OutputError
    when a part cannot be written, ClusterError when the scheduler at `cluster` does not answer or goes away.
    """
    if cluster:
        with _dask(cluster) as lost:
            yield from _by_others(shards, order, -1, lost)
    elif workers < 2 or len(shards) < 2:
        yield from (_label(shard, order)[1] for shard in shards)
    else:
        try:
            yield from _by_others(shards, order, workers, TerminatedWorkerError)
        except BaseException:
            end_processes()  # before what they have half-written is cleared away
            raise


def _by_others(
    shards: Sequence[Shard], order: Order, workers: int, lost: type[Exception]
) -> Iterator[Receipt | Failure]:
    """Label the shards in other processes; `lost` is the error of one that was ended."""
    waiting = list(shards)
    while waiting:
        begun: list[Shard] = []
        try:
            for shard, done in _at_once(_noted(waiting, begun), order, workers=min(workers, len(waiting))):
                waiting.remove(shard)
                begun.remove(shard)
                yield done
        except lost:
            for shard in begun:  # one of these was too much for a worker
                waiting.remove(shard)
                yield _alone(shard, order, workers, lost)


def _at_once(shards: Iterable[Shard], order: Order, *, workers: int) -> Iterator[Done]:
    options: Any = {"return_as": "generator_unordered", "batch_size": 1, "pre_dispatch": "n_jobs"}
    with ctrl_c_withheld():
        done = Parallel(workers, **options)(delayed(_label)(shard, order) for shard in shards)
    with warnings.catch_warnings():  # joblib's, of a run that ends early
        warnings.filterwarnings("ignore", r"\d+ tasks ", UserWarning)
        yield from done


def _noted(shards: Iterable[Shard], begun: list[Shard]) -> Iterator[Shard]:
    for shard in list(shards):
        begun.append(shard)
        yield shard


def _alone(shard: Shard, order: Order, workers: int, lost: type[Exception]) -> Receipt | Failure:
    try:
        ((_, done),) = _at_once([shard], order, workers=workers)
        return done
    except lost:
        return Failure(shard, f"{shard.told}: its worker was ended by the system (short of memory?); run again")


def _label(shard: Shard, order: Order) -> Done:
    return shard, on_one_thread(partial(label_shard, shard, order))


@contextmanager
def _dask(cluster: str) -> Iterator[type[Exception]]:
    """Have joblib give its tasks to a Dask cluster; yield the error of a task that has ended several workers."""
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 - the extra 'cluster'
    except ImportError as error:
        raise ClusterError("--cluster needs Dask; pip install 'newsieve[cluster]'") from error
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # it logs with tracebacks what is raised as well
    try:
        with Client(cluster, timeout=_PATIENCE, set_as_default=True), _backend():
            yield KilledWorker
    except (OSError, TimeoutError, ValueError, CancelledError) as error:
        reason = str(error).partition("\n")[0].rstrip(".") if str(error) else type(error).__name__
        raise ClusterError(f"{cluster}: {reason}; parts that are done stay, run again for the others") from error


def _backend() -> AbstractContextManager[Any]:
    context: AbstractContextManager[Any] = parallel_config("dask", wait_for_workers_timeout=_PATIENCE_WITH_WORKERS)
    return context
