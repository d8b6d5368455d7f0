"""The current model of a home, trained from the shipped pages when the home is new."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.home import Home
from classifier.cli.terminal import progress_bar, tell, warn
from classifier.label_names import LABEL_NAMES, LabelNames

if TYPE_CHECKING:
    from classifier.left_out import Rule
    from classifier.model import Model


PROMISE = Fraction(1, 200)
"""Share of genuine blocks on pages that a model may flag at most unless told otherwise."""


def current_model(home: Home) -> "Model":
    """Return the current model; in a home without any version, train and promote a first one."""
    registry = home.registry()
    if registry.pointer().current is None and not registry.versions():
        from classifier.cli.promoting import promote_checked
        from classifier.labelled import shipped_data

        tell(f"No model in {home.path} yet: training the first one from the shipped pages (a quarter of a minute)")
        promote_checked(home, train_candidate(home, [shipped_data()], seed=0, promise=PROMISE))
    return registry.current()


def train_candidate(
    home: Home,
    data: Sequence[Path],
    *,
    seed: int,
    promise: Fraction,
    without: "Sequence[Rule]" = (),
    names: LabelNames = LABEL_NAMES,
) -> str:
    """Train on labelled files and the moderators' decisions, measure, save the candidate, and return its version.

    What a rule of `without` leaves out is not trained on; `names` says what labels are called in the files.
    """
    registry = home.registry()
    with registry.training(), progress_bar() as progress:
        from classifier.cli.training_set import training_set
        from classifier.labelled import read_examples, shipped_data
        from classifier.measuring import measure
        from classifier.model import Model
        from classifier.training import train

        joined = training_set(home, data, without=without, names=names)
        holdout = read_examples([shipped_data() / "holdout"], notify=warn)
        options: Any = {"created_at": datetime.now(UTC), "seed": seed, "promise": promise, "progress": progress}
        trained = train(joined.examples, **options)
        card = replace(trained.card, intake=joined.intake)
        return registry.save(trained.pipeline, trained.weights, card, measure(Model(trained.weights, card), holdout))
