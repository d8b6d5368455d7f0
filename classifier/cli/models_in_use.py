"""The current model of a home, trained from the shipped pages when the home is new."""

from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.home import Home
from classifier.cli.person import person
from classifier.cli.terminal import progress_bar, tell, warn
from classifier.errors import PromotionRefusedError
from classifier.labelled import held_out_data, read_examples, shipped_data
from classifier.registry import Registry

if TYPE_CHECKING:
    from classifier.blocks import Example
    from classifier.model import Model


PROMISE = Fraction(1, 200)
"""Share of genuine blocks on pages that a model may flag at most unless told otherwise."""


def current_model(home: Home) -> "Model":
    """Return the current model; in a home without any version, train and promote a first one."""
    registry = home.registry()
    if registry.pointer().current is None and not registry.versions():
        tell(f"No model in {home.path} yet: training the first one from the shipped pages (about a minute)")
        promote_checked(registry, train_candidate(home, [shipped_data()], seed=0, promise=PROMISE))
    return registry.current()


def train_candidate(home: Home, data: Sequence[Path], *, seed: int, promise: Fraction) -> str:
    """Train on labelled files and the moderators' decisions, measure, save the candidate, and return its version."""
    registry = home.registry()
    with registry.training(), progress_bar() as progress:
        from classifier.measuring import measure
        from classifier.model import Model
        from classifier.training import join, train, without

        every, holdout = decided_examples(home), read_examples([shipped_data() / "holdout"], notify=warn)
        decided = without(every, _held_out())
        if len(decided) < len(every):
            tell(f"Left out {len(every) - len(decided):,} decisions on texts that versions are measured on")
        examples = join(read_examples(data, notify=warn), decided)
        now = datetime.now(UTC)
        trained = train(examples, created_at=now, seed=seed, promise=promise, progress=progress)
        report = measure(Model(trained.weights, trained.card), holdout)
        return registry.save(trained.pipeline, trained.weights, trained.card, report)


def _held_out() -> list["Example"]:
    return read_examples(held_out_data(), notify=warn)


def decided_examples(home: Home) -> list["Example"]:
    """Return what moderators decided in this home, an example a text."""
    if not home.has_database():
        return []
    from classifier.store.decisions import decided_examples as stored

    return stored(home.database())


def promote_checked(registry: Registry, version: str) -> None:
    """Make `version` current if it gets every golden block right; else raise PromotionRefusedError naming them."""
    from classifier.evaluation import judge, mistakes

    golden = read_examples([shipped_data() / "golden.jsonl"], notify=warn)
    wrong = mistakes(golden, judge(registry.load(version), golden, alone=True))
    if wrong:
        named = "; ".join(f"{m.example.label} called {m.verdict.label}: {m.example.text[:60]!r}" for m in wrong[:5])
        raise PromotionRefusedError(
            f"{version}: not promoted, {len(wrong)} of {len(golden)} golden blocks are wrong ({named}); correct "
            "what it was trained on and train again"
        )
    registry.promote(version, by=person(), at=datetime.now(UTC))
