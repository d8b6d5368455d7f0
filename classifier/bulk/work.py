"""One shard -> its part and receipt: what a worker does."""

import gc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from time import monotonic
from typing import Literal

from classifier.blocks import Page
from classifier.bulk.folder import Folder, Told, output_errors
from classifier.bulk.part import Part, new_part
from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard, states
from classifier.errors import InputError, NewsieveError, UnreadableError
from classifier.formats import PageFormat, read_pages
from classifier.model import Model, ModelFiles

_MOST_TOLD = 10_000  # errors of one shard, and warnings, that are written down; all are counted
_COUNTED = ("pages", "without_text", "blocks", "news", "filler", "boilerplate", "review", "warnings", "errors")


@dataclass(frozen=True, slots=True)
class Order:
    """What is the same for every shard of a run."""

    model: ModelFiles
    folder: Folder
    page_format: PageFormat | None  # by the files' endings and first bytes where it is None


@dataclass(frozen=True, slots=True)
class Failure:
    """A shard without a part, to be done by the next run."""

    shard: Shard
    sentence: str


def label_shard(shard: Shard, order: Order) -> Receipt | Failure:
    """Write the part of a shard and its receipt.

    What cannot be read in it is counted and written down. Returns a Failure when a file is not there or changes
    meanwhile, and for a fault of this program, which costs the shard and not the run. Raises OutputError when the part
    cannot be written.
    """
    try:
        with output_errors(order.folder.path):
            return _label(shard, order)
    except UnreadableError as error:
        return Failure(shard, str(error))
    except NewsieveError:
        raise
    except Exception as error:
        return Failure(shard, f"{shard.told}: {type(error).__name__}: {error}; a fault of Newsieve, please report it")


def _label(shard: Shard, order: Order) -> Receipt:
    begun, before, model = monotonic(), states(shard), _loaded(order.model)
    counts: Counter[str] = Counter()
    told: list[Told] = []
    order.folder.forget(shard)
    with new_part(order.folder.part(shard)) as part:
        for page in _pages(shard, order.page_format, told, counts):
            _add(page, model, part, counts)
        if states(shard) != before:
            raise UnreadableError(f"{shard.told}: changed while it was read; run again")
    receipt = Receipt(
        shard.told,
        shard.addresses,
        before,
        order.page_format or "",
        order.model.version,
        order.folder.part(shard).stat().st_size,
        **{name: counts[name] for name in _COUNTED},
        seconds=round(monotonic() - begun, 3),
    )
    order.folder.keep(shard, receipt, told)
    return receipt


def _pages(shard: Shard, page_format: PageFormat | None, told: list[Told], counts: Counter[str]) -> Iterator[Page]:
    def tell(kind: Literal["error", "warning"], sentence: str) -> None:
        counts[f"{kind}s"] += 1
        if counts[f"{kind}s"] <= _MOST_TOLD:
            told.append((kind, sentence))

    def fault(error: InputError) -> None:
        tell("error", str(error))

    for address in shard.addresses:
        try:
            yield from read_pages(address, page_format=page_format, notify=partial(tell, "warning"), fault=fault)
        except UnreadableError:
            raise
        except InputError as error:
            fault(error)


def _add(page: Page, model: Model, part: Part, counts: Counter[str]) -> None:
    verdicts = model.classify(page.blocks, explain=False)
    part.add(page, verdicts)
    counts["pages"] += 1
    counts["without_text"] += not verdicts
    counts["blocks"] += len(verdicts)
    counts["review"] += sum(verdict.needs_review for verdict in verdicts)
    counts.update(verdict.label for verdict in verdicts)


@lru_cache(maxsize=1)
def _loaded(files: ModelFiles) -> Model:
    model = files.load()
    gc.collect()
    gc.freeze()  # it lasts as long as the process: a tenth of the time went into looking whether it is garbage
    return model
