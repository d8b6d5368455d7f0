"""Crawls, and parts made by hand: what repeats and campaigns are found in."""

import pyarrow as pa

from classifier.bulk.asked import find_files
from classifier.bulk.folder import Folder
from classifier.bulk.part import SCHEMA, rewritten_part
from classifier.bulk.plan import plan_run
from classifier.bulk.receipt import Receipt
from classifier.bulk.shards import Shard, new_shards


def block(page, text, score=0.0, label=None, **facts):
    row = {"page": f"https://{page}", "site": page.partition("/")[0], "position": 0, "text": text, "score": score}
    row |= {
        "label": label or ("filler" if score >= 0.8 else "news"),
        "needs_review": False,
        "doubt": "",
        "hidden": False,
    }
    return row | {"link_hosts": [], "model": "m", "sites": None, "score_on_page": None} | facts


def receipt_of(shard, **facts):
    counts = dict.fromkeys(
        ["pages", "without_text", "blocks", "news", "filler", "boilerplate", "review", "warnings", "errors"], 0
    )
    told = {"shard": shard.told, "files": shard.addresses, "states": ("x",) * len(shard.addresses)}
    return Receipt(**{**told, "page_format": "", "model": "m", "size": 0, **counts, "seconds": 0.5, **facts})


def make_parts(path, *parts, form="parquet"):
    folder = Folder(path, "m", form)
    with folder.claimed(again=False):
        for number, rows in enumerate(parts):
            shard = Shard(f"part{number}-0123456789ab", (f"/crawl/{number}.jsonl",))
            with rewritten_part(folder.part(shard)) as write:
                write(pa.Table.from_pylist(rows, SCHEMA))
            folder.keep(shard, receipt_of(shard, size=folder.part(shard).stat().st_size))
    return path


def shards_of(*inputs):
    return new_shards([*find_files([str(given) for given in inputs]).files])


def missing(shards, order):
    """Return which of the shards a run would do."""
    asked = [address for shard in shards for address in shard.addresses]
    return plan_run(asked, order.folder, order.page_format).missing
