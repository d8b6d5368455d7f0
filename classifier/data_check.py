"""Labelled files -> what is wrong with them, row by row, before anything is trained on them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasketch import MinHash, MinHashLSH
from ftfy.badness import is_bad

from classifier.blocks import Example
from classifier.errors import TrainingDataError
from classifier.giveaways import MOST_GIVEN_AWAY, given_away
from classifier.label_names import LABEL_NAMES, LabelNames
from classifier.labelled import labelled_files, read_examples
from classifier.text import fingerprint, words_of

MOST_CHARACTERS = 5_000  # of a block
NEAR = 0.8  # Jaccard similarity of word triples from which two texts are near-duplicates
_HASHES = 64
_STOCK_WORDS = {"boilerplate": 8, "filler": 3, "news": 3}  # up to which anybody may have written the same


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with labelled data."""

    place: str  # file and row, or the whole
    what: str  # what is wrong, and what to do


def check_data(
    trained_on: Sequence[Path],
    measured_on: Sequence[Path],
    *,
    notify: Callable[[str], None],
    names: LabelNames = LABEL_NAMES,
) -> tuple[list[Example], list[Fault]]:
    """Return the examples that a model would be fitted to, and the faults of both.

    Args:
        trained_on: files, or folders of them, that a model is fitted to.
        measured_on: files that one is only measured on; no text of theirs may stand, nearly, in the others. What is
            given as `trained_on` too is left out.
        notify: told what was noticed while reading.
        names: what labels are called in the files.
    """
    faults: list[Fault] = []
    given = {file.resolve() for file in labelled_files(trained_on)}
    others = [file for file in labelled_files(measured_on) if file.resolve() not in given]
    fitted, held_out = (_read(paths, faults, notify, names) for paths in (trained_on, others))
    every = [*fitted, *held_out]
    for check in (_oversized, _debris, _contradictions, _duplicates):
        faults += check(every)
    faults += _leaks(fitted, held_out)
    faults += _shared_sites(fitted, held_out)
    faults += _giveaways(fitted)
    faults += _split_pages(fitted)
    return fitted, faults


def _read(
    paths: Sequence[Path], faults: list[Fault], notify: Callable[[str], None], names: LabelNames
) -> list[Example]:
    def noted(error: TrainingDataError) -> None:
        place, _, what = str(error).partition(": ")
        faults.append(Fault(place, what))

    return [] if not paths else read_examples(paths, notify=notify, refused=noted, names=names)


def _oversized(examples: Iterable[Example]) -> Iterator[Fault]:
    for example in examples:
        if len(example.text) > MOST_CHARACTERS:
            told = f"a block of {len(example.text):,} characters; cut it, {MOST_CHARACTERS:,} are allowed"
            yield Fault(example.origin, told)


def _debris(examples: Iterable[Example]) -> Iterator[Fault]:
    for example in examples:
        if "\ufffd" in example.text or is_bad(example.text):
            yield Fault(example.origin, f"encoding debris in {_quoted(example)}; repair the text")


def _contradictions(examples: Iterable[Example]) -> Iterator[Fault]:
    for same in _same_texts(examples):
        labels = sorted({example.label for example in same})
        if len(labels) > 1:
            places = ", ".join(sorted({example.origin for example in same}))
            told = f"{' and '.join(labels)} for the same text {_quoted(same[0])} ({places}); settle it"
            yield Fault(same[0].origin, told)


def _duplicates(examples: Iterable[Example]) -> Iterator[Fault]:
    for same in _same_texts(filter(_is_no_stock, (e for e in examples if e.label != "boilerplate"))):
        if len(same) > 1:
            places = ", ".join(example.origin for example in same[1:])
            yield Fault(same[0].origin, f"{_quoted(same[0])} stands again in {places}; keep one")


def _same_texts(examples: Iterable[Example]) -> list[list[Example]]:
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[fingerprint(example.text)].append(example)
    return [same for same in found.values() if len(same) > 1]


def _leaks(fitted: Iterable[Example], held_out: Iterable[Example]) -> Iterator[Fault]:
    """Yield the held-out texts of which something near is fitted on (MinHash: Broder 1997), checked exactly."""
    index = MinHashLSH(threshold=NEAR - 0.1, num_perm=_HASHES)
    texts: list[Example] = []
    for example in held_out:
        if _is_no_stock(example):
            index.insert(len(texts), _sketch(example.text))
            texts.append(example)
    for example in fitted:
        for number in sorted(index.query(_sketch(example.text))):
            if _similarity(example.text, texts[number].text) >= NEAR:
                told = f"{_quoted(texts[number])} nearly stands in {example.origin} too; take one out"
                yield Fault(texts[number].origin, told)


def _is_no_stock(example: Example) -> bool:
    return len(words_of(example.text)) > _STOCK_WORDS[example.label]


def _triples(text: str) -> set[str]:
    words = words_of(text)
    return {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def _sketch(text: str) -> MinHash:
    sketch = MinHash(num_perm=_HASHES, seed=1)
    sketch.update_batch([triple.encode() for triple in _triples(text)])
    return sketch


def _similarity(left: str, right: str) -> float:
    one, other = _triples(left), _triples(right)
    return len(one & other) / len(one | other)


def _shared_sites(fitted: Iterable[Example], held_out: Iterable[Example]) -> Iterator[Fault]:
    voices: dict[str, set[str]] = defaultdict(set)
    for example in (*fitted, *held_out):
        if example.voice:
            voices[example.site].add(example.voice)
    for site, names in sorted(voices.items()):
        if len(names) > 1:
            yield Fault(site, f"a site of the voices {', '.join(sorted(names))}; a site belongs to one voice")


def _split_pages(fitted: Iterable[Example]) -> Iterator[Fault]:
    rows: dict[str, set[str]] = defaultdict(set)
    for example in fitted:
        if example.position is not None:
            rows[example.page].add(example.origin)
    for page, places in sorted(rows.items()):
        if len(places) > 1:
            first, *more = sorted(places)
            yield Fault(first, f"page {page} stands again in {', '.join(more)}; give each page a name of its own")


def _giveaways(fitted: Sequence[Example]) -> Iterator[Fault]:
    area = given_away(fitted)
    if area is not None and area > MOST_GIVEN_AWAY:
        yield Fault(
            "all",
            f"dates, markers, typos, case and length alone tell filler from news (AUC {area:.3f}); "
            f"vary them until it is at most {MOST_GIVEN_AWAY}",
        )


def _quoted(example: Example) -> str:
    return repr(example.text if len(example.text) <= 50 else example.text[:49] + "…")
