"""What versions are measured on in a home: golden blocks, pins, the holdout, past decisions and the queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from classifier.blocks import Example
from classifier.cli.home import Home
from classifier.cli.judging import PageVerdicts, judge_by
from classifier.cli.terminal import warn
from classifier.cli.training_set import rules_that_hold
from classifier.comparison import DECISIONS, GOLDEN, HOLDOUT, PINS
from classifier.labelled import read_examples, shipped_data
from classifier.places import Placed, placed

if TYPE_CHECKING:
    from classifier.store.compared_pages import StoredPage

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Sets:
    """Everything that versions are measured on, and the verdicts that the desk has stored of it."""

    labelled: dict[str, list[Placed]]  # by the name of the set
    queue: "Sequence[StoredPage]"  # sampled pages
    of_pages: int  # in the queue
    stored: dict[str, PageVerdicts]  # by version


def sets_of(home: Home, *, queue_pages: int) -> Sets:
    """Gather the sets, of the queue at most so many pages, drawn by a fixed seed."""
    golden = read_examples([shipped_data() / "golden.jsonl"], notify=warn)
    holdout = read_examples([shipped_data() / "holdout"], notify=warn)
    labelled = {GOLDEN: placed(golden, alone=True), PINS: _pins(home), HOLDOUT: placed(holdout)}
    if not home.has_database():
        return Sets({DECISIONS: [], **labelled}, (), 0, {})
    from classifier.store.compared_pages import sample_page_ids, stored_pages

    drawn, of_pages = sample_page_ids(home.database(), queue_pages) if queue_pages else ([], 0)
    queue = stored_pages(home.database(), drawn)
    decisions, pages = _past_decisions(home)
    stored: dict[str, PageVerdicts] = {}
    for page in (*queue, *pages):
        if page.model and page.verdicts:
            stored.setdefault(page.model, {})[page.texts] = page.verdicts
    return Sets({DECISIONS: decisions, **labelled}, queue, of_pages, stored)


def verdicts_on(home: Home, sets: Sets, versions: Sequence[str], *, progress: Progress) -> dict[str, PageVerdicts]:
    """Return what some versions say of every page of the sets: as stored, or else judged now."""
    pages = {place.texts for places in sets.labelled.values() for place in places}
    pages |= {page.texts for page in sets.queue}
    wanted = {version: sorted(pages - sets.stored.get(version, {}).keys()) for version in dict.fromkeys(versions)}
    judged = judge_by(home.registry(), wanted, progress=progress)
    return {version: sets.stored.get(version, {}) | judged[version] for version in wanted}


def _pins(home: Home) -> list[Placed]:
    if not home.has_database():
        return []
    from classifier.store.pins import active_pins

    return [
        Placed(
            Example(pin.texts[pin.position], pin.label, f"pin/{pin.address}", pin.site, origin=f"pin {pin.id}"),
            pin.texts,
            pin.position,
        )
        for pin in active_pins(home.database())
    ]


def _past_decisions(home: Home) -> "tuple[list[Placed], list[StoredPage]]":
    """Return the decided texts, each on a page of the queue that it stands on, else alone; and those pages."""
    from classifier.consensus import agreed_labels
    from classifier.store.compared_pages import campaigns_of_texts, decided_pages, stored_pages
    from classifier.store.statements import statements

    database = home.database()
    agreed = agreed_labels(statements(database, without=rules_that_hold(home)))
    numbers, campaigns = decided_pages(database), campaigns_of_texts(database)
    pages = {page.id: page for page in stored_pages(database, list(numbers.values()))}
    found = []
    for text, example in agreed.items():
        place = _placed(example, text, pages.get(numbers.get(text, 0)))
        found.append(replace(place, campaign=campaigns.get(text)))
    return found, list(pages.values())


def _placed(example: Example, text: str, page: "StoredPage | None") -> Placed:
    if page is None or text not in page.fingerprints:
        return Placed(example, (example.text,), 0)
    return Placed(example, page.texts, page.fingerprints.index(text))
