"""Every shard that is missing, on the cores of this machine or on a Dask cluster."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from classifier.bulk.folder import Folder, Receipt
from classifier.bulk.shards import Shard, states
from classifier.bulk.work import Failure, Order, label_shard
from classifier.cores import on_one_thread
from classifier.errors import ClusterError, InputError

_PATIENCE = 30  # seconds for a scheduler to answer and a worker to be there
Done = tuple[Shard, Receipt | Failure]


@dataclass(slots=True)
class Totals:
    """What a run, or a folder, comes to."""

    shards: int = 0
    pages: int = 0
    blocks: int = 0
    filler: int = 0  # blocks
    review: int = 0  # blocks
    errors: int = 0  # records that could not be read
    failures: list[str] = field(default_factory=list)  # why shards have no part

    def add(self, done: Receipt | Failure) -> None:
        """Count what became of one shard."""
        if isinstance(done, Failure):
            self.failures.append(done.sentence)
            return
        self.shards += 1
        for name in ("pages", "blocks", "filler", "review", "errors"):
            setattr(self, name, getattr(self, name) + getattr(done, name))


def missing_shards(shards: Iterable[Shard], folder: Folder) -> tuple[list[Shard], list[Receipt]]:
    """Return the shards without a part of this model and of their files as they are, and the others' receipts."""
    missing, done = [], []
    for shard in shards:
        receipt = folder.receipt(shard)
        if receipt and receipt.model == folder.model and receipt.states == _now(shard):
            done.append(receipt)
        else:
            missing.append(shard)
    return missing, done


def sweep(shards: Sequence[Shard], order: Order, *, workers: int, cluster: str = "") -> Iterator[Receipt | Failure]:
    """Label each of the shards, in any order, and yield what became of it.

    On this machine a worker that is ended by the system costs no more than the shard it was at. Raises OutputError
    when a part cannot be written, ClusterError when the scheduler at `cluster` does not answer or goes away.
    """
    if cluster:
        with _dask(cluster):
            yield from (done for _, done in _at_once(shards, order, workers=-1))
        return
    if workers < 2 or len(shards) < 2:
        yield from (_label(shard, order)[1] for shard in shards)
        return
    waiting = list(shards)
    while waiting:
        begun: list[Shard] = []
        try:
            for shard, done in _at_once(_noted(waiting, begun), order, workers=min(workers, len(waiting))):
                waiting.remove(shard)
                begun.remove(shard)
                yield done
        except TerminatedWorkerError:
            for shard in begun:  # one of these was too much for a worker
                waiting.remove(shard)
                yield _alone(shard, order)


def _at_once(shards: Iterable[Shard], order: Order, *, workers: int) -> Iterator[Done]:
    options: Any = {"return_as": "generator_unordered", "batch_size": 1, "pre_dispatch": "n_jobs"}
    yield from Parallel(workers, **options)(delayed(_label)(shard, order) for shard in shards)


def _noted(shards: Iterable[Shard], begun: list[Shard]) -> Iterator[Shard]:
    for shard in list(shards):
        begun.append(shard)
        yield shard


def _alone(shard: Shard, order: Order) -> Receipt | Failure:
    try:
        ((_, done),) = _at_once([shard], order, workers=2)  # two, so that it is another process
        return done
    except TerminatedWorkerError:
        return Failure(shard, f"{shard.told}: its worker was ended by the system (short of memory?); run again")


def _label(shard: Shard, order: Order) -> Done:
    return shard, on_one_thread(partial(label_shard, shard, order))


@contextmanager
def _dask(cluster: str) -> Iterator[None]:
    try:
        from distributed import Client  # noqa: PLC0415 - the extra 'cluster'
    except ImportError as error:
        raise ClusterError("--cluster needs Dask; pip install 'newsieve[cluster]'") from error
    try:
        with Client(cluster, timeout=_PATIENCE, set_as_default=True), _backend():
            yield
    except (OSError, TimeoutError) as error:
        raise ClusterError(f"{cluster}: {error}; parts that are done stay, run again for the others") from error


def _backend() -> AbstractContextManager[Any]:
    context: AbstractContextManager[Any] = parallel_config("dask", wait_for_workers_timeout=_PATIENCE)
    return context


def _now(shard: Shard) -> tuple[str, ...] | None:
    try:
        return states(shard)
    except InputError:
        return None
