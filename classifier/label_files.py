"""What people agree on -> labelled files that newsieve train and other tools read, a text a row.

The cells of CSV are safe to open in a spreadsheet (:mod:`classifier.cells`).
"""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

from classifier.blocks import Example
from classifier.cells import csv_line
from classifier.consensus import QUEUE
from classifier.text import fingerprint

LabelFormat = Literal["jsonl", "csv", "parquet"]
LABEL_FORMATS: tuple[LabelFormat, ...] = get_args(LabelFormat)
_COLUMNS = ("text", "label", "page", "site", "voice", "weight", "people")


def label_bytes(examples: Sequence[Example], label_format: LabelFormat) -> Iterator[bytes]:
    """Yield the bytes of a file, in pieces."""
    if label_format == "parquet":
        yield _parquet(examples)
        return
    if label_format == "csv":
        yield csv_line(_COLUMNS).encode()
    for example in examples:
        row = _row(example)
        yield (_csv(row) if label_format == "csv" else json.dumps(row, ensure_ascii=False) + "\n").encode()


def _row(example: Example) -> dict[str, Any]:
    row = {name: getattr(example, name) for name in _COLUMNS}
    page = example.page.removeprefix(QUEUE)
    return {
        **row,
        "page": "" if page == fingerprint(example.text) else page,  # the name of one that is not known
        "site": "" if example.site == example.page else example.site,
        "people": list(example.people),
    }


def _csv(row: dict[str, Any]) -> str:
    people = json.dumps(row["people"], ensure_ascii=False)
    return csv_line(str(value) for value in {**row, "people": people}.values())


def _parquet(examples: Sequence[Example]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second to import
    import pyarrow.parquet as pq  # noqa: PLC0415 - see above

    kinds = [(name, pa.string()) for name in _COLUMNS[:-2]] + [
        ("weight", pa.float64()),
        ("people", pa.list_(pa.string())),
    ]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(map(_row, examples)), schema=pa.schema(kinds)), file)
    return file.getvalue()
