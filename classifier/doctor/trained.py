"""What the current version was made by and from, against what is installed here: libraries, holdout, training pages."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version as installed_version

from classifier.card import Card
from classifier.digests import data_digest, holdout_digest, in_order
from classifier.doctor.finding import Finding, note, to_do, told, well
from classifier.errors import ModelError, TrainingDataError
from classifier.labelled import read_examples, shipped_data
from classifier.registry import Registry


def look_at_trained(registry: Registry) -> Iterator[Finding]:
    """Yield how the current version's libraries, holdout and training pages compare with those here.

    Nothing where no version is current, or its card cannot be read: that is told elsewhere.
    """
    version = registry.pointer_or_none().current
    try:
        card = registry.card(version) if version else None
    except ModelError:
        return
    if card:
        yield _libraries(card)
        yield _read("holdout", lambda: _holdout(registry, card))
        yield _read("training pages", lambda: _pages(card))


def _libraries(card: Card) -> Finding:
    changed = [
        f"{name} {made}, here {installed_version(name)}"
        for name, made in card.libraries.items()
        if _is_other(name, made)
    ]
    if changed:
        advice = "verdicts stay the same; train anew before you open model.joblib in a notebook"
        return note("libraries", f"made by {'; '.join(changed)}", advice)
    return well("libraries", "the current model was made by those that are here")


def _is_other(name: str, made: str) -> bool:
    return installed_version(name) != made


def _holdout(registry: Registry, card: Card) -> Finding:
    report = registry.report(card.version)
    if report is None:
        return note("holdout", "nothing was measured when this version was trained", "newsieve evaluate measures it")
    if report.data_digest != _holdout_here():
        advice = "newsieve evaluate tells how it does on the one that is here; train anew to keep that"
        return note("holdout", f"measured on another holdout, of digest {report.data_digest[:12]}", advice)
    return well("holdout", f"measured on the one that is here, of digest {report.data_digest[:12]}")


def _pages(card: Card) -> Finding:
    digest = card.data_digest[:12]
    shipped = {path.name for path in (shipped_data() / "pages").iterdir()}
    if card.decided or card.intake is None or not set(card.intake.sources) <= shipped:
        found = f"digest {digest}, of other blocks than those shipped here; {card.decided:,} were decided"
        return well("training pages", found)
    if card.data_digest != _pages_here():
        advice = "newsieve train && newsieve promote --if-better learns from the pages that are here"
        return note("training pages", f"others than those shipped here, of digest {digest}", advice)
    return well("training pages", f"those shipped here, of digest {digest}")


@cache
def _holdout_here() -> str:
    return holdout_digest(read_examples([shipped_data() / "holdout"], notify=_unsaid))


@cache
def _pages_here() -> str:
    return data_digest(in_order(read_examples([shipped_data()], notify=_unsaid)))


def _read(part: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (ModelError, TrainingDataError, OSError) as error:
        return to_do(part, str(error), "install newsieve anew") if isinstance(error, OSError) else told(part, error)


def _unsaid(_warning: str) -> None:
    """Leave warnings on shipped pages to newsieve data check."""
