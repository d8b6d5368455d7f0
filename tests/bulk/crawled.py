"""Parts made by hand: what repeats and campaigns are found in."""

import json

import pyarrow as pa

from classifier.bulk.part import SCHEMA, rewritten_part


def block(page, text, score=0.0, label=None, **facts):
    row = {"page": f"https://{page}", "site": page.partition("/")[0], "position": 0, "text": text, "score": score}
    row |= {
        "label": label or ("filler" if score >= 0.8 else "news"),
        "needs_review": False,
        "doubt": "",
        "hidden": False,
    }
    return row | {"link_hosts": [], "model": "m", "sites": None, "score_on_page": None} | facts


def make_parts(folder, *parts, form="parquet"):
    (folder / "_done").mkdir(parents=True)
    (folder / "_run.json").write_text(json.dumps({"model": "m", "format": form}))
    for number, rows in enumerate(parts):
        (folder / "_done" / f"part{number}.json").write_text("{}")
        with rewritten_part(folder / f"part{number}.{form}") as write:
            write(pa.Table.from_pylist(rows, SCHEMA))
    return folder
