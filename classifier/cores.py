"""Independent tasks on every core there is; results come in the order of the tasks, whichever ends first."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend import resource_tracker
from threadpoolctl import threadpool_limits

Result = TypeVar("Result")


def on_cores(tasks: Sequence[Callable[[], Result]], *, cores: int | None = None) -> Iterator[Result]:
    """Yield what each of `tasks` returns, in their order.

    Each task has one thread of linear algebra, so that sums are added up in the same order everywhere and results are
    equal to the bit however many `cores` there are (all that this process may use, unless given). More than one core
    means processes: tasks and results are pickled.
    """
    workers = min(cores or cpu_count(), len(tasks))
    if workers < 2:
        yield from map(on_one_thread, tasks)
    else:
        with ctrl_c_withheld():
            results = Parallel(workers, return_as="generator")(delayed(on_one_thread)(task) for task in tasks)
        yield from results


@contextmanager
def ctrl_c_withheld() -> Iterator[None]:
    """Let processes and threads that are started in the block never see Ctrl-C; this thread sees it after the block."""
    resource_tracker.ensure_running()  # its start would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_processes() -> None:
    """End the processes that tasks were given to, whatever they are doing."""
    get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def on_one_thread(task: Callable[[], Result]) -> Result:
    """Return what a task returns that has one thread of linear algebra."""
    with threadpool_limits(limits=1):
        return task()
