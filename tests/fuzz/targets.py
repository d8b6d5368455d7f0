"""What is tried with any bytes: each takes an input, and raises where a promise is broken."""

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas  # noqa: F401 - read by pages, and slow to import
import pyarrow.parquet  # noqa: F401

from classifier.cells import csv_line
from classifier.errors import InputError, TrainingDataError
from classifier.fast_lookup import fast_lookup
from classifier.formats import PAGE_FORMATS, read_pages
from classifier.label_names import LABEL_NAMES
from classifier.model import Model
from classifier.other_labels import labelled_in
from classifier.pages import split_blocks, split_html, split_text
from classifier.pieces import read_in_python, read_markup
from classifier.registry import Registry
from classifier.scorer import Scorer
from classifier.sites import host_of
from classifier.store.incoming import Reading, opened
from classifier.store.opening import open_database
from classifier.store.tokens import add_token
from classifier.text import LONGEST_TOKEN, fingerprint, fold_space, is_visible, masked, normalise, printable, tokens
from tests.fuzz.inputs import ACTS, ARCHIVES, BODIES, LABELLED, PAGES, ROWS, TEXTS
from tests.store.conftest import NOW
from web.api.application import create_api
from web.api.metrics import Metrics

Try = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to try."""

    name: str
    attempt: Try
    seeds: Sequence[bytes]


def targets(models: Path, folder: Path) -> list[Target]:
    """Return all of them; `models` is a folder of versions, `folder` one to write to."""
    model = Registry(models).current()
    return [
        Target("html", _html, PAGES),
        Target("text", _text, TEXTS),
        Target("normal form", _normal_form, TEXTS),
        Target("pages", _in_file(folder, _pages), [*PAGES, *TEXTS, *ROWS, *ARCHIVES]),
        Target("import", _in_file(folder, _incoming), [*ACTS, *LABELLED]),
        Target("labels", _labels, LABELLED),
        Target("scorer", _scorer(model), TEXTS),
        Target("api", _api(models, folder), [*BODIES, *ROWS, *PAGES]),
    ]


def _read(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _html(data: bytes) -> None:
    _check_blocks(split_html(_read(data), address="https://a.example/").blocks)
    markup = printable(_read(data))
    assert read_markup(markup, host_of) == read_in_python(markup, host_of)


def _text(data: bytes) -> None:
    text = _read(data)
    blocks = split_text(text, address="p").blocks
    _check_blocks(blocks)
    for block in blocks:
        assert fold_space(printable(text[block.place.start : block.place.end])) == block.text
    split_blocks(text.split("\n"), address="p")


def _check_blocks(blocks: Sequence) -> None:
    assert [block.position for block in blocks] == list(range(len(blocks)))
    for block in blocks:
        assert is_visible(block.text), block
        assert block.text == fold_space(printable(block.text)), block
        assert 0 <= block.link_share <= 1, block


def _normal_form(data: bytes) -> None:
    text = _read(data)
    normal = normalise(text)
    if all(len(token.text) <= LONGEST_TOKEN for token in tokens(text)):
        assert normalise(normal) == normal
        assert fingerprint(normal) == fingerprint(text)
        assert fingerprint(f"  {text}\n") == fingerprint(text)
    assert fingerprint(masked(text)) == fingerprint(masked(masked(text)))
    assert printable(printable(text)) == printable(text)


def _pages(path: Path, which: int) -> None:
    form = [None, *PAGE_FORMATS][which % (len(PAGE_FORMATS) + 1)]
    try:
        for page in read_pages(str(path), page_format=form, notify=_sentence, fault=_fault):
            assert len(page.blocks) >= 0
    except InputError as error:
        _fault(error)


def _incoming(path: Path, _which: int) -> None:
    try:
        with opened(str(path), Reading(LABEL_NAMES, "", _sentence)) as incoming:
            for _place, act in incoming.acts:
                csv_line([act.person])
            for page, _added in incoming.pages:
                _check_page_text(page.blocks)
    except (InputError, TrainingDataError) as error:
        _fault(error)


def _check_page_text(blocks: Sequence) -> None:
    assert all(isinstance(block.text, str) for block in blocks)


def _labels(data: bytes) -> None:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return
    for one in row if isinstance(row, list) else [row]:
        try:
            for said in labelled_in(one, "f:1", LABEL_NAMES, passed=_sentence) if isinstance(one, dict) else ():
                assert is_visible(said.text)
                assert 0 < said.weight <= 1
        except TrainingDataError as error:
            _fault(error)


def _sentence(told: str) -> None:
    assert isinstance(told, str)
    assert told


def _fault(error: Exception) -> None:
    _sentence(str(error))
    assert len(str(error)) < 2_000, f"a sentence of {len(str(error)):,} characters"


def _in_file(folder: Path, attempt: Callable[[Path, int], None]) -> Try:
    path = folder / "input"

    def with_file(data: bytes) -> None:
        path.write_bytes(data)
        attempt(path, len(data))  # any number that the same input gives again

    return with_file


def _scorer(model: Model) -> Try:
    slow: Scorer = model._scorer
    fast = fast_lookup(slow._words, slow._characters, slow._sums_of)
    slow._fast = None

    def attempt(data: bytes) -> None:
        texts = _read(data).split("\n\n")
        ours, theirs = slow._scores(fast.look_up(texts)), slow.score(texts)
        assert (ours.signs == theirs.signs).all()
        assert np.abs(ours.log_odds - theirs.log_odds).max() < 1e-9

    return attempt


def _api(models: Path, folder: Path) -> Try:
    database = open_database(folder / "api.db")
    secret = add_token(database, "fuzz", now=NOW)
    app = create_api(registry=Registry(models), database=database, metrics=Metrics(database), rate="9999999 per second")
    client = app.test_client()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def attempt(data: bytes) -> None:
        if len(data) % 8 == 0:
            answer = client.get("/api/v1/decisions", query_string=data[:500].decode("latin-1"), headers=headers)
        else:
            path = "/api/v1/pages" if len(data) % 16 == 1 else "/api/v1/classify"
            answer = client.post(path, data=data, headers=headers)
        assert answer.status_code < 500, answer.text
        assert isinstance(json.loads(answer.get_data()), dict)

    return attempt


@contextmanager
def made_targets(models: Path):
    """Yield the targets, with a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="newsieve-fuzz-") as name:
        yield targets(models, Path(name))
