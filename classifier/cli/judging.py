"""Judging many pages by one or two versions, in as many processes as the machine has processors."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from math import ceil
from pathlib import Path

from classifier.blocks import Verdict
from classifier.places import Texts, judge_pages
from classifier.registry import Registry

PageVerdicts = dict[Texts, tuple[Verdict, ...]]
_FEW = 6_000  # blocks; so many are judged sooner than another process starts


def judge_by(
    registry: Registry, wanted: Mapping[str, Collection[Texts]], *, progress: Callable[[str, int, int], None]
) -> dict[str, PageVerdicts]:
    """Judge the pages that are wanted of each version. Raises ModelError when one cannot judge."""
    from joblib import cpu_count

    from classifier.cores import on_cores

    for version in wanted:
        registry.load(version)  # what is wrong with it is told here, not by another process
    sizes = {version: sum(map(len, pages)) for version, pages in wanted.items()}
    blocks = sum(sizes.values())
    jobs = cpu_count() if blocks > _FEW else 1
    shares = {version: ceil(jobs * size / blocks) for version, size in sizes.items() if size}
    parts = [(version, part) for version, share in shares.items() for part in _parts(list(wanted[version]), share)]
    told = partial(progress, f"judging {blocks:,} blocks by {' and '.join(wanted)}")
    told(0, len(parts))
    verdicts: dict[str, PageVerdicts] = {version: {} for version in wanted}
    tasks = [partial(_judge, registry.folder, *part) for part in parts]
    for done, (version, judged) in enumerate(on_cores(tasks, cores=jobs), 1):
        verdicts[version] |= judged
        told(done, len(parts))
    return verdicts


def _judge(folder: Path, version: str, pages: list[Texts]) -> tuple[str, PageVerdicts]:
    return version, judge_pages(Registry(folder).load(version), pages)


def _parts(pages: list[Texts], count: int) -> list[list[Texts]]:
    """Deal pages into parts of about as many, none of them empty."""
    return [part for start in range(count) if (part := pages[start::count])]
